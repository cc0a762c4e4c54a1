"""The system calls that block: their names, and whether they have a timeout.

Calls that take a path are not listed (connecting to a Unix socket, for one, as a host name lookup
does first): a thread may block on the path itself, where a file system is a program.

The numbers are Linux's, from ``arch/x86/entry/syscalls/syscall_64.tbl`` and
``include/uapi/asm-generic/unistd.h`` (arm64).
"""

from __future__ import annotations

import os
from typing import NamedTuple

from ..vocabulary import CallName


class Kind(NamedTuple):
    """One system call."""

    name: CallName
    """The lecture's name: ``select`` for ``pselect6`` too."""
    timeout: str
    """The place of its timeout: ``never``, ``always``, ``pointer N`` (argument N is 0 without one),
    ``milliseconds N`` (argument N is negative without one)."""
    file: bool = False
    """Whether its first argument is a file descriptor."""


_SELECT = Kind("select", "pointer 4")
_ACCEPT = Kind("accept", "never", file=True)
_RECV = Kind("recv", "never", file=True)
_SEND = Kind("send", "never", file=True)
_READ = Kind("read", "never", file=True)
_WRITE = Kind("write", "never", file=True)
_SLEEP = Kind("sleep", "always")
_WAIT = Kind("wait", "never")
_LOCK = Kind("flock", "never", file=True)
_FUTEX = Kind("futex", "pointer 3")
_PPOLL = Kind("poll", "pointer 2")
_SIGNAL = Kind("sigwait", "pointer 2")
_EPOLL = Kind("epoll", "milliseconds 3")

_X86_64 = {
    0: _READ,
    1: _WRITE,
    7: Kind("poll", "milliseconds 2"),
    19: _READ,
    20: _WRITE,
    23: _SELECT,
    34: Kind("pause", "never"),
    35: _SLEEP,
    43: _ACCEPT,
    44: _SEND,
    45: _RECV,
    46: _SEND,
    47: _RECV,
    61: _WAIT,
    73: _LOCK,
    128: _SIGNAL,
    202: _FUTEX,
    219: _SLEEP,  # restart_syscall, after a signal: whether there is a timeout is unknown
    230: _SLEEP,
    232: _EPOLL,
    247: _WAIT,
    270: _SELECT,
    271: _PPOLL,
    281: _EPOLL,
    288: _ACCEPT,
    441: Kind("epoll", "pointer 3"),
}

_ARM64 = {
    22: _EPOLL,
    32: _LOCK,
    63: _READ,
    64: _WRITE,
    65: _READ,
    66: _WRITE,
    72: _SELECT,
    73: _PPOLL,
    95: _WAIT,
    98: _FUTEX,
    101: _SLEEP,
    115: _SLEEP,
    128: _SLEEP,
    137: _SIGNAL,
    202: _ACCEPT,
    206: _SEND,
    207: _RECV,
    211: _SEND,
    212: _RECV,
    242: _ACCEPT,
    260: _WAIT,
    441: Kind("epoll", "pointer 3"),
}

TABLES = {"x86_64": _X86_64, "aarch64": _ARM64}

_X86_64_FILES = "3 4 5 6 21 74 75 76 77 78 82 83 84 87 162 217 258 262 263 264 269 306 316 332 439"
_ARM64_FILES = "34 35 38 45 46 48 57 61 79 80 81 82 83 267 276 291 439"

FILE_CALLS = {
    "x86_64": frozenset(map(int, _X86_64_FILES.split())),
    "aarch64": frozenset(map(int, _ARM64_FILES.split())),
}
"""Calls that end as soon as a file system has done its work: close, stat, access, getdents, sync,
truncate, rename, mkdir, rmdir, unlink, and their variants. Opening a file is not among them: that
of a named pipe may take for ever."""


class Call(NamedTuple):
    """A system call that a thread sleeps in."""

    name: CallName
    timed: bool
    """Whether it has a timeout."""
    arguments: tuple[int, ...]
    file: int | None
    """The file descriptor it waits for; None: it waits for none, or for several."""
    timeout: str = "never"
    """The place of its timeout; see :class:`Kind`."""


def signed32(value: int) -> int:
    """The 32-bit number with a sign in the lower half of an argument."""
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value & 0x80000000 else value


def _timed(timeout: str, arguments: tuple[int, ...]) -> bool:
    where, _, index = timeout.partition(" ")
    if where == "pointer":
        return arguments[int(index)] != 0
    if where == "milliseconds":
        return signed32(arguments[int(index)]) >= 0
    return where == "always"


def parse_call(text: str, machine: str | None = None) -> Call | None:
    """Read ``/proc/PID/task/TID/syscall``.

    None: the thread runs, or is in a call that is not listed here, which proves nothing; or the
    text is truncated. ``machine``: as in :func:`os.uname` (default: this machine's).
    """
    fields = text.split()
    if len(fields) < 9:
        return None
    try:
        number = int(fields[0])
        arguments = tuple(int(field, 16) for field in fields[1:7])
    except ValueError:
        return None
    kind = TABLES.get(machine or os.uname().machine, {}).get(number)
    if kind is None:
        return None
    return Call(
        kind.name,
        _timed(kind.timeout, arguments),
        arguments,
        signed32(arguments[0]) if kind.file else None,
        kind.timeout,
    )


def is_file_call(text: str, machine: str | None = None) -> bool:
    """Whether, by ``/proc/PID/task/TID/syscall``, the thread waits for a file system only."""
    number, _, _ = text.partition(" ")
    numbers = FILE_CALLS.get(machine or os.uname().machine, frozenset())
    return number.isdecimal() and int(number) in numbers
