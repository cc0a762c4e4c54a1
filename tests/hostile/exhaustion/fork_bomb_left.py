# expect: fail waits-in-select
# cause: Forks until it is refused and leaves all the processes running.

import os
import signal


def attack():
    try:
        for _ in range(300):
            if os.fork() == 0:
                signal.alarm(20)
                while True:
                    signal.pause()
        yield "every fork was granted"
    except OSError as error:
        yield f"fork: {error.strerror}"
