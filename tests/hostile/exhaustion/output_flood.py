# expect: pass
# cause: Prints 20 MiB.

import sys


def attack():
    for _ in range(20):
        sys.stdout.write(("x" * 1023 + "\n") * 1024)
    sys.stdout.flush()
    yield "printed"
