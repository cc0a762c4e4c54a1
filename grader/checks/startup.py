"""The server starts."""

import re

from grader.checks.causes.errors import NEEDS_ARGUMENTS
from grader.checks.causes.startup import (
    ASKS_BEFORE_LISTENING,
    DOES_NOTHING,
    EXITS_AT_START,
    NEVER_LISTENS,
    UDP,
    UNIX_SOCKET,
)
from grader.checks.check import Check, require_play, require_within_limits
from grader.checks.error_causes import error_cause
from grader.checks.phrases import describe_end, describe_threads
from grader.checks.source_code import read_source
from grader.checks.terminal_output import terminal_tail
from grader.model import event
from grader.model.history import History, Play
from grader.model.outcome import Cause, Finding, Outcome, failed, not_judged, passed
from grader.model.rubric import Rubric
from grader.model.text import names, say

_IN_USE = "Address already in use"


_PROMPTED = say(
    "It asks for input before it listens, so the grader pressed Enter. When another program starts "
    "it, nobody is there to answer."
)


def _prompted(play: Play) -> bool:
    """Whether the program asked for input before it listened, so that Enter was pressed."""
    return any(isinstance(happened, event.Entered) for happened in play.events)


def _cause(play: Play, shown: tuple[str, ...]) -> Cause:
    if _prompted(play):
        return ASKS_BEFORE_LISTENING
    cause = error_cause(shown, play.source)
    if cause is not None:
        return cause
    if not isinstance(play.failure, event.Ended):
        names = read_source(play.source, play.modules).names
        if "AF_UNIX" in names:
            return UNIX_SOCKET
        return UDP if "SOCK_DGRAM" in names else NEVER_LISTENS
    if any(map(_USAGE.search, shown)):
        return NEEDS_ARGUMENTS
    return DOES_NOTHING if play.failure.code == 0 and not shown else EXITS_AT_START


_USAGE = re.compile(r"\busage\b|the following arguments are required|用法|使用方法", re.IGNORECASE)
"""A program that was given no arguments says which ones it takes."""


def starts(history: History, rubric: Rubric) -> Outcome:
    """The program starts and listens on a TCP port."""
    play = require_play(history, "terminal")
    if play.listening:
        where = play.listening
        return passed(
            say("it listens on {address} port {port}", port=where.port, address=where.address),
            *([_PROMPTED] if _prompted(play) else []),
        )
    require_within_limits(play, rubric.limits)
    shown = terminal_tail(play, 12)
    if play.taken_ports and any(_IN_USE in line for line in shown):
        return not_judged(
            say(
                "Another program on this machine is using the program's port. Ports in use: "
                "{ports}.",
                ports=names(map(str, play.taken_ports)),
            )
        )
    match play.failure:
        case event.Ended() as end:
            seen = say("it exited at once ({how})", how=describe_end(end))
        case event.Stuck(threads=threads) | event.GaveUp(threads=threads):
            seen = say(
                "{does}, and does not listen on any TCP port", does=describe_threads(threads)
            )
        case _:
            seen = say("it does not listen on any TCP port")
    version = history.agent.python if history.agent else ""
    unread = version and any(line.startswith("SyntaxError") for line in shown)
    return failed(
        Finding(
            done=say("the program was started with `python3`, in a terminal of its own"),
            expected=say("it listens on a TCP port: any port, any address of the computer"),
            seen=(
                seen,
                *(
                    [say("it asked for input, and the grader pressed Enter")]
                    if _prompted(play)
                    else []
                ),
                *([say("it was run with Python {version}", version=version)] if unread else []),
            ),
            terminal=shown,
            cause=_cause(play, shown),
        )
    )


CHECKS = (
    Check(
        name="starts",
        points=5,
        needs=(),
        asks=say(
            "The program starts and listens on a TCP port: any port, any address of the sandbox."
        ),
        why=say("Clients cannot reach a server that does not listen."),
        lesson=say("TCP server: socket → bind → listen"),
        judge=starts,
        scenarios=("terminal",),
    ),
)
