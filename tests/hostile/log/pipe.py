# expect: fail client-logged, terminal-logged
# cause: Its log is a named pipe that never ends.

import os

os.mkfifo("server.log")
PIPE = os.open("server.log", os.O_RDWR | os.O_NONBLOCK)


def attack():
    yield "nobody reads this"
