# expect: fail starts
# cause: Kills itself with the signal that the kernel sends when memory runs out, without using any
#   memory.

import os
import signal

os.kill(os.getpid(), signal.SIGKILL)
