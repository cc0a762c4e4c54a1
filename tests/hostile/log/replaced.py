"""A file beside its log becomes a link, a pipe, a folder, again and again, for 20 s at most."""

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
