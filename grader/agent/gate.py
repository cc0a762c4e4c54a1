"""A gate at which a program's Python waits, once it has started, until the program may begin.

The start of Python takes most of the time of a scenario. Where a program has namespaces of its own,
its Python can start while the program before it is still played: neither reaches the other, and
nothing of the student's is in it before the gate is opened. What holds it there is
``waiting/sitecustomize.py``: any Python runs a module of that name right before its program.
"""

from __future__ import annotations

import os
import socket

from . import linux
from .parting import PROGRAM

_WAITING = os.path.join(os.path.dirname(__file__), "waiting")


def terminal() -> tuple[int, int]:
    """Both ends of a terminal that nobody can name: what is played now is the same user's.

    A Python finds out what its standard streams are when it starts, and never again.
    """
    flags = linux.NO_SETUID | linux.NO_PROGRAMS
    options = "newinstance,ptmxmode=0666,mode=620,max=4"
    linux.mount("devpts", "/dev/pts", "devpts", flags, options)
    try:
        return os.openpty()
    finally:
        linux.unmount("/dev/pts")


def wait_at(folder: str, orders: socket.socket, near: int, far: int) -> tuple[str, dict[str, str]]:
    """Have the Python that this process is about to become wait for ``orders``, to begin then in
    ``folder``; see :data:`~grader.agent.offspring.Begin`.

    ``near`` and ``far`` are the ends of the terminal on which it starts.
    """
    for stream in range(3):
        os.dup2(far, stream)
    for file in (near, orders.fileno()):
        os.set_inheritable(file, True)
    return f"{folder}/{PROGRAM}", {
        "GATE": f"{orders.fileno()} {near}",
        # Where the student's home has modules of its own, the program before has put them there.
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": _WAITING,
    }


def open_for(orders: socket.socket, files: list[int]) -> None:
    """Let the program begin, with ``files``: a terminal, and where to tell what is in the way."""
    socket.send_fds(orders, [b"\n"], files)
