# expect: pass
# notes: open: Too many open files
# cause: Opens 5,000 files.

import os


def attack():
    held = []
    try:
        for _ in range(5000):
            held.append(os.open("/dev/null", os.O_RDONLY))
        yield "all were granted"
    except OSError as error:
        yield f"open: {error.strerror}"
    for each in held:
        os.close(each)
