"""A process of its own prints without end, for 20 s at most."""

import os
import signal


def attack():
    if os.fork() == 0:
        signal.alarm(20)
        while True:
            os.write(1, b"flood " * 1000)
    yield "begun"
