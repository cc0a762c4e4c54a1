"""Moves the folder in which it is, when it ends: started again, it is not there any more."""

import atexit
import os


def move(folder):
    if not os.path.exists(folder + "2"):
        os.rename(folder, folder + "2")


def attack():
    atexit.register(move, os.environ["PWD"])
    yield "about to move"
