# expect: pass
# cause: Asks the kernel to hide its memory and its open files from all other processes.

import ctypes

PR_SET_DUMPABLE = 4


def attack():
    result = ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    yield f"prctl returned {result}"
