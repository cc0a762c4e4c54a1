"""What the time of a run went to: the server's own doing, or anything else.

Only the seconds for which the agent chose to wait count: not what its own work takes, nor what the
machine adds to a wait. Of these, the server has spent what is left without the time in which a
thread of it was runnable and had no processor, unless other threads of its own had it. In any case
it has spent the time in which it used a processor.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from functools import update_wrapper
from typing import Concatenate, NamedTuple, ParamSpec, Protocol, TypeVar

from ..kernel.snapshot import Snapshot
from ..vocabulary import WaitedFor

SECOND = 1_000_000_000


class TimeSpent(NamedTuple):
    """The time that the server let the agent wait; the fields are those of the event."""

    waited_for: WaitedFor
    slept: int
    """Nanoseconds in which it neither ran nor wanted to."""
    ran: int
    """Nanoseconds in which it used a processor."""


class RunTime:
    """The time for all scenarios of one run, of ``total`` seconds from now on."""

    def __init__(self, total: float) -> None:
        self.deadline = time.monotonic() + total
        """Of ``time.monotonic``."""
        self._asked = 0.0
        """Seconds that were waited on purpose, so far."""
        self._last: Snapshot | None = None
        self._waited_for: WaitedFor | None = None
        self._spent: dict[WaitedFor, tuple[int, int]] = {}

    def note_pause(self, seconds: float) -> None:
        """Note that ``seconds`` were waited on purpose."""
        self._asked += seconds

    def note_look(self, taken: Snapshot | None) -> None:
        """Note the latest snapshot of the server; None: another start of it follows."""
        self._last = taken

    @contextlib.contextmanager
    def waits_for(self, what: WaitedFor) -> Iterator[None]:
        """What is waited for within is ``what``, unless that is part of a longer wait."""
        if self._waited_for is not None:
            yield
            return
        began, asked, before = time.monotonic_ns(), self._asked, self._last
        self._waited_for = what
        try:
            yield
        finally:
            self._waited_for = None
            asked_for = round((self._asked - asked) * SECOND)
            wall = time.monotonic_ns() - began
            slept, ran = _shares(asked_for, wall, before, self._last)
            known_slept, known_ran = self._spent.get(what, (0, 0))
            self._spent[what] = known_slept + slept, known_ran + ran

    def spent(self) -> list[TimeSpent]:
        """The server's own share of the waits so far, by what was waited for."""
        return [TimeSpent(what, *shares) for what, shares in self._spent.items()]


class _Waiter(Protocol):
    @property
    def run_time(self) -> RunTime: ...


_Self = TypeVar("_Self", bound=_Waiter)
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")
_Method = Callable[Concatenate[_Self, _Given], _Result]


def accounted(
    what: WaitedFor,
) -> Callable[[_Method[_Self, _Given, _Result]], _Method[_Self, _Given, _Result]]:
    """Account for the time that a method takes as waiting for ``what``."""

    def mark(method: _Method[_Self, _Given, _Result]) -> _Method[_Self, _Given, _Result]:
        def waits(self: _Self, /, *given: _Given.args, **named: _Given.kwargs) -> _Result:
            with self.run_time.waits_for(what):
                return method(self, *given, **named)

        update_wrapper(waits, method)
        return waits

    return mark


def _shares(
    asked: int, wall: int, before: Snapshot | None, after: Snapshot | None
) -> tuple[int, int]:
    """The nanoseconds in which the server slept while it was waited for, and in which it ran; none
    where the kernel does not show that.

    Args:
        asked: the nanoseconds that were waited on purpose.
        wall: those that passed.
        before: the server at the beginning; None: it had just been started.
        after: the server at the end.
    """
    if after is None or any(thread.cpu is None for thread in after.threads):
        return 0, 0
    known = {(t.process, t.thread): t.cpu for t in before.threads} if before else {}
    ran, waits = 0, [(0, 0)]
    for thread in after.threads:
        if thread.cpu is None:
            continue
        former = known.get((thread.process, thread.thread))
        own = thread.cpu.ran - (former.ran if former else 0)
        waits.append((thread.cpu.waited - (former.waited if former else 0), own))
        ran += max(0, own)
    # A thread that waits for a processor which another one of the server has waits for the server.
    starved = max(waited - (ran - own) for waited, own in waits)
    ran = min(ran, wall)
    return max(0, asked - max(0, starved) - ran), ran
