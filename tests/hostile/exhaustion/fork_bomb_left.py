"""Forks until it is refused, and leaves all of them there."""

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
