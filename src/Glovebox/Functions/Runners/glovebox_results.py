"""What a handler is given beside its parameters, and what it may give back beside JSON."""


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


def is_stream(value):
    return hasattr(value, '__next__') or hasattr(value, '__anext__')
