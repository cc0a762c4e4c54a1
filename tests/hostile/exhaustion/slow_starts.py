# expect: fail every-message, own-record, silent-client, newcomer, departure
# limits: total 20
# cause: Sleeps for 7 s at each start, so that the time is over before most scenarios.

import time


def attack():
    time.sleep(7)
    yield "started"
