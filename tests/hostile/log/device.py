# expect: fail client-logged, terminal-logged
# cause: Its log is a device that forgets; beside it are links to devices that never end.

import os

os.symlink("/dev/null", "server.log")
os.symlink("/dev/zero", "zero.log")
os.symlink("/dev/random", "random.log")
os.symlink("/dev/stdin", "typed.log")


def attack():
    yield "nobody reads this"
