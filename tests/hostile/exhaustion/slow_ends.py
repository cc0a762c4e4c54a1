# expect: fail silent-client
# limits: total 10
# cause: Sleeps at its start and for 20 s when it is asked to end, so that the time is over before
#   it was started twice.

import signal
import time


def attack():
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: time.sleep(20))
    time.sleep(3)
    yield "started"
