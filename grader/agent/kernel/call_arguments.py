"""What a blocking call was given: the files that it watches, its timeout. Most of it is in memory.

The memory is the program's own, which it may fill as it likes once the kernel has read it: so what
is read here proves what a program does not wait on, rather than what it does.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from select import POLLIN

from .snapshot import Thread
from .syscalls import Call, signed32

_MOST_WATCHED = 1024
"""File descriptors of one call that are reported."""

_POLLED = struct.Struct("ihh")
"""``struct pollfd`` of ``poll(2)``: the descriptor, requested events, returned events."""


def watched_files(process: int, thread: int, call: Call) -> list[int]:
    """The file descriptors that a ``select`` or ``poll`` waits on to become readable."""
    match call.name:
        case "select":
            count, where = min(call.arguments[0], _MOST_WATCHED), call.arguments[1]
            bits = int.from_bytes(_memory(process, thread, where, (count + 7) // 8), "little")
            return [file for file in range(count) if bits >> file & 1]
        case "poll":
            where, count = call.arguments[0], min(call.arguments[1], _MOST_WATCHED)
            polled = _memory(process, thread, where, count * _POLLED.size)
            whole = polled[: len(polled) // _POLLED.size * _POLLED.size]
            return [file for file, asked, _ in _POLLED.iter_unpack(whole) if asked & POLLIN]
    return []


def watches_any(call: Call) -> bool:
    """Whether a ``select`` or ``poll`` was given any file descriptor, be it for writing."""
    return call.arguments[0 if call.name == "select" else 1] > 0


_TIMESPEC = struct.Struct("qq")
"""``struct timespec``: seconds and nanoseconds."""


def timeout(process: int, thread: int, call: Call) -> float | None:
    """The seconds of the timeout that a ``select``, ``poll`` or ``epoll`` was given.

    None: it has none, or it cannot be read; and for other calls, some of which are given a time of
    day instead.
    """
    if not call.timed or call.name not in ("select", "poll", "epoll"):
        return None
    where, _, index = call.timeout.partition(" ")
    argument = call.arguments[int(index)]
    if where == "milliseconds":
        return signed32(argument) / 1000
    text = _memory(process, thread, argument, _TIMESPEC.size)
    if len(text) < _TIMESPEC.size:
        return None
    seconds, nanoseconds = _TIMESPEC.unpack(text)
    return float(seconds + nanoseconds / 1e9)


def _memory(process: int, thread: int, where: int, size: int) -> bytes:
    """``size`` bytes of a thread's memory; fewer where they cannot be read."""
    if not where:
        return b""
    try:
        memory = os.open(f"/proc/{process}/task/{thread}/mem", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.pread(memory, size, where)
    except (OSError, OverflowError, ValueError):
        return b""
    finally:
        os.close(memory)


def shortest_timeout(threads: Iterable[Thread]) -> float | None:
    """The seconds of the shortest timeout that a call of ``threads`` was given; None: not known."""
    timeouts = (timeout(t.process, t.thread, t.call) for t in threads if t.call)
    return min((seconds for seconds in timeouts if seconds is not None), default=None)
