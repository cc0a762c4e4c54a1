"""Stops a server as a person does, ever more firmly, and decodes its exit status."""

from __future__ import annotations

import os
import signal
from typing import NamedTuple

from ..terminal import CTRL_C
from ..vocabulary import StopMethod
from .idle import in_plain_sleep
from .observer import ECHO, Observer

_GOODBYE = 5.0
"""Seconds to wait for a server that begins a plain sleep when it is asked to end: it may be
counting down, and a second Ctrl-C would keep it from what it does at its end."""


class ExitStatus(NamedTuple):
    """A process's exit code, or the signal that ended it; both are None where that is unknown."""

    code: int | None
    signal: int | None


def stop(observer: Observer) -> StopMethod:
    """Ask the server to end. Returns what ended it; ``sigkill``: it still has to be killed."""
    taken = observer.look()
    if observer.has_ended(taken):
        return "itself"
    asleep = in_plain_sleep(taken)
    _press_ctrl_c(observer)
    # A plain sleep that it was in before is no countdown.
    if _ends_within(observer, 2.0, 2.0 if asleep else _GOODBYE):
        return "ctrl-c"
    _press_ctrl_c(observer)
    if _ends_within(observer, 1.0, 1.0):
        return "second ctrl-c"
    observer.server.signal(signal.SIGTERM)
    if _ends_within(observer, 1.0, 1.0):
        return "sigterm"
    return "sigkill"


def exit_status(status: int | None) -> ExitStatus:
    """Decode a wait status."""
    if status is None:
        return ExitStatus(None, None)
    if os.WIFSIGNALED(status):
        return ExitStatus(None, os.WTERMSIG(status))
    return ExitStatus(os.WEXITSTATUS(status), None)


def _press_ctrl_c(observer: Observer) -> None:
    observer.terminal.type(CTRL_C, b"^C")


def _ends_within(observer: Observer, most: float, most_asleep: float) -> bool:
    """Wait for its end: ``most`` seconds, or ``most_asleep`` while it is in a plain sleep.

    Returns False as soon as it is known to have survived the signal.
    """
    used, survived, plain = 0.0, 0, False
    while used < (most_asleep if plain else most):
        used += observer.pump(min(max(used / 8, 0.0005), 0.01))
        taken = observer.look()
        plain = in_plain_sleep(taken) or (plain and not taken.asleep)
        if observer.has_ended(taken):
            return True
        if used > ECHO:
            observer.terminal.forget_echo()
        # The signal woke it before this snapshot: asleep again without a timeout, it has survived.
        rests = taken.asleep and not taken.timed and observer.terminal.echoed()
        survived = survived + 1 if rests else 0
        if survived > 3:
            return False
    return False
