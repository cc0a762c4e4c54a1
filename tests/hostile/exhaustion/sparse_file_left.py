# expect: pass
# cause: Leaves an empty sparse file of a terabyte, or as large as it may be.

import os


def attack():
    size = 1 << 40
    with open("sparse.bin", "wb") as file:
        while True:
            try:
                os.ftruncate(file.fileno(), size)
                break
            except OSError:
                size //= 2
    yield f"{size} bytes were granted"
