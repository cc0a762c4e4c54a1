# expect: pass
# notes: lease: refused
# cause: Delays others: takes leases on files that all runs share, so that whoever writes them
#   waits, and has the machine write all its files, for at most a second.

import ctypes
import fcntl
import os
import sys
import time


def attack():
    for path in (sys.executable, os.__file__, "/etc/hosts", __file__):
        file = os.open(path, os.O_RDONLY)
        for name, command, argument in (
            ("lease", fcntl.F_SETLEASE, fcntl.F_RDLCK),
            ("lease", fcntl.F_SETLEASE, fcntl.F_WRLCK),
            ("notification", fcntl.F_NOTIFY, fcntl.DN_MODIFY),
        ):
            try:
                fcntl.fcntl(file, command, argument)
                yield f"{name}: granted"
            except OSError as error:
                yield f"{name}: refused ({error.strerror})"
        os.close(file)
    until = time.monotonic() + 1
    while time.monotonic() < until:
        os.sync()
        ctypes.CDLL(None).syncfs(0)
    yield "it has written"
