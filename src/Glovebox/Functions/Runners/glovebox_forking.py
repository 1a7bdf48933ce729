"""The server of functions with fork isolation."""
import gc
import mmap
import os
import select
import signal

from glovebox_failures import BAD_GATEWAY
from glovebox_serving import Server
from glovebox_wire import CALL, END, FAILED, HEAD, KILL, KILLED, REPLY, STREAM


class ForkingServer:
    """A forked child of the loaded interpreter for each call."""

    def __init__(self, wire, output, function):
        self.wire, self.output, self.function = wire, output, function
        # What the child has sent: 0 nothing, 1 perhaps a part, 2 all.
        self.sent = mmap.mmap(-1, 1)
        self.poll = select.poll()
        self.poll.register(wire.socket.fileno(), select.POLLIN)
        self.readable = select.POLLIN
        # A call that came before the child of the last one was gone.
        self.early = None

    def run(self):
        gc.collect()
        if hasattr(gc, 'freeze'):
            gc.freeze()
        while True:
            kind, call, flags, meta, body = self.early or self.wire.read()
            self.early = None
            if kind == KILL:
                self.wire.send(KILLED, call)
            elif kind == CALL:
                self.serve(call, flags, meta, body)

    def serve(self, call, flags, meta, body):
        self.sent[0] = 0
        pid = os.fork()
        if pid == 0:
            self.child(call, flags, meta, body)
        killed = self.follow(pid, call)
        _, status = os.waitpid(pid, 0)
        try:
            os.killpg(pid, signal.SIGKILL)  # what the call left running
        except OSError:
            pass
        if self.sent[0] == 1:
            os._exit(71)  # half a frame is out: nothing that follows could be understood
        if killed:
            if self.sent[0] == 0:
                self.output.take(self.output.lengths())
            self.wire.send(KILLED, call)
        elif self.sent[0] == 0:
            text, out = self.output.take(self.output.lengths())
            self.wire.send(FAILED, call, b'', self.death(status).encode(), 0, BAD_GATEWAY, text, out)

    def child(self, call, flags, meta, body):
        try:
            os.setsid()
            server = Server(self.wire, self.output, self.function)
            send = self.wire.send_all

            def noted(data):
                self.sent[0] = 1
                send(data)
                self.sent[0] = 2 if data[16] in (REPLY, FAILED, END) and not data[17] & STREAM else 1
            self.wire.send_all = noted
            server.answer(call, flags, meta, body)
        finally:
            os._exit(0)

    def follow(self, pid, call):
        """Waits for the child's end; True when it was killed on request."""
        try:
            watch = os.pidfd_open(pid)
        except (AttributeError, OSError):
            return self.follow_slowly(pid, call)
        killed = False
        try:
            self.poll.register(watch, self.readable)
            while True:
                if self.wire.held and not self.early:
                    killed |= self.asked(pid, call)
                for file, _ in self.poll.poll():
                    if file == watch:
                        return killed
                    if self.early:
                        self.poll.unregister(self.wire.socket.fileno())
                    else:
                        killed |= self.asked(pid, call)
        finally:
            self.poll.unregister(watch)
            self.poll.register(self.wire.socket.fileno(), self.readable)
            os.close(watch)

    def follow_slowly(self, pid, call):
        killed = False
        while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
            if self.early:
                os.sched_yield()
            elif self.poll.poll(1):
                killed |= self.asked(pid, call)
        return killed

    def asked(self, pid, call):
        """Reads what came while a child is there: the wish to end its call, or, when it has replied, the next call already."""
        if not self.wire.held and not self.wire.receive(HEAD, 0x2):  # MSG_PEEK
            os.kill(pid, signal.SIGKILL)
            os._exit(0)
        frame = self.wire.read()
        if frame[0] == CALL:
            self.early = frame
        elif frame[0] == KILL and frame[1] == call:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
            return True
        return False

    def death(self, status):
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            try:
                name = signal.Signals(number).name
            except ValueError:
                name = 'signal %d' % number
            memory = '. Most likely it ran out of memory' if number == signal.SIGKILL else ''
            return 'The call was ended by %s%s' % (name, memory)
        return 'The process of the call ended with code %d before it replied' % os.WEXITSTATUS(status)
