"""Where one record ends and the next begins."""

from grader.checks.check import Check, require_play, require_within_limits
from grader.checks.phrases import quote
from grader.logs.readings import log_evidence
from grader.logs.records import find_shared_line, is_first, nickname_messages
from grader.model.history import History, Play
from grader.model.outcome import Finding, Outcome, failed, passed
from grader.model.rubric import Rubric
from grader.model.text import say
from grader.model.vocabulary import PlayName

_SCENARIOS: tuple[PlayName, ...] = (
    "terminal",
    "client",
    "together",
    "silent-client",
    "newcomer",
    "departure",
)


def plays_that_count(history: History) -> list[Play]:
    """The plays of what the homework asks for; in others messages come together, or in parts."""
    return [play for name in _SCENARIOS if (play := history.play(name))]


def own_record(history: History, rubric: Rubric) -> Outcome:
    """Messages sent separately do not share a line."""
    alone = {typed: history.play("terminal" if typed else "client") for typed in (True, False)}
    nicknames = {
        typed: play and nickname_messages(log_evidence(play), play) for typed, play in alone.items()
    }
    client = alone[False]
    joins = bool(client and _may_join(client))
    for play in plays_that_count(history):
        messages = [m for m in play.messages if not (nicknames[m.typed] and is_first(m, play))]
        shared = [
            find_shared_line(reading, messages, joins_client=joins)
            for reading in log_evidence(play).readings
        ]
        if shared[0] and all(shared):
            former, latter, stream, line = shared[0]
            return failed(
                Finding(
                    done=say(
                        "{latter} was sent after the server had handled {former}",
                        former=quote(former),
                        latter=quote(latter),
                    ),
                    expected=say("each is on a line of its own"),
                    seen=(say("both are on line {number} of the log", number=line),),
                    log=(f"{line}: {stream.line_text(line)}",),
                    hint=say(
                        "People read a log record by record. Where does one record end? TCP has "
                        "no message boundaries, and neither has a file. (粘包)"
                    ),
                )
            )
    # What was not played, or ended by our own doing, has shown nothing.
    for scenario in ("terminal", "client", "together"):
        require_within_limits(require_play(history, scenario), rubric.limits)
    return passed()


def _may_join(alone: Play) -> bool:
    """Whether a server may be one that logs whole lines, and what it has of one when its client
    goes: its file tells nothing as long as the client is there. One client's messages without
    a newline are one line to it, and rightly."""
    return not alone.ending and alone.found.get("settled") == frozenset()


CHECKS = (
    Check(
        name="own-record",
        points=5,
        needs=("client-logged", "terminal-logged"),
        asks=say("Messages sent separately do not share a line."),
        why=say("Otherwise nobody can tell where one message ends and the next begins."),
        lesson=say("log records; TCP has no message boundaries (粘包)"),
        judge=own_record,
    ),
)
