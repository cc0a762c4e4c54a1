"""Finds what else may have woken a server that sleeps in `select`, or changed what that shows.

What `select` watches is read from the server's memory. The kernel has read it when the call began;
since then, somebody else may have written there what the agent is to see. But the only thread of a
process that shares its memory and its open files with nobody is woken by what its call watches,
by an `epoll` that this watches, or by a signal. So all of these are looked for. (The system call
filter keeps other processes from sharing its open files, and the kernel from writing to its memory
on its own.)
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Set

from ..kernel import procfs, wakers
from ..kernel.snapshot import Snapshot
from ..vocabulary import OtherWaker

_NOW_AND_THEN = 32
"""Of 256 looks, the number that is thorough."""


class OtherWakers:
    """What else may have woken one start of a server, since it has listened."""

    def __init__(self) -> None:
        self._ended: dict[int, int] | None = None
        """Nanoseconds for which threads ran that had ended at the first look, by process."""
        self._files: set[int] = set()
        """The numbers of its open files at the last look."""
        self._awake: list[OtherWaker] = []
        """What was found among them since the last thorough look."""

    def found(self, taken: Snapshot, inputs: set[int], *, thorough: bool) -> list[OtherWaker]:
        """What is found of a server that sleeps as a single thread.

        Args:
            inputs: the inodes of the files that are its input.
            thorough: whether to look at all of its open files in any case. Otherwise, since that
                takes long where clients are many, only at those with new numbers, and at all now
                and then: which of its files wake it may change, too, and a program could know when
                it is observed.
        """
        if not taken.asleep or len(taken.threads) != 1:
            return []
        (thread,) = taken.threads
        numbers = wakers.open_numbers(thread.process)
        if thorough or os.urandom(1)[0] < _NOW_AND_THEN:
            self._files, self._awake = set(), []
        new = self._among_files(thread.process, numbers - self._files, inputs)
        self._files, self._awake = numbers, list(dict.fromkeys([*self._awake, *new]))
        if self._has_lost_thread(thread.process, thread.thread):
            return [*self._awake, "thread"]
        return self._awake

    def _among_files(
        self, process: int, numbers: set[int], inputs: set[int]
    ) -> Iterator[OtherWaker]:
        files = wakers.names(process, numbers)
        epolls = [file for file, name in files.items() if name == wakers.EPOLL]
        # What is read from it is read from the terminal, but it is another file.
        terminals = {wakers.inode(process, file) for file in files if files[file] == "/dev/tty"}
        if any(self._watches(process, epoll, inputs | terminals) for epoll in epolls):
            yield "epoll"
        if any(wakers.sends_signal(process, file) for file in files):
            yield "signal"

    def _has_lost_thread(self, process: int, thread: int) -> bool:
        """Whether a thread of the process has ended: since the first look, if it ran then."""
        before = procfs.cpu_time(process, thread)
        whole = wakers.time_of_all_threads(process)
        if before is None or whole is None or procfs.cpu_time(process, thread) != before:
            return False
        ended = whole - before.ran
        if self._ended is None:
            self._ended = {process: ended}
        return ended > self._ended.get(process, 0)

    @staticmethod
    def _watches(process: int, epoll: int, inputs: Set[int | None]) -> bool:
        """Whether an epoll watches an input, or another epoll, which may."""
        watched = wakers.epoll_inodes(process, epoll)
        return bool(watched & inputs) or wakers.inode(process, epoll) in watched
