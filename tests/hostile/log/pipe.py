"""Its log is a pipe with a name, which never ends."""

import os

os.mkfifo("server.log")
PIPE = os.open("server.log", os.O_RDWR | os.O_NONBLOCK)


def attack():
    yield "nobody reads this"
