# expect: pass
# cause: Reads the memory, environment, files and folder of every other process.

import os


def attack():
    told = set()
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        for what in ("mem", "environ", "maps", "fd/0", "fd/1", "syscall", "stack"):
            try:
                os.close(os.open(f"/proc/{name}/{what}", os.O_RDONLY | os.O_NONBLOCK))
                told.add(f"open: {what} was granted")
            except OSError as error:
                told.add(f"open: {error.strerror}")
        for what in ("cwd", "root", "exe", "fd"):
            try:
                os.listdir(f"/proc/{name}/{what}")
                told.add(f"list: {what} was granted")
            except OSError as error:
                told.add(f"list: {error.strerror}")
    yield from sorted(told)
