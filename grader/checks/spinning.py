"""Whether an idle server spins, and what makes it spin.

A server *spins* if it uses the processor with nothing to do, and does not sleep at each turn of its
loop. A `select` that returns at once never sleeps, and one with a timeout does, however short: so
it is no fault to wake often, and how long a turn takes on this machine decides nothing.
"""

import re
from collections.abc import Iterable

from grader.checks.causes.idle import (
    ALWAYS_READY,
    KEEPS_SENDING,
    NEVER_WAITS,
    TIMEOUT_OF_ZERO,
    WRITABLE_IS_READY,
)
from grader.checks.causes.serving import NO_SELECT, READY_NOT_READ
from grader.checks.check import Undecided
from grader.checks.select_calls import SelectCall, select_calls
from grader.checks.source_code import never_selects, place
from grader.checks.terminal_output import interrupted_line, terminal_text
from grader.model.event import GaveUp, Observed, Stuck
from grader.model.history import History, Play
from grader.model.outcome import Cause, not_judged
from grader.model.text import Text, say
from grader.model.vocabulary import CallName

SPINS = 0.2
"""Share of the time in which it could run that a server with nothing to do may use, unless it
sleeps at each turn of its loop. A busy loop uses all of it."""

TURN = 5_000_000
"""Nanoseconds of processor time within which a server that sleeps at each turn of its loop goes to
sleep at least once, on a slow machine too: a turn takes a hundredth of that. A server that spins
does not sleep at all, or only for a moment, while its output is read."""

_SHORTEST_SLEEP = 50_000
"""Nanoseconds that a sleep with a timeout takes at least: the kernel's timer slack."""

_ENOUGH = 10
"""Samples that should have found a server asleep, going by its sleeps, for it to be certain that it
does not sleep that long: by chance, all of them miss it once in 20,000 times."""

_WAITING: frozenset[CallName] = frozenset(
    ("accept", "epoll", "pause", "poll", "read", "recv", "select", "sigwait", "sleep", "wait")
)
"""Calls that wait for input or for time. In the others, one that spins may be found, too: it waits
for another thread, or until its output is read."""


def spins(observed: Observed) -> bool:
    """Whether the server used the processor with nothing to do, and did not sleep at each turn.

    A `select` that returns at once never sleeps, and one with a timeout does, however short: so it
    is no fault to wake often, and how long a turn takes on this machine decides nothing.
    """
    return _uses_cpu(observed) and not _sleeps_at_each_turn(observed) and not _unclear(observed)


def require_clear(found: Iterable[Observed]) -> None:
    """Make sure that each observation shows whether the server spins.

    Raises:
        Undecided: one does not.
    """
    if any(map(_unclear, found)):
        raise Undecided(
            not_judged(
                say(
                    "The server was never found asleep, so it is unknown where it waits: grade it "
                    "again when the machine is less busy."
                )
            )
        )


def _uses_cpu(observed: Observed) -> bool:
    if observed.ran > SPINS * observed.wall:
        return True
    # On a busy machine, the time in which it could run is known roughly: a wait for the processor
    # counts as a whole when it ends. So one that was found asleep in many samples does not spin.
    runnable = max(observed.ran, observed.wall - observed.waited)
    running = observed.calls.get("", 0)
    return observed.ran > max(TURN, SPINS * runnable) and running > (1 - SPINS) * observed.samples


def _sleeps_at_each_turn(observed: Observed) -> bool:
    waits = sum(count for name, count in observed.calls.items() if name in _WAITING)
    return _sleeps_often(observed) and 2 * waits >= _asleep(observed) > 0


def _unclear(observed: Observed) -> bool:
    """Whether the server was never found asleep, and may yet have slept at each turn: it often went
    to sleep, or has hardly run at all."""
    if observed.sleeps is None or _asleep(observed):
        return False
    expected = observed.samples * observed.sleeps * _SHORTEST_SLEEP / max(observed.wall, 1)
    return observed.ran < TURN or (_sleeps_often(observed) and expected < _ENOUGH)


def _sleeps_often(observed: Observed) -> bool:
    return observed.sleeps is not None and observed.ran <= TURN * observed.sleeps


def _asleep(observed: Observed) -> int:
    """In how many samples a thread was found in a blocking call."""
    return sum(count for name, count in observed.calls.items() if name)


def describe_cpu_use(observed: Observed) -> Text:
    """How much CPU time the server used while it was observed."""
    return say(
        "it used {ran:.0f} ms of CPU time in {wall:.0f} ms with nothing to do",
        wall=observed.wall / 1e6,
        ran=observed.ran / 1e6,
    )


_BROKEN = re.compile(r"^(BrokenPipeError|ConnectionResetError)|\[Errno (32|104)\]", re.MULTILINE)

_REPEATED = 3
"""Errors of one kind from which on they are what the loop does at each turn."""


def spinning_cause(history: History, play: Play, observed: Observed) -> Cause:
    """What makes the server spin, as far as ``play`` and the program's text show it."""
    if keeps_sending(play):
        return KEEPS_SENDING
    if never_selects(history.source, history.modules):
        return NO_SELECT
    failure = play.failure
    if isinstance(failure, Stuck | GaveUp) and failure.waiting and failed_before(play, observed):
        return READY_NOT_READ
    return _by_arguments(history, play) or NEVER_WAITS


def keeps_sending(play: Play) -> bool:
    """Whether the terminal shows again and again that the other end of a connection has gone."""
    return len(_BROKEN.findall(terminal_text(play))) >= _REPEATED


def _by_arguments(history: History, play: Play) -> Cause | None:
    """The cause that the arguments of a `select` suggest: of the one that Ctrl-C interrupted, if
    that is known."""
    calls = select_calls(history.source, history.modules)
    at = interrupted_line(play)
    met = [call for call in calls if at and call.includes(at)]
    for call in met or calls:
        if call.timeout_is_zero:
            return _quoted(TIMEOUT_OF_ZERO, call)
    for call in met or calls:
        if call.watches_writing:
            return _quoted(WRITABLE_IS_READY, call)
    return _quoted(ALWAYS_READY, (met or calls)[0]) if calls else None


def _quoted(cause: Cause, call: SelectCall) -> Cause:
    return cause.about(line=place(call.file, call.line), code=call.text)


def failed_before(play: Play, observed: Observed) -> bool:
    """Whether the play had failed before the observation."""
    return play.failure in play.events and play.events.index(play.failure) < play.events.index(
        observed
    )
