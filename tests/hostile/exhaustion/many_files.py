# expect: pass
# notes: open: No space left on device
# cause: Makes 20,000 files in one folder.

import os
import shutil


def attack():
    os.mkdir("many")
    number = 0
    try:
        for number in range(20_000):
            os.close(os.open(f"many/{number}", os.O_CREAT))
        yield "all were granted"
    except OSError as error:
        yield f"open: {error.strerror}"
    shutil.rmtree("many")
