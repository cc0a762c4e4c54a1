# expect: pass
# notes: truncate: File too large
# cause: Makes an empty sparse file of a terabyte.

import os


def attack():
    file = os.open("sparse.bin", os.O_CREAT | os.O_RDWR)
    for name, grow in (
        ("truncate", lambda: os.ftruncate(file, 1 << 40)),
        ("write", lambda: os.pwrite(file, b"x", 1 << 40)),
        ("allocate", lambda: os.posix_fallocate(file, 0, 1 << 30)),
    ):
        try:
            grow()
            yield f"{name}: granted"
        except OSError as error:
            yield f"{name}: {error.strerror}"
    os.ftruncate(file, 0)
    os.close(file)
