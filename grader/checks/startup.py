"""The server starts."""

from grader.checks.check import Check, require_play, require_within_limits
from grader.checks.error_hints import error_hint
from grader.checks.phrases import describe_end, describe_threads
from grader.checks.terminal_output import terminal_tail
from grader.model import event
from grader.model.history import History, Play
from grader.model.outcome import Finding, Outcome, failed, not_judged, passed
from grader.model.rubric import Rubric
from grader.model.text import Text, names, say

_IN_USE = "Address already in use"


_ASKED = say(
    "It asks for something before it listens, and Enter was pressed: what is started by another "
    "program is answered by nobody."
)


def _asked(play: Play) -> bool:
    return any(isinstance(happened, event.Entered) for happened in play.events)


def _hint(play: Play, showed: tuple[str, ...]) -> Text:
    if _asked(play):
        return say(
            "It asks for something before it listens, and nobody is there to answer: can it do "
            "without, with the port written in the program for example?"
        )
    hint = error_hint(showed)
    if hint is not None:
        return hint
    if isinstance(play.failure, event.Ended) and play.failure.code == 0 and not showed:
        return say(
            "The program came to its end without an error and without a word: is the function that "
            "does the work called anywhere? (functions)"
        )
    if isinstance(play.failure, event.Ended):
        return say(
            "Start it in a terminal of your own, without arguments, and read the last line of "
            "what it prints."
        )
    return say("TCP server: socket → bind → listen, before anything is waited for.")


def starts(history: History, rubric: Rubric) -> Outcome:
    """The program starts and listens on a TCP port."""
    play = require_play(history, "terminal")
    if play.listening:
        where = play.listening
        return passed(
            say("it listens on port {port} of {address}", port=where.port, address=where.address),
            *([_ASKED] if _asked(play) else []),
        )
    require_within_limits(play, rubric.limits)
    showed = terminal_tail(play, 12)
    if play.taken_ports and any(_IN_USE in line for line in showed):
        return not_judged(
            say(
                "The program's port is in use on this machine, by another program: it listens "
                "on {ports}.",
                ports=names(map(str, play.taken_ports)),
            )
        )
    match play.failure:
        case event.Ended() as end:
            seen = say("it ended at once ({how})", how=describe_end(end))
        case event.Stuck(threads=threads) | event.GaveUp(threads=threads):
            seen = say("{does}, and listens on no TCP port", does=describe_threads(threads))
        case _:
            seen = say("it listens on no TCP port")
    version = history.agent.python if history.agent else ""
    unread = version and any(line.startswith("SyntaxError") for line in showed)
    return failed(
        Finding(
            done=say("the program was started with `python3`, on a terminal of its own"),
            expected=say("it listens on a TCP port: any port, any address of the computer"),
            seen=(
                seen,
                *([say("it asked for something, and Enter was pressed")] if _asked(play) else []),
                *([say("Python {version} was to read it", version=version)] if unread else []),
            ),
            terminal=showed,
            hint=_hint(play, showed),
        )
    )


CHECKS = (
    Check(
        name="starts",
        points=5,
        needs=(),
        asks=say(
            "The program starts and listens on a TCP port: any port, any address that the "
            "sandbox has."
        ),
        why=say("What does not listen cannot be reached by any client."),
        lesson=say("TCP server: socket → bind → listen"),
        judge=starts,
    ),
)
