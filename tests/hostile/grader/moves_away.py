# expect: pass
# notes: about to move
# cause: Moves its own folder when it ends, so that the folder is missing at the next start.

import atexit
import os


def move(folder):
    if not os.path.exists(folder + "2"):
        os.rename(folder, folder + "2")


def attack():
    atexit.register(move, os.environ["PWD"])
    yield "about to move"
