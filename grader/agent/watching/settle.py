"""Waits until a server has taken what it was given, or provably never will, or patience ends."""

from __future__ import annotations

from typing import NamedTuple

from ..kernel.procfs import View
from .observer import ECHO, Observer
from .pending import PendingInput

MILLISECOND = 1_000_000

SOON = 0.00005
"""Seconds from the first look to the second: most servers have dealt with a message by then, and a
look takes no longer than this."""

SPIN_FIRST = 300 * MILLISECOND
"""Processor time after which a server that has taken its input is known never to sleep: what
it may compute for one message takes less."""

SPIN_AGAIN = 100 * MILLISECOND
"""The same for one that was known so when it ran before."""

SPIN_SETTLED = 10 * MILLISECOND
"""Processor time after which such a one, once known, has dealt with what it took: a turn of
its loop takes well under one millisecond."""

SPIN_STUCK = 1000 * MILLISECOND
"""Processor time in which a server that never sleeps has left its input unread, and is given
up: thousands of turns of its loop, if it is in one."""

STILL = 0.05
"""Seconds for which a server has to sleep on to be known not to wake: input is in a queue a moment
before its reader is woken, 3 ms at most in 300,000 looks."""

QUIET = 0.15
"""Seconds without anything to read or take, where the kernel does not tell who sleeps."""


class Verdict(NamedTuple):
    """What came of the waiting."""

    event: str
    """``settled``, ``ended``, ``stuck`` or ``gave-up``."""
    how: str
    """``asleep``; ``busy``: it is known never to sleep; ``waiting``."""
    view: View
    """The last look."""


class Stillness:
    """Whether a server sleeps on, in calls without a time limit, and has no turn meanwhile."""

    def __init__(self) -> None:
        self._turns: int | None = None
        self._since = 0.0

    def lasts(self, watch: Observer, view: View, used: float) -> bool:
        """Whether it has done so for :data:`STILL`, ``used`` being the seconds waited so far."""
        if not watch.sleeps_for_good(view):
            self._turns = None
        elif view.use.turns != self._turns:
            self._turns, self._since = view.use.turns, used
        return self._turns is not None and used - self._since > STILL


def settle(watch: Observer, patience: float, *, spins: bool, spun: bool = False) -> Verdict:
    """Wait until the server has taken all it was given and sleeps, ``patience`` seconds at most.

    ``spins``: it is known already that it never sleeps; ``spun``: it did not when it ran before.

    Raises:
        DeadlinePassed: the run's time is over.
    """
    used, pause = 0.0, SOON
    known: list[PendingInput] = []
    since: int | None = None
    stillness = Stillness()
    while True:
        watch.pump(0)
        view = watch.look()
        if watch.gone(view):
            return Verdict("ended", "", view)
        waiting, in_flight = watch.queues
        if waiting != known or since is None:
            known, since, used, stillness = waiting, view.use.ran, 0.0, Stillness()
        busy = view.use.ran - since
        if in_flight and used > ECHO:
            watch.terminal.forget_echo()
        if not waiting and not in_flight:
            if busy > (SPIN_SETTLED if spins else SPIN_AGAIN if spun else SPIN_FIRST):
                return Verdict("settled", "busy", view)
            if view.asleep or (not view.tells and used > QUIET):
                return Verdict("settled", "busy" if spins else "asleep", view)
        elif waiting and not in_flight:
            if stillness.lasts(watch, view, used):
                return Verdict("stuck", "asleep", view)
            if busy > SPIN_STUCK:
                return Verdict("gave-up", "busy", view)
        if used > patience:
            # Where nothing waits for it, it has taken all that it was given, whatever it does.
            taken = not waiting and not in_flight
            return Verdict(*(("settled", "busy") if taken else ("gave-up", "waiting")), view)
        used += watch.pump(pause)
        pause = min(pause * 2, 0.01)
