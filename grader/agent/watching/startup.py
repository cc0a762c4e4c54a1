"""Waits until a program listens, has ended, or provably never will; answers what it asks first."""

from __future__ import annotations

from collections.abc import Callable

from .observer import Observer
from .settle import Stillness, Verdict

ENTERS = 8
"""Times that Enter is pressed for a program that asks for something (its port, say) before it
listens: many a one then takes what is usual."""

SOONEST = 0.001
"""Seconds in which no program begins to listen, though its Python had started before."""


def wait_until_listening(watch: Observer, patience: float, entered: Callable[[], None]) -> Verdict:
    """Wait until the program listens on a TCP port, ``patience`` seconds at most.

    The verdict's event is ``listening``, ``ended``, ``stuck`` or ``gave-up``; ``entered`` is
    called each time that Enter was pressed.

    Raises:
        DeadlinePassed: the run's time is over.
    """
    used, stillness, enters = watch.pump(SOONEST), Stillness(), 0
    while True:
        # In this order: it may have begun to listen just before it fell asleep.
        view = watch.look()
        still = stillness.lasts(watch, view, used)
        if watch.find_listening():
            return Verdict("listening", "", view)
        if watch.gone(view):
            return Verdict("ended", "", view)
        if still and enters < ENTERS and watch.asks(view):
            watch.terminal.type(b"\n", b"\r\n")
            entered()
            enters, stillness = enters + 1, Stillness()
        elif still:
            return Verdict("stuck", "asleep", view)
        if used > patience:
            return Verdict("gave-up", "waiting", view)
        # No fact wakes us: so it is seen a sixteenth of its time too late at most.
        used += watch.pump(min(used / 16 + 0.0005, 0.02))
