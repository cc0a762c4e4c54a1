"""Waits until a program listens, has ended, is stuck, or is given up; answers its questions."""

from __future__ import annotations

from collections.abc import Callable

from .observer import Observer
from .settle import Stillness, Verdict

_MOST_ENTERS = 8
"""The most times that Enter is pressed for a program that asks for something (its port, say) before
it listens: many take a default then."""

_SOONEST = 0.001
"""Seconds in which no program begins to listen, even if its Python had started before."""


def wait_until_listening(
    observer: Observer, patience: float, on_enter: Callable[[], None]
) -> Verdict:
    """Wait until the server listens on a TCP port, ``patience`` seconds at most.

    ``on_enter`` is called each time Enter was pressed. The verdict is never ``settled``.

    Raises:
        DeadlinePassed: the run's time is over.
    """
    used, stillness, enters = observer.pump(_SOONEST), Stillness(), 0
    while True:
        # In this order: it may have begun to listen just before it fell asleep.
        taken = observer.look()
        still = stillness.lasts(observer, taken, used)
        if observer.find_listening():
            return Verdict("listening", None, taken)
        if observer.has_ended(taken):
            return Verdict("ended", None, taken)
        if still and enters < _MOST_ENTERS and observer.awaited.reads_terminal(taken):
            observer.terminal.type(b"\n", b"\r\n")
            on_enter()
            enters, stillness = enters + 1, Stillness()
        elif still:
            return Verdict("stuck", "asleep", taken)
        if used > patience:
            return Verdict("gave-up", "waiting", taken)
        # Nothing wakes the agent when a port is opened. So it looks often enough to notice with a
        # delay of a sixteenth of the time at most.
        used += observer.pump(min(used / 16 + 0.0005, 0.02))
