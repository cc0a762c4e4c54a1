# expect: pass
# notes: left
# cause: Leaves modules in its home that every Python runs at startup, for the next one to find.

import os
import sys


def attack():
    started_again = os.path.exists("server.log")  # then its modules are still there
    if "STARTED_AHEAD" in os.environ and not started_again:
        yield "to run before its start was granted"
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    folder = os.path.expanduser(f"~/.local/lib/{version}/site-packages")
    os.makedirs(folder, exist_ok=True)
    code = "import os; os.environ['STARTED_AHEAD'] = 'yes'\n"
    for name in ("usercustomize.py", "sitecustomize.py", "ahead.pth"):
        with open(f"{folder}/{name}", "w", encoding="ascii") as file:
            file.write(code)
    yield "left"
