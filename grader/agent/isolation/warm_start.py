"""A gate at which a program's Python waits, once it has started, until the program may begin.

The start of Python takes most of the time of a scenario. Where a program has namespaces of its own,
its Python can start while the program before it is still played: neither reaches the other, and
nothing of the student's is in it before the gate is opened. What holds it there is
``waiting/sitecustomize.py``: any Python runs a module of that name right before its program.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import termios

from . import linux
from .base import PROGRAM

ANSWER = b"\xff"
"""With which a program's answer begins, and no status of a process. What is in the way follows."""

_WAITING = os.path.join(os.path.dirname(__file__), "warm")


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
    ``folder``; see :data:`~grader.agent.isolation.process_tree.Begin`.

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


def release(orders: socket.socket, terminal: int) -> None:
    """Let the program begin on ``terminal``.

    The terminal's name is passed, and nothing open: of what is on its way through sockets the
    kernel allows a user so many, and another run of this one's may have used them up.
    """
    # It is opened anew, which a program that ran on it before may have denied itself.
    fcntl.ioctl(terminal, termios.TIOCNXCL)
    os.fchmod(terminal, 0o620)
    with contextlib.suppress(ConnectionError):  # it has ended, as its answer says
        orders.send(os.ttyname(terminal).encode())


def answer(orders: socket.socket) -> str:
    """What is in the way of the program that was let in, or nothing.

    Raises:
        ConnectionError: the program has ended before.
    """
    told = orders.recv(4096)
    if told[:1] != ANSWER:  # but process 1 tells how it has ended, or is gone
        raise ConnectionError("it gives no answer")
    return told[1:].decode("utf-8", "replace")
