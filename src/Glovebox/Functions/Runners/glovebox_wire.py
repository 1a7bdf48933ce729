"""Frames over the socket to the host: docs/decisions/012-frames.md."""
import os
import struct

try:
    import _socket  # what the standard module wraps; importing that one costs every start some milliseconds
except ImportError:
    import socket as _socket

FOLDER = '/run/glovebox/'
LOAD, READY, CALL, REPLY, FAILED, CHUNK, END, KILL, KILLED = range(1, 10)
JSON_BODY, STREAM = 1, 2
HEADER = struct.Struct('<IIQBBHIII')
MAGIC = 0x31584247  # GBX1
MOST_OUTPUT = 64 * 1024
CUT = b'\n[glovebox: cut at 64 KiB]\n'

pack, unpack_from = HEADER.pack, HEADER.unpack_from
HEAD = HEADER.size


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
