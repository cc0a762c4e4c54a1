"""Stops a server as a person does, and tells how it has ended."""

from __future__ import annotations

import os
import signal

from ..terminal import CTRL_C
from .idle import naps
from .observer import ECHO, Observer

GOODBYE = 5.0
"""Seconds to wait for one that, once asked to end, sleeps for a time and watches nothing: it may be
counting down to its end, and what it does then it would not do if it were asked again."""


def stop(watch: Observer) -> str:
    """Ask the server to end, ever more firmly; what it took."""
    view = watch.look()
    if watch.gone(view):
        return "itself"
    for by, ask, most, napping in (
        ("ctrl-c", _press_ctrl_c, 2.0, 2.0 if naps(view) else GOODBYE),
        ("second ctrl-c", _press_ctrl_c, 1.0, 1.0),
        ("sigterm", _terminate, 1.0, 1.0),
    ):
        ask(watch)
        if _ends_within(watch, most, napping):
            return by
    return "sigkill"


def status_fields(status: int | None) -> dict[str, int | None]:
    """A wait status as ``code`` or ``signal``; both None where there is none."""
    if status is None:
        return {"code": None, "signal": None}
    if os.WIFSIGNALED(status):
        return {"code": None, "signal": os.WTERMSIG(status)}
    return {"code": os.WEXITSTATUS(status), "signal": None}


def _press_ctrl_c(watch: Observer) -> None:
    watch.terminal.type(CTRL_C, b"^C")


def _terminate(watch: Observer) -> None:
    watch.server.signal(signal.SIGTERM)


def _ends_within(watch: Observer, most: float, most_napping: float) -> bool:
    used, asleep, napping = 0.0, 0, False
    while used < (most_napping if napping else most):
        used += watch.pump(min(max(used / 8, 0.0005), 0.01))
        view = watch.look()
        napping = naps(view) or (napping and not view.asleep)
        if watch.gone(view):
            return True
        if used > ECHO:
            watch.terminal.forget_echo()
        # The signal woke it before this was looked at; asleep again, it has survived it.
        survived = view.asleep and not view.timed and watch.terminal.arrived()
        asleep = asleep + 1 if survived else 0
        if asleep > 3:
            return False
    return False
