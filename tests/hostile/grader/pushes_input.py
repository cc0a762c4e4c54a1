# expect: pass
# notes: refused
# cause: Pushes a line into its terminal as if it were typed, and opens every other terminal.

import fcntl
import os
import termios


def attack():
    for byte in b"pushed\n":
        try:
            fcntl.ioctl(0, termios.TIOCSTI, bytes([byte]))
        except OSError:
            break
    attempts = set()
    mine = os.ttyname(0)
    for path in [f"/dev/pts/{name}" for name in os.listdir("/dev/pts")] + ["/dev/console"]:
        if path not in (mine, "/dev/pts/ptmx"):
            try:
                os.close(os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK))
                attempts.add(f"{path} was granted")
            except OSError:
                attempts.add("open: refused")
    yield from attempts or {"there is no other terminal"}
