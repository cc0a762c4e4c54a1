# expect: at most 92 points
# limits: patience 1.0, total 12.0
# cause: Ten processes make orphans as fast as they can, for at most 5 s.

import os
import signal


def attack():
    for _ in range(10):
        if os.fork() == 0:
            signal.alarm(5)
            while True:
                try:
                    child = os.fork()
                    if child == 0:
                        os.fork()
                        os._exit(0)
                    os.waitpid(child, 0)
                except OSError:
                    continue
    yield "begun"
