# expect: at most 92 points
# limits: patience 1.0, total 12.0
# cause: A file beside its log becomes a link, a pipe and a folder, over and over, for at most 20
#   s.

import os
import signal


def attack():
    if os.fork() == 0:
        signal.alarm(20)
        while True:
            for make in (
                lambda: os.symlink("/etc/passwd", "next"),
                lambda: os.mkfifo("next"),
                lambda: open("next", "w").close(),
                lambda: os.symlink("/dev/zero", "next"),
            ):
                make()
                os.rename("next", "swap.log")
    yield "begun"
