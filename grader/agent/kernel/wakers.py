"""What may wake a process, or change its memory, besides the call in which its thread sleeps."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

from . import procfs

EPOLL = "anon_inode:[eventpoll]"

_O_ASYNC = 0o20000
"""A flag of an open file, as in ``include/uapi/asm-generic/fcntl.h``: input sends a signal."""


def names(process: int, numbers: Iterable[int]) -> dict[int, str]:
    """What each of the process's open files is, by its number; without those that are closed."""
    found = {}
    for number in numbers:
        try:
            found[number] = os.readlink(f"/proc/{process}/fd/{number}")
        except OSError:
            continue
    return found


def open_numbers(process: int) -> set[int]:
    """The numbers of the process's open files; none where it is gone."""
    try:
        return {int(name) for name in os.listdir(f"/proc/{process}/fd")}
    except OSError:
        return set()


def epoll_inodes(process: int, file: int) -> set[int]:
    """The inodes of all that the epoll ``file`` watches."""
    return {
        int(line.rpartition(" ino:")[2].split()[0], 16)
        for line in _file_info(process, file)
        if line.startswith("tfd:") and " ino:" in line
    }


def inode(process: int, file: int) -> int | None:
    """A file's inode; None where it is gone."""
    try:
        return os.stat(f"/proc/{process}/fd/{file}").st_ino
    except OSError:
        return None


def sends_signal(process: int, file: int) -> bool:
    """Whether input of that file sends a signal, if the process has asked for one. That may be any
    signal (``F_SETSIG``), whose handler need not show."""
    flags = (line for line in _file_info(process, file) if line.startswith("flags:"))
    return any(int(line.split()[1], 8) & _O_ASYNC for line in flags)


def _file_info(process: int, file: int) -> list[str]:
    try:
        return procfs.read_once(f"/proc/{process}/fdinfo/{file}").splitlines()
    except OSError:
        return []


def time_of_all_threads(process: int) -> int | None:
    """Nanoseconds of processor time that all threads of a process have used, ended ones included;
    None where it is gone, or the kernel does not show that.

    It is the sum of what each thread shows, to the nanosecond: so more than that shows that a
    thread has ended.
    """
    clock = ~process << 3 | _SCHEDULED
    try:
        return time.clock_gettime_ns(clock)
    except OSError:
        return None


_SCHEDULED = 2
"""The kind of clock that ``clock_getcpuclockid(3)`` returns."""
