# expect: pass
# cause: Opens every other process's memory and output for writing, without writing anything.

import os


def attack():
    attempts = set()
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        for what in ("mem", "fd/1", "fd/2", "oom_score_adj", "clear_refs"):
            try:
                os.close(os.open(f"/proc/{name}/{what}", os.O_WRONLY | os.O_NONBLOCK))
                attempts.add(f"open: {what} was granted")
            except OSError as error:
                attempts.add(f"open: {error.strerror}")
    yield from sorted(attempts)
