"""The state of all of a server's threads at one moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from . import procfs
from .procfs import CpuTime
from .syscalls import Call


class Thread(NamedTuple):
    """One thread."""

    process: int
    thread: int
    call: Call | None
    """The blocking call it sleeps in. None: it runs, or the kernel hides its call."""
    cpu: CpuTime | None
    """At the start of the snapshot. None: hidden, or the thread was gone."""


class Snapshot(NamedTuple):
    """A server at one moment."""

    threads: list[Thread]
    """Those that live: zombies are left out."""
    asleep: bool
    """Whether every thread sleeps, or is stopped, and did so during the whole snapshot: so what was
    read in its middle is consistent, and nothing more happens until new input or a timer."""
    calls_visible: bool
    """Whether this kernel shows which calls threads sleep in."""
    cpu: CpuTime
    """The sum over its threads. Threads that have ended are not included."""

    @property
    def dozes(self) -> bool:
        """Whether its only thread was found asleep as the snapshot began, be it for a moment,
        and waits for nobody to read what it writes."""
        calls = [thread.call for thread in self.threads]
        return len(calls) == 1 and calls[0] is not None and calls[0].name not in ("write", "send")

    @property
    def processes(self) -> int:
        """The number of processes that live."""
        return len({thread.process for thread in self.threads})

    @property
    def timed(self) -> bool:
        """Whether some thread may wake without new input: it runs, or its call has a timeout."""
        return any(thread.call is None or thread.call.timed for thread in self.threads)


def take(root: int, in_the_middle: Callable[[], None]) -> Snapshot:
    """Take a snapshot of the processes below ``root``; ``in_the_middle`` reads the queues.

    A thread that slept before and after, and was given no processor in between, slept all the
    time: if that holds for all threads, ``in_the_middle`` read a consistent state.
    """
    lone = _single_thread(root)
    if lone:
        return _take([lone], lambda: True, in_the_middle)
    listed = procfs.descendants(root)
    before = [
        (process, thread, procfs.cpu_time(process, thread))
        for process, threads in listed.items()
        for thread in threads
    ]
    # A may start B after the first listing, and fall asleep before it is looked at itself.
    return _take(before, lambda: procfs.descendants(root) == listed, in_the_middle)


_Before = tuple[int, int, CpuTime | None]
"""A process, its thread, and the thread's processor time at the start of the snapshot."""

_NUM_THREADS = 17
"""The index of a process's thread count in :func:`procfs.stat_fields`."""


def _single_thread(root: int) -> _Before | None:
    """The only thread below ``root``, which has one thread itself; None where there are several.

    Most servers have a single thread, and checking that takes half as long as two listings.
    Anything that the thread starts after its processor time was read, it starts in a later
    timeslice, which the second reading shows. Anything it started before is listed as its child,
    or, if what lay between has ended, as ``root``'s.
    """
    below = procfs.children(root)
    if len(below) != 1:
        return None
    (process,) = below
    before = procfs.cpu_time(process, process)
    fields = procfs.stat_fields(process, process)
    alone = fields[_NUM_THREADS : _NUM_THREADS + 1] == ["1"] and fields[0] not in "ZX"
    if alone and not procfs.children(process) and procfs.children(root) == below:
        return process, process, before
    return None


def _take(
    before: list[_Before], complete: Callable[[], bool], in_the_middle: Callable[[], None]
) -> Snapshot:
    """Take a snapshot of these threads; ``complete`` checks that there are no others.

    One pass is not enough: A may consume input and wake B after B was looked at.
    """
    threads = [
        Thread(process, thread, procfs.call(process, thread), cpu)
        for process, thread, cpu in before
    ]
    living, asleep = threads, all(thread.call for thread in threads)
    if not asleep:
        # A zombie does nothing either, if it has done nothing since the start of the snapshot.
        states = [(t, procfs.state(t.process, t.thread)) for t in threads]
        living = [t for t, state in states if t.call or state not in "ZX"]
        # A stopped one neither, until another thread, which would have to wake first, continues it.
        asleep = all(t.call or state in "ZXT" for t, state in states)
    asleep = asleep and complete()
    in_the_middle()
    asleep = asleep and all(
        procfs.cpu_time(process, thread) == earlier and procfs.state(process, thread) in "SZT"
        for process, thread, earlier in before
    )
    visible = asleep or all(procfs.call_visible(t.process, t.thread) for t in living)
    known = [earlier for _, _, earlier in before if earlier]
    total = CpuTime(*(sum(column) for column in zip(*known, strict=True))) if known else _NO_TIME
    return Snapshot(living, asleep and bool(living), visible, total)


_NO_TIME = CpuTime(0, 0, 0)
