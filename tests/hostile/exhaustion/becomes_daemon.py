# expect: at most 100 points
# cause: Becomes a daemon itself: the first process ends, and the rest has a session of its own.

import os


def attack():
    if os.fork():
        os._exit(0)
    os.setsid()
    yield "it is a daemon"
