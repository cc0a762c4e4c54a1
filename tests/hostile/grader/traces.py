# expect: pass
# cause: Traces every process.

import ctypes
import os


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    seize, detach = 0x4206, 17
    attempts = set()
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            if libc.ptrace(seize, int(name), 0, 0) == 0:
                libc.ptrace(detach, int(name), 0, 0)
                attempts.add("ptrace: granted")
            else:
                attempts.add(f"ptrace: {os.strerror(ctypes.get_errno())}")
    yield from attempts
