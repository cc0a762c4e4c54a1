# expect: pass
# notes: shared memory: refused
# cause: Allocates memory that belongs to no process and to no file system, as much as 64 MiB of
#   each kind.

import ctypes
import mmap
import os

SIZE = 4 << 20
NUMBERS = {
    "x86_64": {"memfd_create": 319, "shmget": 29, "shmat": 30},
    "aarch64": {"memfd_create": 279, "shmget": 194, "shmat": 196},
}[os.uname().machine]

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


def call(name, *arguments):
    result = libc.syscall(NUMBERS[name], *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def memfd():
    with open(call("memfd_create", b"hidden", 0), "wb", buffering=0, closefd=False) as file:
        file.write(bytes(SIZE))


def system_v():
    where = call("shmget", 0, ctypes.c_size_t(SIZE), 0o1600)
    ctypes.memset(call("shmat", where, None, 0), 1, SIZE)


def shared():
    KEPT.append(mmap.mmap(-1, SIZE))
    KEPT[-1].write(bytes(SIZE))


KEPT = []


def attack():
    # Become what the kernel kills last, once memory runs out.
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("0")
    for name, allocate in (
        ("memfd_create", memfd),
        ("shmget", system_v),
        ("shared memory", shared),
    ):
        pieces = 0
        try:
            while pieces < 16:
                allocate()
                pieces += 1
        except OSError as error:
            yield f"{name}: refused ({error.strerror})"
        if pieces:
            yield f"{name}: {pieces} pieces of memory were granted"
