"""The processor time of all that runs for a server, though it ends between two looks.

The kernel adds it up in two ways. What a look finds is exact, but a child that lives for a moment
is missed or seen in part. A process that is waited for leaves its time to whoever waits, and a
thread to its process: nothing is missed there, but it is counted in ticks of 10 ms. Both are less
than what was used, so the larger one holds.
"""

from __future__ import annotations

import os

from ..kernel import procfs
from ..kernel.snapshot import Snapshot

_TICK = 1_000_000_000 // os.sysconf("SC_CLK_TCK")

_Ticks = dict[tuple[int, int], int]
"""Ticks by process and by the number of the field that counts them."""


class CpuUse:
    """The processor time that a server uses from its snapshot ``first`` on.

    Args:
        root: inherits the server's orphans; not one of its processes.
        first: a snapshot of the server.
    """

    def __init__(self, root: int, first: Snapshot) -> None:
        self.ran = 0
        """Nanoseconds up to the last look, at least."""
        self._root = root
        self._first = first
        self._ticks = self._count(first)
        self._seen = 0
        self._known = _by_thread(first)

    def note(self, taken: Snapshot) -> None:
        """Note a later look at the server."""
        known = _by_thread(taken)
        for thread, ran in known.items():
            before = self._known.get(thread, 0)
            # Less than before: another thread has got the number of one that has ended.
            self._seen += ran - before if ran >= before else ran
        self._known |= known
        living = taken.cpu.ran - self._first.cpu.ran
        self.ran = max(self.ran, living, self._seen, self._counted(taken))

    def _counted(self, taken: Snapshot) -> int:
        """Nanoseconds that the kernel has counted in ticks since the first look."""
        now, before = self._count(taken), self._ticks
        gained = sum(now.values()) - sum(before.values())
        # Each counter shows whole ticks only.
        uncertain = sum(1 for key in now if now[key] != before.get(key, 0) and key in before)
        return (gained - uncertain) * _TICK

    def _count(self, taken: Snapshot) -> _Ticks:
        """The ticks of the processes, and of those that they or ``root`` have waited for."""
        found: _Ticks = {}
        for process in {thread.process for thread in taken.threads}:
            for number, ticks in enumerate(procfs.ticks(process)):
                found[process, number] = ticks
        for number, ticks in list(enumerate(procfs.ticks(self._root)))[2:]:
            found[self._root, number] = ticks
        return found


def _by_thread(taken: Snapshot) -> dict[tuple[int, int], int]:
    return {(t.process, t.thread): t.cpu.ran for t in taken.threads if t.cpu is not None}
