"""Serves the calls of one Python function. Runs inside its box; speaks the frames of docs/decisions/012-frames.md over a Unix socket."""
import faulthandler
import os
import struct
import sys
from json.decoder import JSONDecoder
from json.encoder import JSONEncoder

try:
    import _socket  # what the standard module wraps; importing that one costs every start some milliseconds
except ImportError:
    import socket as _socket

FOLDER = '/run/glovebox/'
LIBRARY = FOLDER + 'lib/'
LOAD, READY, CALL, REPLY, FAILED, CHUNK, END, KILL, KILLED = range(1, 10)
JSON_BODY, STREAM = 1, 2
HEADER = struct.Struct('<IIQBBHIII')
MAGIC = 0x31584247  # GBX1
MOST_OUTPUT = 64 * 1024
BAD_REQUEST, BAD_GATEWAY = 400, 502

pack, unpack_from = HEADER.pack, HEADER.unpack_from
HEAD = HEADER.size
encode_json = JSONEncoder(allow_nan=False, ensure_ascii=False, separators=(',', ':')).encode


def refuse_constant(word):
    raise ValueError(word + ' is not JSON')


decode_json = JSONDecoder(parse_constant=refuse_constant).decode


class Failure(Exception):
    """A call that cannot be answered, in words of ours."""

    def __init__(self, message, status=BAD_GATEWAY, trace=''):
        Exception.__init__(self, message)
        self.status, self.trace = status, trace


class Response:
    """A result with its own status, headers and content type."""

    def __init__(self, body=None, status=200, headers=None, content_type=None):
        self.body, self.status, self.headers, self.content_type = body, status, headers, content_type


class Context:
    """What is known of a call beside its parameters. Times are seconds."""

    Response = Response

    def __init__(self, options, meta):
        lines = str(meta, 'utf-8', 'replace').split('\n')
        self.id, self.content_type, self.method, self.path = lines[:4]
        self.headers = dict(line.split(': ', 1) for line in lines[4:] if line)
        self.function, self.version, self.timeout = options['function'], options['version'], options['timeout']

    def response(self, body=None, status=200, headers=None, content_type=None):
        return Response(body, status, headers, content_type)


class Output:
    """Descriptors 1 and 2 are files, so that what a call wrote is found whoever wrote it, and after a crash too."""

    def __init__(self):
        import fcntl
        self.kept = []
        for number, name in ((1, 'out'), (2, 'err')):
            file = os.open(FOLDER + name, os.O_RDWR | os.O_APPEND)
            os.dup2(file, number)
            self.kept.append(self.duplicate(fcntl, file))
            os.close(file)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, 'reconfigure'):
                stream.reconfigure(line_buffering=True)

    @staticmethod
    def duplicate(fcntl, file):
        # High numbers, out of the way of code that closes what it did not open.
        for least in (500, 40, 3):
            try:
                return fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, least)
            except OSError:
                continue
        os._exit(70)

    def lengths(self):
        try:
            sys.stdout.flush()
            sys.stderr.flush()
            return os.lseek(1, 0, 2), os.lseek(2, 0, 2)
        except (OSError, ValueError, AttributeError):
            return self.repair()

    def take(self, lengths):
        """What was written since the last call, both streams one after the other, and the length of the first."""
        parts = []
        for file, length in zip(self.kept, lengths):
            text = os.pread(file, MOST_OUTPUT, 0) if length else b''
            if length > MOST_OUTPUT:
                text += b'\n[glovebox: cut at 64 KiB]\n'
            if length:
                os.ftruncate(file, 0)
            parts.append(text)
        return parts[0] + parts[1], len(parts[0])

    def repair(self):
        """Gives the streams back to a process whose code closed them."""
        for number, file in zip((1, 2), self.kept):
            os.dup2(file, number)
        for name, number in (('stdout', 1), ('stderr', 2)):
            stream = getattr(sys, name)
            try:
                stream.flush()
            except (OSError, ValueError, AttributeError):
                setattr(sys, name, open(number, 'w', buffering=1, closefd=False))
        return [os.lseek(file, 0, 2) for file in self.kept]


class Wire:
    """Frames of the socket, one at a time."""

    def __init__(self):
        self.socket = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM, 0)
        self.socket.connect(FOLDER + 'link/s')
        os.set_inheritable(self.socket.fileno(), False)
        self.send_all, self.receive = self.socket.sendall, self.socket.recv
        self.held = b''

    def read(self):
        """(kind, call, flags, meta, body); the process ends with the connection."""
        data = self.held or self.receive(32768)
        while len(data) < HEAD:
            data += self.more()
        body, meta, call, kind, flags, _, _, _, magic = unpack_from(data)
        if magic != MAGIC:
            os._exit(70)
        start, end = HEAD + meta, HEAD + meta + body
        if len(data) < end:
            whole = bytearray(end)
            whole[:len(data)] = data
            view, at = memoryview(whole), len(data)
            while at < end:
                count = self.socket.recv_into(view[at:])
                if not count:
                    os._exit(0)
                at += count
            data = bytes(whole)
        self.held = data[end:]
        return kind, call, flags, data[HEAD:start], data[start:end]

    def more(self):
        data = self.receive(32768)
        if not data:
            os._exit(0)
        return data

    def send(self, kind, call, body=b'', meta=b'', flags=0, status=0, output=b'', out=0):
        self.send_all(b''.join((pack(len(body), len(meta), call, kind, flags, status, out, len(output) - out, MAGIC), meta, body, output)))


class Function:
    """The user's code, and what a result of it becomes on the wire."""

    def __init__(self, options):
        self.options, self.limit = options, options['replyLimit']
        os.environ.update(options['variables'])
        path = options['path']
        sys.path[0] = path
        for part in reversed([part for part in options['variables'].get('PYTHONPATH', '').split(':') if part and part not in sys.path]):
            sys.path.insert(1, part)
        os.chdir(path)
        module, _, name = options['handler'].rpartition('.')
        if not module:
            module, name = name, 'handle'
        sys.argv = [module]
        loaded = __import__(module, None, None, ['*'])
        handle = getattr(loaded, name, None)
        if not callable(handle):
            raise Failure("module '%s' has no function '%s'. Name it with --handler module.function" % (module, name))
        self.handle, self.wants_context = handle, wants_context(handle)
        code = getattr(handle, '__code__', None)
        self.is_async = code is not None and bool(code.co_flags & 0x80)

    def call(self, flags, meta, body):
        if flags & JSON_BODY:
            try:
                params = decode_json(str(body, 'utf-8')) if body else None
            except ValueError as error:
                raise Failure('The parameters are not JSON: %s' % error, BAD_REQUEST)
        else:
            params = body
        return self.handle(params, Context(self.options, meta)) if self.wants_context else self.handle(params)

    def reply(self, result):
        """(status, meta, body or iterator, is_stream); meta is empty for JSON with status 200."""
        kind = type(result)
        if kind is dict or kind is list or kind is str or kind is int or result is None:
            return 0, b'', self.checked(self.json(result)), False
        if kind is tuple and len(result) == 3 and type(result[0]) is int and isinstance(result[1], dict):
            result = Response(result[2], result[0], result[1])
        elif not isinstance(result, Response):
            if isinstance(result, (bytes, bytearray, memoryview)) or is_stream(result):
                result = Response(result)
            else:
                return 0, b'', self.checked(self.json(result)), False
        return self.response(result)

    def response(self, response):
        status = response.status
        if type(status) is not int or not 200 <= status <= 599:
            raise Failure('The handler gave the status %r, which is no HTTP status between 200 and 599' % (status,))
        headers = dict(response.headers or {})
        content_type = response.content_type
        for name in list(headers):
            if name.lower() == 'content-type':
                content_type = headers.pop(name)
        body = response.body
        stream = is_stream(body)
        if not stream:
            if isinstance(body, (bytes, bytearray, memoryview)):
                body, content_type = bytes(body), content_type or 'application/octet-stream'
            elif isinstance(body, str) and content_type and 'json' not in content_type:
                body = body.encode()
            else:
                body, content_type = self.json(body), content_type or 'application/json'
            self.checked(body)
        lines = [content_type or 'application/octet-stream']
        for name, value in headers.items():
            line = '%s: %s' % (name, value)
            if '\n' in line or '\r' in line:
                raise Failure('The handler gave a header with a line break: %r' % name)
            lines.append(line)
        return status, '\n'.join(lines).encode(), body, stream

    def json(self, result):
        try:
            return encode_json(result).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise Failure('The handler returned something that is not JSON: %s' % error)

    def checked(self, body):
        if len(body) > self.limit:
            raise Failure('The result has %d bytes, and %d are allowed' % (len(body), self.limit))
        return body

    def piece(self, piece):
        """One piece of a streamed result."""
        if isinstance(piece, str):
            return piece.encode()
        return bytes(piece) if isinstance(piece, (bytes, bytearray, memoryview)) else self.json(piece) + b'\n'


def is_stream(value):
    return hasattr(value, '__next__') or hasattr(value, '__anext__')


def wants_context(handle):
    code = getattr(handle, '__code__', None)
    if code is None:
        import inspect
        try:
            names = [p for p in inspect.signature(handle).parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        except (TypeError, ValueError):
            return False
        return len(names) >= 2 and (names[1].default is names[1].empty or names[1].name == 'context')
    names = code.co_varnames[:code.co_argcount]
    if hasattr(handle, '__self__'):
        names = names[1:]
    given = len(handle.__defaults__ or ())
    return len(names) >= 2 and (len(names) - given >= 2 or names[1] == 'context')


def describe(error):
    """(message, traceback, status) of what the user's code raised, without our own frames."""
    if isinstance(error, Failure):
        return str(error), error.trace, error.status
    if isinstance(error, SystemExit):
        return 'The handler called sys.exit(%s)' % ('' if error.code is None else repr(error.code)), '', BAD_GATEWAY
    import traceback
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(LIBRARY):
        trace = trace.tb_next
    try:
        text = ''.join(traceback.format_exception(type(error), error.with_traceback(trace), trace))
        message = ''.join(traceback.format_exception_only(type(error), error)).strip()
    except BaseException:
        text, message = '', type(error).__name__
    return message.rsplit('\n', 1)[-1][:4096], text[:65536], BAD_GATEWAY


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
            if os.getpid() != self.pid:
                os._exit(0)
            message, trace, status = describe(error)
            text, out = output.take(output.lengths())
            wire.send(FAILED, call, trace.encode('utf-8', 'replace'), message.encode('utf-8', 'replace'), 0, status, text, out)
            return
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
            if os.getpid() != self.pid:
                os._exit(0)
            message, trace, status = describe(error)
            text, out = output.take(output.lengths())
            wire.send(FAILED, call, trace.encode('utf-8', 'replace'), message.encode('utf-8', 'replace'), 0, status, text, out)
            return
        text, out = output.take(output.lengths())
        wire.send(END, call, b'', b'', 0, 0, text, out)

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


def extension(file, name):
    """A class of another file of ours, which is only read where it is needed. It stands on the names of this one."""
    with open(LIBRARY + file) as text:
        exec(compile(text.read(), LIBRARY + file, 'exec'), globals())
    return globals()[name]


def main():
    wire = Wire()
    output = Output()
    faulthandler.enable()
    wire.send(READY, 0)
    kind, _, _, _, body = wire.read()
    if kind != LOAD:
        os._exit(70)
    options = decode_json(str(body, 'utf-8'))
    try:
        function = Function(options)
        if options['concurrency'] > 1 and options['isolation'] == 'reuse':
            kind = extension('many.py', 'ManyServer')
        else:
            kind = extension('forking.py', 'ForkingServer') if options['isolation'] == 'fork' else Server
        server = kind(wire, output, function)
    except BaseException as error:
        message, trace, status = describe(error)
        text, out = output.take(output.lengths())
        wire.send(FAILED, 0, trace.encode('utf-8', 'replace'), message.encode('utf-8', 'replace'), 0, status, text, out)
        os._exit(1)
    text, out = output.take(output.lengths())
    wire.send(READY, 0, b'', b'', 0, 1 if function.wants_context else 0, text, out)
    server.run()


if __name__ == '__main__':
    main()
