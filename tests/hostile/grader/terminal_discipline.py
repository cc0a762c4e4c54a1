# expect: pass
# notes: TIOCSETD: refused
# cause: Gives its terminal other line disciplines, and fills its input queue.

import fcntl
import struct
import termios

DISCIPLINES = range(1, 31)


def attack():
    for discipline in DISCIPLINES:
        try:
            fcntl.ioctl(0, termios.TIOCSETD, struct.pack("i", discipline))
            yield f"TIOCSETD: {discipline} was granted"
        except OSError as error:
            yield f"TIOCSETD: refused ({error.strerror})"
    pushed = 0
    try:
        while pushed < 70_000:
            fcntl.ioctl(0, termios.TIOCSTI, b"x")
            pushed += 1
        yield f"TIOCSTI: {pushed} bytes of input, granted"
    except OSError as error:
        yield f"TIOCSTI: refused after {pushed} ({error.strerror})"
