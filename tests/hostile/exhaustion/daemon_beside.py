# expect: at most 92 points
# limits: patience 1.0, total 12.0
# cause: Leaves a daemon that ignores signals and outlives its parents, for at most 30 s.

import os
import signal
import time


def attack():
    child = os.fork()
    if child == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            time.sleep(30)
        os._exit(0)
    os.waitpid(child, 0)
    yield "left"
