# expect: pass
# notes: fork: Resource temporarily unavailable
# cause: Forks until it is refused.

import os
import signal


def attack():
    children = []
    try:
        for _ in range(300):
            child = os.fork()
            if child == 0:
                signal.alarm(20)
                signal.pause()
                os._exit(0)
            children.append(child)
        yield "every fork was granted"
    except OSError as error:
        yield f"fork: {error.strerror}"
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
