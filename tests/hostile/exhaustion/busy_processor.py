# expect: at most 92 points
# limits: patience 1.0, total 12.0
# cause: Four extra processes compute without end, for at most 15 s.

import os
import signal


def attack():
    for _ in range(4):
        if os.fork() == 0:
            signal.alarm(15)
            while True:
                pass
    yield "begun"
