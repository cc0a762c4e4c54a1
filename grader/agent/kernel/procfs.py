"""What Linux says of processes and threads: which there are, what they sleep in."""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Callable, Iterable
from select import POLLIN
from typing import NamedTuple

from .syscalls import Call, parse_call

_WHOLE = 3072
"""Bytes. The kernel makes these texts a page at a time: one that is shorter than a page, by more
than a record, is whole."""

_MOST_KEPT = 64

_kept: dict[str, int] = {}
"""Open files of ``/proc`` by their paths, the eldest first: to open one takes five times as long as
to read it. What one says is of the process for which it was opened, not of a later one of that
number: when that is gone, all but ``children`` say so. So those of one are given up together."""


def _read(path: str) -> str:
    file = _kept.get(path)
    if file is not None:
        try:
            return _whole(file)
        except OSError:
            _forget(path.rpartition("/")[0])
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    if len(_kept) >= _MOST_KEPT:
        _forget(next(iter(_kept)).rpartition("/")[0])
    _kept[path] = file
    return _whole(file)


def _forget(folder: str) -> None:
    for path in [path for path in _kept if path.startswith(f"{folder}/")]:
        os.close(_kept.pop(path))


def _read_once(path: str) -> str:
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return _whole(file)
    finally:
        os.close(file)


def _whole(file: int) -> str:
    text = piece = os.pread(file, 65536, 0)
    while len(piece) >= _WHOLE:
        piece = os.pread(file, 65536, len(text))
        text += piece
    return text.decode("ascii", "replace")


def _list(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def descendants(root: int) -> dict[int, list[int]]:
    """The processes below process ``root``, without it: each one's threads."""
    found: dict[int, list[int]] = {}
    todo = [root]
    while todo:
        process = todo.pop()
        threads = [int(name) for name in _list(f"/proc/{process}/task")]
        if process != root:
            found[process] = threads
        for thread in threads:
            try:
                children = _read_once(f"/proc/{process}/task/{thread}/children")
            except OSError:
                continue
            todo += [int(child) for child in children.split() if int(child) not in found]
    return found


def children(process: int) -> list[int]:
    """The processes that the main thread of ``process`` has started, or that have come to it,
    the eldest first; those that have ended included, until they are waited for."""
    use(process, process)  # says whether what is kept of that number is another's
    try:
        told = _read(f"/proc/{process}/task/{process}/children")
    except OSError:
        return []
    return [int(child) for child in told.split()]


def state(process: int, thread: int) -> str:
    """The thread's state letter, of ``proc(5)``'s stat; ``X`` where it is gone."""
    return _stat(process, thread)[0]


def _stat(process: int, thread: int) -> list[str]:
    """The fields of ``proc(5)``'s stat behind the name; where it is gone, ``X`` alone."""
    try:
        text = _read(f"/proc/{process}/task/{thread}/stat")
    except OSError:
        return ["X"]
    # The name, in brackets, may hold anything.
    return text.rpartition(")")[2].split() if ")" in text else ["X"]


class Use(NamedTuple):
    """A thread's use of the processor (``/proc/PID/task/TID/schedstat``), nanoseconds."""

    ran: int
    waited: int
    """Able to run, and without a processor."""
    turns: int


def parse_use(text: str) -> Use | None:
    """Read a ``schedstat`` file; None where it is not whole."""
    try:
        ran, waited, turns = text.split()
        return Use(int(ran), int(waited), int(turns))
    except ValueError:
        return None


def use(process: int, thread: int) -> Use | None:
    """The thread's use; None where the kernel does not tell, or the thread is gone."""
    try:
        return parse_use(_read(f"/proc/{process}/task/{thread}/schedstat"))
    except OSError:
        return None


def call(process: int, thread: int) -> Call | None:
    """The call in which the thread waits for somebody or for some time.

    None: it runs, or is in the midst of something else, or the kernel does not tell. To read a
    file is not to wait, although a thread may sleep over it: where a file system is a program
    (FUSE, as under ``fuse-overlayfs``) each import does.
    """
    try:
        found = parse_call(_read(f"/proc/{process}/task/{thread}/syscall"))
    except OSError:
        return None
    if found is None or found.name.startswith("call "):
        return None
    if found.name in ("read", "write") and found.file is not None:
        try:
            if stat.S_ISREG(os.stat(f"/proc/{process}/fd/{found.file}").st_mode):
                return None
        except OSError:
            return None
    return found


class Thread(NamedTuple):
    """One thread at one moment."""

    process: int
    thread: int
    call: Call | None
    """None: it runs (or the kernel does not tell)."""


class View(NamedTuple):
    """A server at one moment."""

    threads: list[Thread]
    """Those that live: a process that has ended and was not waited for has none."""
    asleep: bool
    """Every thread sleeps, and slept all the while the view was taken: what was read in its
    middle was so at one moment, and nothing more will happen until new input or a timer."""
    tells: bool
    """Whether this kernel tells what threads sleep in."""
    use: Use
    """The sum over its threads. One that has ended is missing in it."""

    @property
    def processes(self) -> int:
        """How many processes live."""
        return len({thread.process for thread in self.threads})

    @property
    def timed(self) -> bool:
        """Whether some thread's sleep will end by itself."""
        return any(thread.call is None or thread.call.timed for thread in self.threads)


def look(root: int, middle: Callable[[], None]) -> View:
    """View the processes below ``root``, calling ``middle`` (which reads queues) in between.

    A thread that slept before and after, and had no turn on a processor in between, slept
    all the time: with all threads so, ``middle`` read a consistent state.
    """
    lone = _lone(root)
    if lone:
        return _look_at([lone], lambda: True, middle)
    listed = descendants(root)
    before = [
        (process, thread, use(process, thread))
        for process, threads in listed.items()
        for thread in threads
    ]
    # A may start B after the first listing, and fall asleep before it is looked at itself.
    return _look_at(before, lambda: descendants(root) == listed, middle)


_Before = tuple[int, int, Use | None]
"""A thread's process, the thread, and its use at first."""

_THREADS = 17
"""Where in :func:`_stat` a process's threads are counted."""


def _lone(root: int) -> _Before | None:
    """The one thread below ``root``, which has only one itself; None where there are more.

    Most programs are so, and to see it takes half of what two listings take. What it starts
    after its use was read, it starts in a turn that its use tells of; and whatever had come of
    it before is listed as its own, or, where what lay between has ended, as ``root``'s.
    """
    below = children(root)
    if len(below) != 1:
        return None
    (process,) = below
    before = use(process, process)
    fields = _stat(process, process)
    alone = fields[_THREADS : _THREADS + 1] == ["1"] and fields[0] not in "ZX"
    if alone and not children(process) and children(root) == below:
        return process, process, before
    return None


def _look_at(
    before: list[_Before], all_of_them: Callable[[], bool], middle: Callable[[], None]
) -> View:
    """View these threads. A second pass is needed, since A may take input and wake B after B was
    looked at; and so is ``all_of_them``, which tells, after the first, whether there are others."""
    threads = [Thread(process, thread, call(process, thread)) for process, thread, _ in before]
    sleeping = all(thread.call for thread in threads)
    living, tells = threads, True
    if not sleeping:
        # One that has ended and was not waited for does nothing either, if it did nothing
        # since its use was read.
        living = [t for t in threads if t.call or state(t.process, t.thread) not in "ZX"]
        sleeping = all(thread.call for thread in living)
    quiet = sleeping and all_of_them()
    middle()
    if quiet:
        quiet = all(
            use(process, thread) == earlier and state(process, thread) in "SZ"
            for process, thread, earlier in before
        )
    if not quiet:
        tells = _tells(living)
    known = [earlier for _, _, earlier in before if earlier]
    total = Use(*(sum(column) for column in zip(*known, strict=True))) if known else Use(0, 0, 0)
    return View(living, quiet and bool(living), tells, total)


def _tells(threads: Iterable[Thread]) -> bool:
    for thread in threads:
        try:
            _read(f"/proc/{thread.process}/task/{thread.thread}/syscall")
        except (FileNotFoundError, ProcessLookupError):
            if state(thread.process, thread.thread) not in "ZX":
                return False
        except OSError:
            return False
    return True


def parse_catches(text: str, number: int) -> bool:
    """Read a process's ``status`` file: whether it catches signal ``number``; else False."""
    for line in text.split("\n"):
        name, _, mask = line.partition(":")
        if name == "SigCgt":
            try:
                return bool(int(mask, 16) >> (number - 1) & 1)
            except ValueError:
                return False
    return False


def catches(process: int, number: int) -> bool:
    """Whether the process has a handler for signal ``number``; False where it is gone."""
    try:
        return parse_catches(_read_once(f"/proc/{process}/status"), number)
    except OSError:
        return False


def inodes(processes: Iterable[int]) -> dict[int, int]:
    """The sockets that the processes hold, by their inodes: under which number of a file, the
    lowest. What was opened first has a lower one than what was opened later."""
    found: dict[int, int] = {}
    for process in processes:
        for name in _list(f"/proc/{process}/fd"):
            target = _link(f"/proc/{process}/fd/{name}")
            if target.startswith("socket:["):
                inode = int(target[8:-1])
                found[inode] = min(int(name), found.get(inode, int(name)))
    return found


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def file_name(process: int, file: int) -> str:
    """What ``/proc/PID/fd/N`` says: ``socket:[INODE]``, a path; empty where it does not."""
    return _link(f"/proc/{process}/fd/{file}")


_MOST = 1024
"""File descriptors of one call that are told."""

_POLLED = struct.Struct("ihh")
"""``struct pollfd``, of ``poll(2)``: the descriptor, the events asked for, those returned."""


def watched(process: int, call: Call) -> list[int]:
    """The file descriptors for which a ``select`` or ``poll`` sleeps to become readable.

    They stand in the program's memory, whose content is its own: what is found here may cost a
    program points, and earns none.
    """
    match call.name:
        case "select":
            count, where = min(call.arguments[0], _MOST), call.arguments[1]
            bits = int.from_bytes(_memory(process, where, (count + 7) // 8), "little")
            return [file for file in range(count) if bits >> file & 1]
        case "poll":
            where, count = call.arguments[0], min(call.arguments[1], _MOST)
            polled = _memory(process, where, count * _POLLED.size)
            whole = polled[: len(polled) // _POLLED.size * _POLLED.size]
            return [file for file, asked, _ in _POLLED.iter_unpack(whole) if asked & POLLIN]
    return []


def _memory(process: int, where: int, size: int) -> bytes:
    """What stands in a process's memory; as much of it as can be read."""
    if not where:
        return b""
    try:
        memory = os.open(f"/proc/{process}/mem", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.pread(memory, size, where)
    except (OSError, OverflowError, ValueError):
        return b""
    finally:
        os.close(memory)
