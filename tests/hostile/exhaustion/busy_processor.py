"""Four processes of its own compute without end, for 15 s at most."""

import os
import signal


def attack():
    for _ in range(4):
        if os.fork() == 0:
            signal.alarm(15)
            while True:
                pass
    yield "begun"
