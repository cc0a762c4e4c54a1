# expect: at most 92 points
# limits: patience 1.0, total 12.0
# cause: An extra process prints without end, for at most 20 s.

import os
import signal


def attack():
    if os.fork() == 0:
        signal.alarm(20)
        while True:
            os.write(1, b"flood " * 1000)
    yield "begun"
