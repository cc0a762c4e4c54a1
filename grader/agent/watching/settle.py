"""Waits until a server has settled, is stuck, has ended, or is given up."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ..kernel import procfs
from ..kernel.snapshot import Snapshot
from ..vocabulary import GaveUpHow, StuckHow
from .observer import ECHO, Observer
from .pending import PendingInput

MILLISECOND, SECOND = 1_000_000, 1_000_000_000

_FIRST_PAUSE = 0.00005
"""Seconds from the first look to the second: most servers have dealt with a message by then, and a
look takes about as long."""

_LONGEST_PAUSE = 0.01

_BUSY_UNKNOWN = 300 * MILLISECOND
"""Processor time after which a server that has consumed its input counts as sleepless: it needs
less to deal with one message."""

_BUSY_AGAIN = 100 * MILLISECOND
"""The same, if an earlier start of the server was sleepless."""

_BUSY_KNOWN = 10 * MILLISECOND
"""The same, if this one is sleepless: a turn of its loop takes well under 1 ms."""

_BUSY_GIVE_UP = 1000 * MILLISECOND
"""Processor time after which a server that has not consumed its input is given up: that is
thousands of turns of its loop, if it is in one."""

_COMPUTES = 0.05
"""Share of its processor time in the kernel below which a server computes: a loop around a system
call spends a third there, so the budgets on processor time, which end such loops, are not for it.
"""

_FEWEST_TICKS = 5
"""Clock ticks, 10 ms each, from which on that share says something."""

_STILL = 0.05
"""Seconds for which a server has to sleep to be stuck: input is in a queue a moment before its
reader is woken, 3 ms at most in 300,000 looks."""

_QUIET = 0.15
"""Seconds without output or pending input after which a server counts as settled, where the kernel
does not show who sleeps."""


class WasAtWork(Exception):  # noqa: N818 (it is no error)
    """The server turned out to be slow: see the package. It has not settled yet."""


class Verdict(NamedTuple):
    """The result of a wait for the server."""

    outcome: Literal["settled", "listening", "ended", "stuck", "gave-up"]
    how: StuckHow | GaveUpHow | Literal["sleepless"] | None
    """When settled: ``asleep``, or ``sleepless`` (defined in the package). None: not applicable."""
    last: Snapshot
    """The snapshot that decided it."""


class Stillness:
    """Measures how long a server sleeps without a timeout, and without being given a processor."""

    def __init__(self) -> None:
        self._timeslices: int | None = None
        self._since = 0.0

    def lasts(self, observer: Observer, taken: Snapshot, used: float) -> bool:
        """Whether it has lasted for :data:`_STILL`. ``used``: the seconds waited so far."""
        if not observer.sleeps_indefinitely(taken):
            self._timeslices = None
        elif taken.cpu.timeslices != self._timeslices:
            self._timeslices, self._since = taken.cpu.timeslices, used
        return self._timeslices is not None and used - self._since > _STILL


def settle(
    observer: Observer,
    patience: float,
    *,
    sleepless: bool,
    sleepless_before: bool = False,
    slow: bool | None = False,
) -> Verdict:
    """Wait until the server has consumed its input and sleeps, ``patience`` seconds at most.

    The time begins anew whenever the pending input changes.

    Args:
        observer: observes this start of the server.
        patience: the most seconds to wait.
        sleepless: whether an earlier wait for this start ended in ``sleepless``.
        sleepless_before: whether one for an earlier start did.
        slow: whether the server is known to be slow, or (False) not to be; None: unknown.

    Raises:
        DeadlinePassed: the run's time is over.
        WasAtWork: it is unknown whether the server is slow, and now it turned out to be.
    """
    enough = _BUSY_KNOWN if sleepless else _BUSY_AGAIN if sleepless_before else _BUSY_UNKNOWN
    doubtful = sleepless and slow is None
    may_be_slow = slow or doubtful
    give_up = round(patience * SECOND) if may_be_slow else _BUSY_GIVE_UP
    if slow:
        enough = give_up
    lingers = False
    used, pause = 0.0, _FIRST_PAUSE
    starved = 0
    known: list[PendingInput] = []
    since: int | None = None
    stillness, ticks = Stillness(), (0, 0)
    consumed, former = False, None
    while True:
        observer.pump(0)
        taken = observer.look()
        if observer.has_ended(taken):
            return Verdict("ended", None, taken)
        pending, in_flight = observer.queues
        if pending != known or since is None:
            if lingers:
                raise WasAtWork
            starved = taken.cpu.waited
            known, since, used, stillness = pending, taken.cpu.ran, 0.0, Stillness()
            consumed, ticks = False, _ticks(taken)
        busy = taken.cpu.ran - since
        if busy > _BUSY_KNOWN and _computes(taken, ticks):
            # On a busy machine that may take any time. So its own time counts.
            busy, used = 0, min(used, busy / SECOND)
        if in_flight and used > ECHO:
            observer.terminal.forget_echo()
        consumed_before, consumed = consumed, not pending and not in_flight
        if consumed:
            if busy > enough:
                return Verdict("settled", "sleepless", taken)
            # With a tiny timeout it never sleeps for as long as a snapshot takes. But it has dealt
            # with what it had consumed before it was found asleep.
            if consumed_before and taken.dozes:
                taken = taken._replace(asleep=True)
            if taken.asleep or (not taken.calls_visible and used > _QUIET):
                return Verdict("settled", "sleepless" if sleepless else "asleep", taken)
        elif pending and not in_flight:
            if stillness.lasts(observer, taken, used):
                return Verdict("stuck", "asleep", taken)
            if busy > give_up:
                return Verdict("gave-up", "busy", taken)
            # A loop would have come round to it.
            lingers = doubtful and busy > _BUSY_KNOWN
        if used > patience + (max(0, taken.cpu.waited - starved) / SECOND if may_be_slow else 0):
            if consumed:
                return Verdict("settled", "sleepless", taken)
            return Verdict("gave-up", "busy" if busy > _BUSY_GIVE_UP else "waiting", taken)
        waited = observer.pump(pause)
        # What a file system takes, as to rename a file, is the machine's time.
        used += 0 if taken.cpu == former and _waits_for_files(taken) else waited
        former = taken.cpu
        pause = min(pause * 2, _LONGEST_PAUSE)


def _waits_for_files(taken: Snapshot) -> bool:
    return any(
        procfs.waits_for_files(thread.process, thread.thread)
        for thread in taken.threads
        if thread.call is None
    )


def _ticks(taken: Snapshot) -> tuple[int, int]:
    """The processor time of all threads, and the part of it in the kernel."""
    times = [procfs.kernel_share(thread.process, thread.thread) for thread in taken.threads]
    return sum(whole for whole, _ in times), sum(inside for _, inside in times)


def _computes(taken: Snapshot, former: tuple[int, int]) -> bool:
    """Whether it has spent hardly any time in the kernel since ``former``; not if that is unknown,
    after a few ticks."""
    whole, inside = _ticks(taken)
    spent = whole - former[0]
    return spent >= _FEWEST_TICKS and inside - former[1] < _COMPUTES * spent
