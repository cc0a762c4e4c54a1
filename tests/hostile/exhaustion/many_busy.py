# expect: at most 92 points
# limits: patience 1.0, total 12.0
# cause: 55 extra processes compute without end, for at most 5 s.

import os
import signal


def attack():
    for _ in range(55):
        if os.fork() == 0:
            signal.alarm(5)
            while True:
                pass
    yield "begun"
