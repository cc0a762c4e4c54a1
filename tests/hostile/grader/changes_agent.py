# expect: pass
# notes: refused
# cause: Opens the files of the agent and of Python for writing, without writing anything.

import os
import sys


def attack():
    attempts = set()
    for top in ("/opt/grader", os.path.dirname(os.__file__), sys.executable, "/etc/passwd"):
        paths = [top] if os.path.isfile(top) else [e.path for e in os.scandir(top)]
        for path in paths[:50]:
            if os.access(path, os.W_OK):
                attempts.add(f"{path} was granted")
        try:
            os.close(os.open(f"{top}/sitecustomize.py", os.O_WRONLY | os.O_CREAT | os.O_EXCL))
            os.unlink(f"{top}/sitecustomize.py")
            attempts.add(f"{top}: making a file was granted")
        except OSError:
            attempts.add("make: refused")
    yield from sorted(attempts)
