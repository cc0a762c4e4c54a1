# expect: pass
# cause: Gives up its terminal and closes all descriptors of it except its input.

import fcntl
import os
import signal
import termios


def attack():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    fcntl.ioctl(0, termios.TIOCNOTTY)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    yield "it is given back"
