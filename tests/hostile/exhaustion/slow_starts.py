# expect: fail silent-client
# limits: total 10
# cause: Sleeps for 6 s at each start, so that the time is over before it was started twice.

import time


def attack():
    time.sleep(6)
    yield "started"
