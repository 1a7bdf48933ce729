"""Serves the calls of one Python function, inside its box. The files named glovebox_* beside this one are its parts."""
import faulthandler
import os

from glovebox_failures import describe
from glovebox_function import Function, decode_json
from glovebox_output import Output
from glovebox_serving import Server
from glovebox_wire import FAILED, LOAD, READY, Wire


def server_of(options):
    """The way in which a version takes its calls; read only where it is wanted, and before the code has its place among the modules."""
    if options['isolation'] == 'fork':
        from glovebox_forking import ForkingServer
        return ForkingServer
    if options['concurrency'] > 1 and options['isolation'] == 'reuse':
        from glovebox_many import ManyServer
        return ManyServer
    return Server


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
        kind = server_of(options)
        function = Function(options)
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
