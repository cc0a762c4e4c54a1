# expect: fail starts
# limits: patience 1.0
# cause: Only computes, for at most 20 s of processor time.

import time

while time.process_time() < 20:
    pass
