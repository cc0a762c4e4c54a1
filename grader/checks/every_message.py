"""Whether each message of several sources is logged, once."""

from grader.checks.causes.logs import BUFFER_NOT_EMPTIED, REPEATS
from grader.checks.causes.serving import NOT_EACH_READY
from grader.checks.check import Check, require_play, require_within_limits
from grader.checks.phrases import quote
from grader.checks.quotations import quote_lines
from grader.checks.serving import service_failure
from grader.logs.evidence import log_evidence
from grader.logs.readings import Reading
from grader.model.history import History, Message, Play
from grader.model.outcome import Finding, Outcome, failed, passed
from grader.model.rubric import Rubric
from grader.model.text import Text, say, say_count
from grader.model.vocabulary import ScenarioName


def every_message(history: History, rubric: Rubric) -> Outcome:
    """Every message of several clients and of the terminal is logged exactly once."""
    play = require_play(history, "together")
    evidence = log_evidence(play)
    require_within_limits(play, rubric.limits)
    done = (
        say_count(
            "three clients and the terminal took turns: {count} message by then",
            "three clients and the terminal took turns: {count} messages by then",
            count=len(play.messages),
        )
        if play.failure
        else say("three clients and the terminal took turns, then all sent at once, three times")
    )
    finding = service_failure(
        history, play, evidence, play.messages, done=done, cause=NOT_EACH_READY, lost=NOT_EACH_READY
    )
    if finding:
        return failed(finding)
    # Whoever is alone may be logged twice where others are not.
    asked: tuple[tuple[ScenarioName, Text], ...]
    asked = ("together", done), ("client", _ONE), ("terminal", _TYPED)
    for scenario, what in asked:
        alone = history.play(scenario)
        if alone and (repetition := find_repetition(alone, what)):
            return failed(repetition)
    several = any(len(forms) > 1 for forms in evidence.reading.forms.values())
    return passed(
        say_count(
            "the only message is logged, on several lines, each in a different form",
            "all {count} messages are logged, some on several lines, each in a different form",
            count=len(play.messages),
        )
        if several
        else say_count(
            "the only message is logged, once",
            "all {count} messages are logged, once",
            count=len(play.messages),
        )
    )


_ONE = say("one client connected and sent messages, with nobody else there")
_TYPED = say("lines were typed on the terminal while no client was connected")


def find_repetition(play: Play, done: Text) -> Finding | None:
    """Return a finding if messages are logged more often than they were sent. ``done`` says what
    the server was asked."""
    evidence = log_evidence(play)
    if not evidence.repeated:
        return None
    reading, repeated = evidence.repeated
    location = reading.mentions[repeated[0].name]
    return Finding(
        done=done,
        expected=say("each message is logged exactly once"),
        seen=(
            say_count(
                "logged more than once: the only message, {message}",
                "logged more than once: {repeated} of {count} messages, {message} for example",
                count=len(play.messages),
                repeated=len(repeated),
                message=quote(repeated[0]),
            ),
        ),
        log=quote_lines(play, location.stream, sorted(location.lines)[:_SHOWN], location.offsets),
        cause=BUFFER_NOT_EMPTIED if _holds_earlier_ones(reading, play, repeated[0]) else REPEATS,
    )


def _holds_earlier_ones(reading: Reading, play: Play, repeated: Message) -> bool:
    """Whether each further line of a ``repeated`` message has a later one of the same source that
    is not on its first line, too."""
    first, *further = sorted(reading.mentions[repeated.name].lines)
    later = [m for m in play.messages if m.source == repeated.source and m.sent > repeated.sent]
    of_later = [set(reading.mentions[m.name].lines) for m in later if m.name in reading.mentions]
    lines = {line for each in of_later if first not in each for line in each}
    return bool(further) and lines.issuperset(further)


_SHOWN = 4
"""Lines of a repeated message that the finding shows."""


CHECKS = (
    Check(
        name="every-message",
        points=10,
        needs=("client-logged", "terminal-logged"),
        asks=say(
            "Several clients and the terminal send in turn, then all at once: every message is "
            "logged exactly once."
        ),
        why=say("A log that loses or repeats messages does not show what happened."),
        lesson=say("IO multiplexing: iterating over the lists that select returns"),
        judge=every_message,
        scenarios=("together", "client", "terminal"),
    ),
)
