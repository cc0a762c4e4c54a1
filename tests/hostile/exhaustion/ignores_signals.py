# expect: pass
# cause: Ignores every signal that can be ignored.

import signal


def attack():
    ignored = 0
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
            ignored += 1
        except (OSError, ValueError):
            continue
    yield f"{ignored} signals are ignored"
