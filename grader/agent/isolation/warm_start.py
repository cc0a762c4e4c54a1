"""Starts a program's Python ahead of time and holds it until its program may begin.

Most of the time of a scenario is Python's own start. A program in a box cannot reach the one that
runs before it, nor be reached by it, so its Python can start meanwhile. It stops in
``warm/sitecustomize.py``, a module that every Python imports right before its program, and reads
none of the student's code until the agent releases it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import termios

from . import linux
from .base import PROGRAM

REPLY = b"\xff"
"""First byte of the program's reply, which no exit report begins with. An error text follows, or
nothing if the program begins."""

SITE_FOLDER = os.path.join(os.path.dirname(__file__), "warm")
"""The folder of ``sitecustomize.py``."""


def open_private_terminal() -> tuple[int, int]:
    """Open a terminal that no other process can open by name; return both of its ends.

    Python examines its standard streams only once, when it starts, so a warm one needs a terminal;
    but the program that runs now has the same user id and must not reach it.
    """
    flags = linux.MS_NOSUID | linux.MS_NOEXEC
    options = "newinstance,ptmxmode=0666,mode=620,max=4"
    linux.mount("devpts", "/dev/pts", "devpts", flags, options)
    try:
        return os.openpty()
    finally:
        linux.unmount("/dev/pts")


def set_up(
    folder: str, channel: socket.socket, near_end: int, far_end: int
) -> tuple[str, dict[str, str]]:
    """Set up this process so that, after exec, Python waits for its release; see :data:`.SetUp`.

    Args:
        folder: where the program is going to run.
        channel: through which the release comes.
        near_end, far_end: the ends of the private terminal.
    """
    for stream in range(3):
        os.dup2(far_end, stream)
    for file in (near_end, channel.fileno()):
        os.set_inheritable(file, True)
    return f"{folder}/{PROGRAM}", {
        "WARM_START": f"{channel.fileno()} {near_end}",
        # If the student's home contains modules, the previous program has put them there.
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": SITE_FOLDER,
    }


def release(channel: socket.socket, terminal: int) -> None:
    """Let the program begin on ``terminal``.

    The terminal is passed by name, not as a descriptor: the kernel limits the descriptors that a
    user has in flight in sockets, and another run of the same user may have used them up.
    """
    # A program that ran on it before may have made it exclusive or closed its permissions. If it
    # has found a way to prevent this, it cannot begin, and replies why.
    with contextlib.suppress(OSError):
        fcntl.ioctl(terminal, termios.TIOCNXCL)
        os.fchmod(terminal, 0o620)
    with contextlib.suppress(ConnectionError):  # It has ended; receive_reply reports that.
        channel.send(os.ttyname(terminal).encode())


def receive_reply(channel: socket.socket) -> str:
    """Return why the released program cannot begin; an empty text if it begins.

    Raises:
        ConnectionError: it has ended without a reply.
    """
    try:
        message = channel.recv(4096)
    except ConnectionResetError:
        message = b""  # Whether its end is seen as a reset or as an end of file is chance.
    if message[:1] != REPLY:  # It is init's exit report, or the channel is closed.
        raise ConnectionError("no reply")
    return message[1:].decode("utf-8", "replace")
