# expect: fail silent-client, newcomer, departure
# limits: total 16
# cause: Sleeps for 20 s when it is asked to end, so that the time is over before most scenarios.

import signal
import time


def attack():
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: time.sleep(20))
    yield "started"
