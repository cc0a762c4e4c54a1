# expect: pass
# cause: Sends every process signals that do no harm, to see which are refused.

import os
import signal


def attack():
    mine = os.getpid()
    attempts = set()
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != mine:
            try:
                os.kill(int(name), signal.SIGURG)
                attempts.add("a signal was granted")
            except OSError as error:
                attempts.add(f"kill: {error.strerror}")
    for send, whom in ((os.kill, -1), (os.killpg, 0)):
        try:
            send(whom, signal.SIGURG)
        except OSError as error:
            attempts.add(f"kill all: {error.strerror}")
    yield from attempts
