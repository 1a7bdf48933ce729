"""The user's code: how it is loaded, called, and what a result of it becomes on the wire."""
import os
import sys
from json.decoder import JSONDecoder
from json.encoder import JSONEncoder

from glovebox_failures import BAD_REQUEST, Failure
from glovebox_results import Context, Response, is_stream
from glovebox_wire import JSON_BODY

encode_json = JSONEncoder(allow_nan=False, ensure_ascii=False, separators=(',', ':')).encode


def refuse_constant(word):
    raise ValueError(word + ' is not JSON')


decode_json = JSONDecoder(parse_constant=refuse_constant).decode


class Function:
    """One handler, with the options of its version."""

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
