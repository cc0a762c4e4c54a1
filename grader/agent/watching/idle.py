"""Observes an idle server until it is known to rest, to be calm or to spin; at most for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Set
from typing import NamedTuple

from ..files.workspace import Workspace
from ..kernel import call_arguments, procfs
from ..kernel.snapshot import Snapshot, Thread
from ..vocabulary import CallName, OtherWaker, Running
from .awaited import ThreadState
from .cpu_use import CpuUse
from .observer import Observer

MILLISECOND = 1_000_000

_WINDOW = 0.5
"""Seconds for which a server with timers is observed at most. A right one needs a few milliseconds
of processor time in them, one that spins needs all of it."""

_SPINS = 250 * MILLISECOND
"""Processor time, most of what was available, after which a server is known to spin."""

_SPINS_AGAIN = 100 * MILLISECOND
"""The same, if a start of the server was sleepless."""

_LONGEST_WINDOW = 2.5
"""Seconds to wait for the end of a plain sleep, and for a moment in which a server that often goes
to sleep is found asleep."""

_LONGEST = 10_000 * MILLISECOND
"""The most that an observation takes, on a busy machine too."""

_CALM_WINDOW = 0.1
"""Seconds after which observing a calm server ends: at that rate, a longer window would show
nothing that is judged either."""

_CALM = 50
"""A server is calm if it ran for less than this fraction (1/N) of the time."""

_TURN = 5 * MILLISECOND
"""Processor time within which a server that sleeps at each turn of its loop goes to sleep at least
once, on a slow machine too: a turn takes 0.05 ms on a fast one. One that spins never does, or only
for a moment, while somebody reads its output."""

_SLEEP_IN_WRITE = 1024
"""Bytes of output for which a server may go to sleep once without waiting for anything but room in
the terminal, which takes some thousands."""

_SHORTEST_SLEEP = 50_000
"""Nanoseconds that a sleep with a timeout takes at least: the kernel's timer slack."""

_ENOUGH = 10
"""Samples that found a server asleep, after which it is known where it sleeps; and the number that
should have, going by its sleeps, after which it is known that it does not sleep that long."""


_TURNS = 6
"""Times that a server has woken after which its `select` calls are known, if there are several."""


class Observation(NamedTuple):
    """The behaviour of an idle server; the fields are those of the event."""

    wall: int
    """Nanoseconds."""
    ran: int
    """Nanoseconds of processor time that it used, with all that ended meanwhile."""
    waited: int
    """Nanoseconds in which it was runnable, but had no processor."""
    sleeps: int | None
    """How often its threads went to sleep of their own accord, without the sleeps in which a full
    terminal may have made them wait; None: unknown."""
    samples: int
    calls: dict[CallName | Running, int]
    """In how many samples a thread slept in each call."""
    processes: int
    """The most that lived at once."""
    threads: list[ThreadState]
    """As of the last sample in which it was asleep; if there is none, in which each thread was in a
    blocking call."""
    watched: list[str] | None
    """What its `select` or `poll` waited on to become readable, in any sample; None: unknown."""
    written: int
    """Bytes by which its files grew."""
    half_closed: list[str]
    """Clients that have left, and whose sockets it has not closed."""
    others: list[OtherWaker]
    """What else may wake it, if it is one thread in `select` or `poll`."""


class _Window:
    """The time since ``first``, in which the server is observed."""

    def __init__(self, first: Snapshot, observer: Observer) -> None:
        self.samples = [first]
        self._cpu_use = CpuUse(observer.server.root, first)
        self._terminal = observer.terminal
        self._drained = self._terminal.drained
        self.began = time.monotonic_ns()
        self.used = 0.0
        """Seconds for which samples were waited for; see ``Observer.pump``."""
        self.watched: set[str] | None = None
        """What its `select` or `poll` was seen to wait on; None: not seen yet."""
        self._slept = _count_sleeps(first)

    def add(self, taken: Snapshot) -> None:
        """Add a sample."""
        self.samples.append(taken)
        self._cpu_use.note(taken)

    @property
    def last(self) -> Snapshot:
        return self.samples[-1]

    @property
    def wall(self) -> int:
        """Nanoseconds since it began."""
        return time.monotonic_ns() - self.began

    @property
    def ran(self) -> int:
        """Nanoseconds for which anything ran for the server, at least."""
        return self._cpu_use.ran

    @property
    def waited(self) -> int:
        return max(0, self.last.cpu.waited - self.samples[0].cpu.waited)

    @property
    def available(self) -> int:
        """Nanoseconds in which the server had a processor, or did not need one."""
        return time.monotonic_ns() - self.began - self.waited

    @property
    def woke(self) -> bool:
        return self.last.cpu.timeslices - self.samples[0].cpu.timeslices > 1

    def lacks(self, inputs: set[str]) -> bool:
        """Whether `select` was not seen to watch some of ``inputs`` yet, and may next time."""
        turns = self.last.cpu.timeslices - self.samples[0].cpu.timeslices
        return self.watched is not None and not inputs <= self.watched and turns < _TURNS

    @property
    def calm(self) -> bool:
        return self.last.asleep and _CALM * self.ran < self.available

    @property
    def sleeps(self) -> int | None:
        """How often it went to sleep, without the sleeps until a full terminal has room; None:
        unknown."""
        slept = _count_sleeps(self.last)
        if slept is None or self._slept is None:
            return None
        in_writes = (self._terminal.drained - self._drained) // _SLEEP_IN_WRITE
        return max(0, slept - self._slept - in_writes)

    def spins(self, most: int) -> bool:
        """Whether the server has used more than ``most`` nanoseconds, most of what was available,
        and does not sleep at each turn."""
        return self.ran > most and 2 * self.ran > self.available and not self._sleeps_at_each_turn()

    def unclear(self) -> bool:
        """Whether the server was never found asleep, and may yet be: it often goes to sleep, or has
        hardly had a processor."""
        if not self.last.calls_visible or any(map(_in_calls, self.samples)):
            return False
        if self.ran < 2 * _TURN:
            return True
        asleep = (self.sleeps or 0) * _SHORTEST_SLEEP * len(self.samples)
        return self._sleeps_at_each_turn() and asleep < _ENOUGH * self.wall

    def dozes(self) -> bool:
        """Whether the server is known to sleep at each turn, and where."""
        return sum(map(_in_calls, self.samples)) >= _ENOUGH and self._sleeps_at_each_turn()

    def _sleeps_at_each_turn(self) -> bool:
        sleeps = self.sleeps
        return sleeps is not None and self.ran <= _TURN * sleeps


def observe(
    observer: Observer,
    workspace: Workspace,
    look: Callable[[], Snapshot],
    *,
    sleepless: bool,
    looked_for: Set[str] = frozenset(),
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
        looked_for: kinds of input of which it is known whether its `select` watches any.
    """
    size = workspace.size()
    observer.name_sockets()
    window = _Window(look(), observer)
    # Whether the observation is to begin anew, and whether the sleep before that still lasts.
    begin_anew = sleeping = in_plain_sleep(window.last)
    inputs = {i for i in observer.inputs() if kind_of_input(i) not in looked_for}
    while True:
        last = window.last
        watched = observer.awaited.watched(last)
        if observer.sleeps_indefinitely(last):
            window = _Window(last, observer)
            window.watched = watched
            break
        plain = in_plain_sleep(last)
        sleeping = sleeping and (plain or not last.asleep)
        if begin_anew and not sleeping:
            window, begin_anew = _Window(last, observer), False
        if watched is not None:
            window.watched = watched | (window.watched or set())
        if window.spins(_SPINS_AGAIN if sleepless else _SPINS):
            break
        known = (window.calm and (window.woke or not plain)) or window.dozes()
        more = sleeping or window.lacks(inputs)
        if window.used > _CALM_WINDOW and known and not more:
            break
        if window.used > _WINDOW and not (more or plain or window.unclear()):
            break
        if window.used > _LONGEST_WINDOW or window.wall > _LONGEST:
            break
        # Output must not decide when it is looked at: that is when it has just written something.
        pause = 0.005 if window.used < _WINDOW else 0.001
        end = window.used + pause
        while window.used < end:
            window.used += observer.pump(max(end - window.used, 0.0001))
        window.add(look())
    return Observation(
        wall=window.wall,
        ran=window.ran,
        waited=window.waited,
        sleeps=window.sleeps,
        samples=len(window.samples),
        calls=_count_calls(window.samples),
        processes=max(sample.processes for sample in window.samples),
        threads=observer.awaited.thread_states(_most_telling(window.samples)),
        watched=None
        if window.watched is None
        else observer.awaited.reported(sorted(window.watched)),
        written=workspace.size() - size,
        half_closed=observer.half_closed(),
        others=observer.other_wakers(window.last, thorough=True),
    )


def kind_of_input(name: str) -> str:
    """The kind of an input: all clients are of one."""
    return name.split(" ")[0]


def _count_sleeps(taken: Snapshot) -> int | None:
    """How often the threads went to sleep since they were started; None: unknown."""
    counts = [procfs.sleeps(thread.process, thread.thread) for thread in taken.threads]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _in_calls(taken: Snapshot) -> bool:
    """Whether each thread was found in a blocking call, be it for a moment."""
    return bool(taken.threads) and all(thread.call for thread in taken.threads)


def _most_telling(samples: list[Snapshot]) -> Snapshot:
    """The last sample in which the server was asleep; if there is none, in which each thread was in
    a blocking call."""
    for chosen in (lambda sample: sample.asleep, _in_calls):
        if found := [sample for sample in samples if chosen(sample)]:
            return found[-1]
    return samples[-1]


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
        and not call_arguments.watched_files(thread.process, thread.thread, call)
    )


def _count_calls(samples: list[Snapshot]) -> dict[CallName | Running, int]:
    counts: dict[CallName | Running, int] = {}
    for sample in samples:
        for thread in sample.threads:
            name: CallName | Running = thread.call.name if thread.call else ""
            counts[name] = counts.get(name, 0) + 1
    return counts
