"""Reads ``/proc``: a server's processes and threads, their states, system calls and open files."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .syscalls import Call, is_file_call, parse_call

_MAY_CONTINUE = 3072
"""Bytes. The kernel produces these texts a page at a time: a piece that is shorter than a page, by
more than a record, is the last one."""

_CACHE_SIZE = 64

_cache: dict[str, int] = {}
"""Open files of ``/proc`` by their paths, the oldest first: opening one takes five times as long as
reading it. An open file belongs to the process for which it was opened, not to a later one with the
same number: once that process is gone, reading fails, except for ``children``. So all files of a
thread are evicted together."""


def _read(path: str) -> str:
    """Read a file, and keep it open. Raises OSError where its process is gone."""
    file = _cache.get(path)
    if file is not None:
        try:
            return _read_all(file)
        except OSError:
            _evict(path.rpartition("/")[0])
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    if len(_cache) >= _CACHE_SIZE:
        _evict(next(iter(_cache)).rpartition("/")[0])
    _cache[path] = file
    return _read_all(file)


def _evict(folder: str) -> None:
    """Close all cached files below ``folder``."""
    for path in [path for path in _cache if path.startswith(f"{folder}/")]:
        os.close(_cache.pop(path))


def read_once(path: str) -> str:
    """Read a file of ``/proc``. Raises OSError where its process is gone."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return _read_all(file)
    finally:
        os.close(file)


def _read_all(file: int) -> str:
    text = piece = os.pread(file, 65536, 0)
    while len(piece) >= _MAY_CONTINUE:
        piece = os.pread(file, 65536, len(text))
        text += piece
    return text.decode("ascii", "replace")


def _list(folder: str) -> list[str]:
    """The names in ``folder``; none where it is gone."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


def descendants(root: int) -> dict[int, list[int]]:
    """All descendants of process ``root``, without itself, each with its threads."""
    found: dict[int, list[int]] = {}
    todo = [root]
    while todo:
        process = todo.pop()
        threads = [int(name) for name in _list(f"/proc/{process}/task")]
        if process != root:
            found[process] = threads
        for thread in threads:
            try:
                children = read_once(f"/proc/{process}/task/{thread}/children")
            except OSError:
                continue
            todo += [int(child) for child in children.split() if int(child) not in found]
    return found


def children(process: int) -> list[int]:
    """The children of the main thread of ``process``, adopted ones and zombies included, the oldest
    first."""
    cpu_time(process, process)  # evicts what was cached for an earlier process of that number
    try:
        text = _read(f"/proc/{process}/task/{process}/children")
    except OSError:
        return []
    return [int(child) for child in text.split()]


def state(process: int, thread: int) -> str:
    """The thread's state letter, as in ``proc(5)``'s stat; ``X`` where it is gone."""
    return stat_fields(process, thread)[0]


def stat_fields(process: int, thread: int) -> list[str]:
    """The fields of ``proc(5)``'s stat after the name; ``X`` alone where the thread is gone."""
    try:
        text = _read(f"/proc/{process}/task/{thread}/stat")
    except OSError:
        return ["X"]
    # The name, in brackets, may hold anything.
    return text.rpartition(")")[2].split() if ")" in text else ["X"]


def kernel_share(process: int, thread: int) -> tuple[int, int]:
    """The thread's processor time so far, and the part of it spent in the kernel, in clock ticks;
    none where the thread is gone."""
    fields = stat_fields(process, thread)
    if len(fields) <= _SYSTEM_TIME:
        return 0, 0
    user, system = int(fields[_SYSTEM_TIME - 1]), int(fields[_SYSTEM_TIME])
    return user + system, system


def ticks(process: int) -> list[int]:
    """The processor time of a process so far, in clock ticks: of its threads, ended ones too, in
    the program and in the kernel; and of the children that it has waited for, likewise. Nothing
    where it is gone."""
    try:
        text = _read(f"/proc/{process}/stat")
    except OSError:
        return []
    fields = text.rpartition(")")[2].split()
    return [int(field) for field in fields[_SYSTEM_TIME - 1 : _SYSTEM_TIME + 3]]


_SYSTEM_TIME = 12
"""The index in :func:`stat_fields` of the time in the kernel; that of the program's own is before
it."""


class CpuTime(NamedTuple):
    """Processor time (``/proc/PID/task/TID/schedstat``), in nanoseconds."""

    ran: int
    waited: int
    """Runnable, but without a processor."""
    timeslices: int
    """Number of times that it was given a processor."""


def parse_cpu_time(text: str) -> CpuTime | None:
    """Read a ``schedstat`` file; None where it is incomplete."""
    try:
        ran, waited, timeslices = text.split()
        return CpuTime(int(ran), int(waited), int(timeslices))
    except ValueError:
        return None


def cpu_time(process: int, thread: int) -> CpuTime | None:
    """The thread's processor time; None where the kernel hides it, or the thread is gone."""
    try:
        return parse_cpu_time(_read(f"/proc/{process}/task/{thread}/schedstat"))
    except OSError:
        return None


def call(process: int, thread: int) -> Call | None:
    """The blocking call in which the thread sleeps.

    None: it runs, is in another call, or the kernel hides it. Reading a regular file does not
    count as sleeping, although a thread may block on it: where a file system is a program (FUSE,
    as under ``fuse-overlayfs``) each import does.
    """
    try:
        found = parse_call(_read(f"/proc/{process}/task/{thread}/syscall"))
    except OSError:
        return None
    if found is None or _is_regular(process, thread, found) is not False:
        return None
    return found


def waits_for_files(process: int, thread: int) -> bool:
    """Whether the thread waits for a file system to do its work, which may take long on a busy
    machine: to rename a file, say, or to write to a regular one."""
    try:
        text = _read(f"/proc/{process}/task/{thread}/syscall")
    except OSError:
        return False
    found = parse_call(text)
    return is_file_call(text) or (found is not None and _is_regular(process, thread, found) is True)


def _is_regular(process: int, thread: int, found: Call) -> bool | None:
    """Whether a call reads or writes a regular file; None: unknown."""
    if found.name not in ("read", "write") or found.file is None:
        return False
    try:
        return stat.S_ISREG(os.stat(f"/proc/{process}/task/{thread}/fd/{found.file}").st_mode)
    except OSError:
        return None


def call_visible(process: int, thread: int) -> bool:
    """Whether the kernel shows the thread's system call; True for one that has ended."""
    try:
        _read(f"/proc/{process}/task/{thread}/syscall")
    except (FileNotFoundError, ProcessLookupError):
        return state(process, thread) in "ZX"
    except OSError:
        return False
    return True


def parse_catches_signal(text: str, number: int) -> bool:
    """Return whether a process's ``status`` file shows a handler for signal ``number``. False where
    the file is incomplete."""
    for line in text.split("\n"):
        name, _, mask = line.partition(":")
        if name == "SigCgt":
            try:
                return bool(int(mask, 16) >> (number - 1) & 1)
            except ValueError:
                return False
    return False


def parse_sleeps(text: str) -> int | None:
    """Return how often a thread went to sleep of its own accord, by its ``status`` file. None where
    the file is incomplete."""
    for line in text.split("\n"):
        name, _, count = line.partition(":")
        if name == "voluntary_ctxt_switches" and count.strip().isdecimal():
            return int(count)
    return None


def sleeps(process: int, thread: int) -> int | None:
    """How often the thread went to sleep of its own accord since it was started: each blocking call
    that did not return at once, however short. None where the kernel does not show it."""
    try:
        return parse_sleeps(read_once(f"/proc/{process}/task/{thread}/status"))
    except OSError:
        return None


def catches_signal(process: int, number: int) -> bool:
    """Whether the process has a handler for signal ``number``; False where it is gone."""
    try:
        return parse_catches_signal(read_once(f"/proc/{process}/status"), number)
    except OSError:
        return False


_ALARMS = (signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF)
"""The signals of ``setitimer(2)``."""


_TIMER = "anon_inode:[timerfd]"


def may_have_timer(process: int) -> bool:
    """Whether the process has a timer of ``timer_create(2)`` or one that is a file, or handles a
    signal of the alarms that the kernel does not show; False where it is gone."""
    try:
        timers = bool(read_once(f"/proc/{process}/timers"))
    except OSError:  # this kernel was built without that file
        timers = False
    folder = f"/proc/{process}/fd"
    return (
        timers
        or any(catches_signal(process, alarm) for alarm in _ALARMS)
        # Whether a call waits on one is not known: its memory may not show what it was given.
        or any(_link(f"{folder}/{name}") == _TIMER for name in _list(folder))
    )


def socket_inodes(processes: Mapping[int, Iterable[int]]) -> dict[int, int]:
    """The inodes of the processes' open sockets, each with its lowest file descriptor.

    A socket that was opened earlier has a lower one. ``processes``: each with its threads.
    """
    found: dict[int, int] = {}
    for process, threads in processes.items():
        # All threads have the same files, but one that has ended shows none.
        folders = (f"/proc/{process}/task/{thread}/fd" for thread in threads)
        folder, names = next(((f, names) for f in folders if (names := _list(f))), ("", []))
        for name in names:
            target = _link(f"{folder}/{name}")
            if target.startswith("socket:["):
                inode = int(target[8:-1])
                found[inode] = min(int(name), found.get(inode, int(name)))
    return found


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def file_name(process: int, thread: int, file: int) -> str:
    """What a thread's file is: ``socket:[INODE]`` or a path; empty where it is gone."""
    return _link(f"/proc/{process}/task/{thread}/fd/{file}")
