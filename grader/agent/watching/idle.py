"""Observes an idle server until it is known to rest, to be calm or to spin; at most for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from ..files.workspace import Workspace
from ..kernel import procfs
from ..kernel.snapshot import Snapshot, Thread
from ..vocabulary import CallName, Running
from .observer import Observer, ThreadState

MILLISECOND = 1_000_000

_WINDOW = 0.5
"""Seconds for which a server with timers is observed at most. A right one needs a few milliseconds
of processor time in them, one that spins needs all of it."""

_SPINS = 250 * MILLISECOND
"""Processor time, most of what was available, after which a server is known to spin."""

_SPINS_AGAIN = 100 * MILLISECOND
"""The same, if a start of the server was sleepless."""

_SLEEP_WINDOW = 2.5
"""Seconds to wait for the end of a plain sleep."""

_CALM_WINDOW = 0.1
"""Seconds after which observing a calm server ends: at that rate, a longer window would show
nothing that is judged either."""

_CALM = 50
"""A server is calm if it ran for less than this fraction (1/N) of the time."""


class Observation(NamedTuple):
    """The behaviour of an idle server; the fields are those of the event."""

    wall: int
    """Nanoseconds."""
    ran: int
    """Nanoseconds of processor time that it used."""
    waited: int
    """Nanoseconds in which it was runnable, but had no processor."""
    samples: int
    calls: dict[CallName | Running, int]
    """In how many samples a thread slept in each call."""
    processes: int
    """The most that lived at once."""
    threads: list[ThreadState]
    """As of the last sample in which it was asleep."""
    written: int
    """Bytes by which its files grew."""
    half_closed: list[str]
    """Clients that have left, and whose sockets it has not closed."""


def observe(
    observer: Observer, workspace: Workspace, look: Callable[[], Snapshot], *, sleepless: bool
) -> Observation:
    """Observe a server to which nothing is sent.

    The observation ends at once if the server rests (asleep without a timeout), since nothing more
    can be seen. Otherwise it ends when the server is known to be calm or to spin, or when the
    window is over. A plain sleep may still belong to what the server was sent before; so the
    observation begins when that sleep ends, once.

    Args:
        observer: observes the server.
        workspace: the server's folders, whose growth is measured.
        look: takes a snapshot of the server.
        sleepless: whether a wait for a start of the server has ended in ``sleepless``.
    """
    size = workspace.size()
    samples = [look()]
    began, used = time.monotonic_ns(), 0.0
    # Whether the observation is to begin anew, and whether the sleep before that still lasts.
    begin_anew = sleeping = in_plain_sleep(samples[0])
    while True:
        last = samples[-1]
        if last.asleep and not last.timed:
            samples, began = [last], time.monotonic_ns()
            break
        plain = in_plain_sleep(last)
        sleeping = sleeping and (plain or not last.asleep)
        if begin_anew and not sleeping:
            samples, began, used, begin_anew = [last], time.monotonic_ns(), 0.0, False
        first = samples[0]
        ran = last.cpu.ran - first.cpu.ran
        available = time.monotonic_ns() - began - (last.cpu.waited - first.cpu.waited)
        if ran > (_SPINS_AGAIN if sleepless else _SPINS) and 2 * ran > available:
            break
        woke = last.cpu.timeslices - first.cpu.timeslices > 1
        calm = last.asleep and _CALM * ran < available
        if used > _CALM_WINDOW and calm and (woke or not plain) and not sleeping:
            break
        if used > (_SLEEP_WINDOW if sleeping or plain else _WINDOW):
            break
        used += observer.pump(0.005)
        samples.append(look())
    first, last = samples[0], samples[-1]
    asleep = [sample for sample in samples if sample.asleep]
    return Observation(
        wall=time.monotonic_ns() - began,
        ran=max(0, last.cpu.ran - first.cpu.ran),
        waited=max(0, last.cpu.waited - first.cpu.waited),
        samples=len(samples),
        calls=_count_calls(samples),
        processes=max(sample.processes for sample in samples),
        threads=observer.thread_states((asleep or samples)[-1]),
        written=workspace.size() - size,
        half_closed=observer.half_closed(),
    )


def in_plain_sleep(taken: Snapshot) -> bool:
    """Whether every thread sleeps for a fixed time, and waits for nothing else."""
    return taken.asleep and all(map(_in_plain_sleep, taken.threads))


def _in_plain_sleep(thread: Thread) -> bool:
    call = thread.call
    if call is None:
        return False
    if call.name == "sleep":
        return True
    # A select that watches nothing is a plain sleep, too.
    return (
        call.name in ("select", "poll")
        and call.timed
        and not procfs.watched_files(thread.process, call)
    )


def _count_calls(samples: list[Snapshot]) -> dict[CallName | Running, int]:
    counts: dict[CallName | Running, int] = {}
    for sample in samples:
        for thread in sample.threads:
            name: CallName | Running = thread.call.name if thread.call else ""
            counts[name] = counts.get(name, 0) + 1
    return counts
