# expect: pass
# cause: Stops its terminal's output for a moment, and changes its size and its control keys.

import fcntl
import struct
import termios


def attack():
    termios.tcflow(0, termios.TCOOFF)
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 1, 1, 0, 0))
    termios.tcflow(0, termios.TCOON)
    settings = termios.tcgetattr(0)
    settings[6][termios.VINTR] = b"\0"
    termios.tcsetattr(0, termios.TCSANOW, settings)
    yield "no key interrupts"
