# expect: pass
# cause: A folder has the log's name and contains the log.

import os

os.mkdir("server.log")
os.chdir("server.log")


def attack():
    yield "in a folder"
