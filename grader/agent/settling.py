"""Waits until a server has taken what it was given, or provably never will, or patience ends."""

from __future__ import annotations

from typing import NamedTuple

from .kernel import View
from .queues import Waiting
from .watch import ECHO, Watch

MILLISECOND = 1_000_000

SPIN_FIRST = 300 * MILLISECOND
"""Processor time after which a server that has taken its input is known never to sleep: what
it may compute for one message takes less."""

SPIN_SETTLED = 20 * MILLISECOND
"""Processor time after which such a one, once known, has dealt with what it took: a turn of
its loop takes well under one millisecond."""

SPIN_STUCK = 1000 * MILLISECOND
"""Processor time in which a server that never sleeps has left its input unread, and is given
up: thousands of turns of its loop, if it is in one."""

STILL = 0.05
"""Seconds for which a server has to sleep, its input waiting, to be known not to wake: input is
in a queue a moment before its reader is woken, 3 ms at most in 300,000 looks."""

QUIET = 0.15
"""Seconds without anything to read or take, where the kernel does not tell who sleeps."""


class Verdict(NamedTuple):
    """What came of the waiting."""

    event: str
    """``settled``, ``ended``, ``stuck`` or ``impatient``."""
    how: str
    """``asleep``; ``busy``: it is known never to sleep; ``waiting``."""
    view: View
    """The last look."""


def settle(watch: Watch, patience: float, *, spins: bool) -> Verdict:
    """Wait until the server has taken all it was given and sleeps, ``patience`` seconds at most.

    ``spins``: it is known already that it never sleeps.

    Raises:
        OutOfTime: the run's time is over.
    """
    used, pause = 0.0, 0.0005
    known: list[Waiting] = []
    since: int | None = None
    still, rested = -1, 0.0
    while True:
        watch.pump(0)
        view = watch.look()
        if watch.gone(view):
            return Verdict("ended", "", view)
        waiting, in_flight = watch.queues
        if waiting != known or since is None:
            known, since, used, still = waiting, view.use.ran, 0.0, -1
        busy = view.use.ran - since
        if in_flight and used > ECHO:
            watch.terminal.forget_echo()
        if not waiting and not in_flight:
            if busy > (SPIN_SETTLED if spins else SPIN_FIRST):
                return Verdict("settled", "busy", view)
            if view.asleep or (not view.tells and used > QUIET):
                return Verdict("settled", "busy" if spins else "asleep", view)
        elif waiting and not in_flight:
            if not watch.sleeps_for_good(view):
                still = -1
            elif view.use.turns != still:
                still, rested = view.use.turns, used
            elif used - rested > STILL:
                return Verdict("stuck", "asleep", view)
            if busy > SPIN_STUCK:
                return Verdict("impatient", "busy", view)
        if used > patience:
            return Verdict("impatient", "waiting", view)
        used += watch.pump(pause)
        pause = min(pause * 1.4, 0.01)
