"""The server of functions that take one call after the other."""
import os

from glovebox_failures import Failure, describe
from glovebox_wire import CALL, CHUNK, END, FAILED, MAGIC, REPLY, STREAM, pack


class Server:
    """One call after the other."""

    def __init__(self, wire, output, function):
        self.wire, self.output, self.function, self.pid, self.loop = wire, output, function, os.getpid(), None

    def run(self):
        read, answer = self.wire.read, self.answer
        while True:
            kind, call, flags, meta, body = read()
            if kind == CALL:
                answer(call, flags, meta, body)
                meta = body = None

    def answer(self, call, flags, meta, body):
        function, output, wire = self.function, self.output, self.wire
        try:
            result = function.call(flags, meta, body)
            if hasattr(result, '__await__'):
                result = self.wait(result)
            status, meta, body, stream = function.reply(result)
            del result
        except BaseException as error:
            return self.fail(call, error)
        if os.getpid() != self.pid:
            os._exit(0)  # a child that the handler forked, come back as if it were us
        if stream:
            self.stream(call, status, meta, body)
            return
        out, err = output.lengths()
        if not out and not err:
            wire.send_all(b''.join((pack(len(body), len(meta), call, REPLY, 0, status, 0, 0, MAGIC), meta, body)))
            return
        text, out = output.take((out, err))
        wire.send(REPLY, call, body, meta, 0, status, text, out)

    def stream(self, call, status, meta, pieces):
        function, output, wire = self.function, self.output, self.wire
        wire.send(REPLY, call, b'', meta, STREAM, status)
        try:
            total = 0
            for piece in self.pieces(pieces):
                piece = function.piece(piece)
                total += len(piece)
                if total > function.limit:
                    raise Failure('The result has more than the %d bytes that are allowed' % function.limit)
                if piece:
                    wire.send(CHUNK, call, piece)
        except BaseException as error:
            return self.fail(call, error)
        text, out = output.take(output.lengths())
        wire.send(END, call, b'', b'', 0, 0, text, out)

    def fail(self, call, error):
        if os.getpid() != self.pid:
            os._exit(0)
        message, trace, status = describe(error)
        text, out = self.output.take(self.output.lengths())
        self.wire.send(FAILED, call, trace.encode('utf-8', 'replace'), message.encode('utf-8', 'replace'), 0, status, text, out)

    def pieces(self, pieces):
        if not hasattr(pieces, '__anext__'):
            for piece in pieces:
                yield piece
            return
        while True:
            try:
                yield self.wait(pieces.__anext__())
            except StopAsyncIteration:
                return

    def wait(self, awaitable):
        import asyncio
        if self.loop is None:
            self.loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self.loop)

        async def result():
            return await awaitable
        return self.loop.run_until_complete(result())
