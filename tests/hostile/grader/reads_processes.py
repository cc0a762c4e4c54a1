# expect: pass
# cause: Reads the memory, environment, files and folder of every other process.

import os


def attack():
    attempts = set()
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        for what in ("mem", "environ", "maps", "fd/0", "fd/1", "syscall", "stack"):
            try:
                os.close(os.open(f"/proc/{name}/{what}", os.O_RDONLY | os.O_NONBLOCK))
                attempts.add(f"open: {what} was granted")
            except OSError as error:
                attempts.add(f"open: {error.strerror}")
        for what in ("cwd", "root", "exe", "fd"):
            try:
                os.listdir(f"/proc/{name}/{what}")
                attempts.add(f"list: {what} was granted")
            except OSError as error:
                attempts.add(f"list: {error.strerror}")
    yield from sorted(attempts)
