# expect: pass
# cause: Its first thread ends, so that the kernel lists the process as a zombie, and another serves.

import ctypes
import os
import threading

EXIT = {"x86_64": 60, "aarch64": 93}[os.uname().machine]


def attack():
    if threading.current_thread() is threading.main_thread():
        threading.Thread(target=main).start()  # noqa: F821
        ctypes.CDLL(None).syscall(EXIT, 0)
    yield "the first thread has ended"
