"""Becomes a daemon itself: its first process ends, and its session is another."""

import os


def attack():
    if os.fork():
        os._exit(0)
    os.setsid()
    yield "it is a daemon"
