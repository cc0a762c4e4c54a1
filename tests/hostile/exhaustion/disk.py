# expect: pass
# cause: Writes 64 files of 1 MiB in each place that anybody may write to.

import os


def attack():
    for place in (".", "/tmp", "/dev/shm", os.path.expanduser("~")):
        made = []
        try:
            for number in range(64):
                made.append(f"{place}/flood{number}")
                with open(made[-1], "wb") as file:
                    file.write(bytes(1 << 20))
            yield f"{place}: all was granted"
        except OSError as error:
            yield f"{place}: {error.strerror}"
        for path in made:
            os.unlink(path)
