"""Why a call has no result, in words of ours or of the user's code."""
BAD_REQUEST, BAD_GATEWAY = 400, 502
LIBRARY = '/run/glovebox/lib/'


class Failure(Exception):
    """A call that cannot be answered, in words of ours."""

    def __init__(self, message, status=BAD_GATEWAY, trace=''):
        Exception.__init__(self, message)
        self.status, self.trace = status, trace


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
