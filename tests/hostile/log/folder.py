"""What is called as a log is a folder, with the log in it."""

import os

os.mkdir("server.log")
os.chdir("server.log")


def attack():
    yield "in a folder"
