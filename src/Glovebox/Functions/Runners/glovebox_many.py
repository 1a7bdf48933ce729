"""The server of functions that take several calls at once."""
import asyncio
import contextvars
import io
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from glovebox_failures import Failure, describe
from glovebox_wire import CALL, CHUNK, CUT, END, FAILED, HEAD, MAGIC, MOST_OUTPUT, REPLY, STREAM, unpack_from

written = contextvars.ContextVar('written', default=None)


class Shared(io.TextIOBase):
    """A standard stream that knows which call writes to it. What no call wrote stays in the file."""

    def __init__(self, index, plain):
        self.index, self.plain = index, plain

    def write(self, text):
        parts = written.get()
        if parts is None:
            return self.plain.write(text)
        if sum(map(len, parts[self.index])) < MOST_OUTPUT:
            parts[self.index].append(text)
        return len(text)

    def flush(self):
        self.plain.flush()

    def fileno(self):
        return self.plain.fileno()

    def writable(self):
        return True


class ManyServer:
    """Async handlers share one loop, plain ones get a thread each."""

    def __init__(self, wire, output, function):
        self.wire, self.function, self.pid = wire, function, os.getpid()
        self.sending, self.held = threading.Lock(), bytearray()
        self.threads = ThreadPoolExecutor(function.options['concurrency'])
        sys.stdout, sys.stderr = Shared(0, sys.stdout), Shared(1, sys.stderr)

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        self.loop, self.tasks = asyncio.get_running_loop(), set()
        self.loop.add_reader(self.wire.socket.fileno(), self.readable)
        await asyncio.Event().wait()

    def readable(self):
        try:
            data = self.wire.receive(262144, 0x40)  # MSG_DONTWAIT
        except BlockingIOError:
            return
        if not data:
            os._exit(0)
        self.held += data
        while len(self.held) >= HEAD:
            body, meta, call, kind, flags, _, _, _, magic = unpack_from(self.held)
            if magic != MAGIC:
                os._exit(70)
            end = HEAD + meta + body
            if len(self.held) < end:
                return
            frame, self.held = bytes(self.held[:end]), self.held[end:]
            if kind == CALL:
                task = self.loop.create_task(self.answer(call, flags, frame[HEAD:HEAD + meta], frame[HEAD + meta:]))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)

    async def answer(self, call, flags, meta, body):
        parts = ([], [])
        written.set(parts)
        function = self.function
        try:
            if function.is_async:
                result = await function.call(flags, meta, body)
            else:
                context = contextvars.copy_context()
                result = await self.loop.run_in_executor(self.threads, context.run, function.call, flags, meta, body)
                if hasattr(result, '__await__'):
                    result = await result
            status, meta, body, stream = function.reply(result)
            if stream:
                self.send(REPLY, call, b'', meta, STREAM, status)
                await self.stream(call, body)
                self.send(END, call, b'', b'', 0, 0, parts)
            else:
                self.send(REPLY, call, body, meta, 0, status, parts)
        except BaseException as error:
            message, trace, status = describe(error)
            self.send(FAILED, call, trace.encode('utf-8', 'replace'), message.encode('utf-8', 'replace'), 0, status, parts)

    async def stream(self, call, pieces):
        total = 0
        if hasattr(pieces, '__anext__'):
            async for piece in pieces:
                total = self.chunk(call, piece, total)
            return
        while True:
            piece = await self.loop.run_in_executor(self.threads, contextvars.copy_context().run, next, pieces, self)
            if piece is self:
                return
            total = self.chunk(call, piece, total)

    def chunk(self, call, piece, total):
        piece = self.function.piece(piece)
        if total + len(piece) > self.function.limit:
            raise Failure('The result has more than the %d bytes that are allowed' % self.function.limit)
        if piece:
            self.send(CHUNK, call, piece)
        return total + len(piece)

    def send(self, kind, call, body, meta=b'', flags=0, status=0, parts=((), ())):
        if os.getpid() != self.pid:
            os._exit(0)
        texts = []
        for part in parts:
            text = ''.join(part).encode('utf-8', 'replace')
            texts.append(text if len(text) <= MOST_OUTPUT else text[:MOST_OUTPUT] + CUT)
        with self.sending:
            self.wire.send(kind, call, body, meta, flags, status, texts[0] + texts[1], len(texts[0]))
