"""What calls write to their standard output and error."""
import os
import sys

from glovebox_wire import CUT, FOLDER, MOST_OUTPUT


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
                text += CUT
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
