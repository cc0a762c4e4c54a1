# expect: pass
# notes: write: No space left on device
# cause: Names eight folders near the root, and fills all that are writable.

import os

LOGS = ["/a1/x", "/a2/x", "/a3/x", "/a4/x", "/a5/x", "/a6/x", "/a7/x", "/a8/x"]


def attack():
    filled = 0
    for folder in [os.path.dirname(log) for log in LOGS] + ["/tmp", os.path.expanduser("~")]:
        try:
            for number in range(6):
                with open(f"{folder}/{number}", "wb", buffering=0) as file:
                    for _ in range(15):
                        filled += file.write(bytes(1 << 20))
            yield "a folder without limit was granted"
        except OSError as error:
            yield f"write: {error.strerror}"
    yield f"{filled >> 20} MiB in all" + (" were granted" if filled > 200 << 20 else "")
