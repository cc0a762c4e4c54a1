"""In what order messages are logged."""

from collections.abc import Iterable

from grader.checks.check import Check, require_play, require_within_limits
from grader.checks.phrases import quote
from grader.logs.order import Crossing, first_crossing, is_newest_first
from grader.logs.readings import Reading, log_evidence
from grader.logs.records import nickname_messages
from grader.model.history import History
from grader.model.outcome import Finding, Outcome, failed, passed
from grader.model.rubric import Rubric
from grader.model.text import Text, say


def _in_order(
    history: History, rubric: Rubric, sources: Iterable[str] | None, done: Text, hint: Text
) -> Outcome:
    """Judge the order, of each of ``sources`` by itself (None: of all together)."""
    play = require_play(history, "together")
    evidence = log_evidence(play)
    # A nickname is logged with each later message, and not in its turn.
    nicknames = nickname_messages(evidence, play)
    messages = [m for m in play.messages if m.name not in nicknames]
    groups = [messages]
    if sources is not None:
        groups = [[m for m in messages if m.source == source] for source in sources]
    for group in groups:
        crossings = [first_crossing(reading, group) for reading in evidence.readings]
        if crossings[0] and all(crossings):
            reading = evidence.readings[0]
            if is_newest_first(reading, group):
                hint = _IN_FRONT
            return failed(_finding(crossings[0], reading, done, hint))
    require_within_limits(play, rubric.limits)
    return passed()


_IN_FRONT = say(
    "The newest is at the top each time, but new records belong below the old ones. Where does "
    "the program write them, and where does a file opened with 'a' write? (files)"
)


def _finding(crossing: Crossing, reading: Reading, done: Text, hint: Text) -> Finding:
    former, latter = crossing.former, crossing.latter
    lines = {m.name: reading[m.name].line for m in (former, latter)}
    stream = reading[former.name].stream
    return Finding(
        done=done,
        expected=say(
            "{former} is logged before {latter}, which was sent only after the server had "
            "handled the former and was asleep again",
            former=quote(former),
            latter=quote(latter),
        ),
        seen=(
            say(
                "{latter} is on line {first}, {former} on line {second}",
                former=quote(former),
                latter=quote(latter),
                first=lines[latter.name],
                second=lines[former.name],
            ),
        ),
        log=tuple(f"{line}: {stream.line_text(line)}" for line in sorted(set(lines.values()))),
        hint=hint,
    )


def _clients(history: History) -> list[str]:
    play = history.play("together")
    found = {m.source for m in play.messages if not m.typed} if play else set()
    return sorted(found)


def client_order(history: History, rubric: Rubric) -> Outcome:
    """Each client's messages are logged in the order in which it sent them."""
    return _in_order(
        history,
        rubric,
        _clients(history),
        say("each client sent several messages"),
        say(
            "TCP keeps the order of what one client sends. What in the program changes it? (tcp "
            "is a stream)"
        ),
    )


def terminal_order(history: History, rubric: Rubric) -> Outcome:
    """Typed lines are logged in the order in which they were typed."""
    return _in_order(
        history,
        rubric,
        ["terminal"],
        say("several lines were typed, one after another"),
        say(
            "A terminal delivers lines in the order in which they were typed. What in the "
            "program changes it? (terminal IO)"
        ),
    )


def arrival_order(history: History, rubric: Rubric) -> Outcome:
    """What was settled before another message was sent is logged before it."""
    return _in_order(
        history,
        rubric,
        None,
        say(
            "clients and the terminal took turns, each waiting until the server had handled the "
            "last message"
        ),
        say(
            "One loop handles input as it arrives, and one open log keeps that order. Two open "
            "files have two buffers, and separate lists for each source lose the order between "
            "them. (one loop, one log)"
        ),
    )


CHECKS = (
    Check(
        name="client-order",
        points=5,
        needs=("every-message",),
        asks=say("Each client's messages are logged in the order in which it sent them."),
        why=say("What a client sent first belongs first."),
        lesson=say("tcp is a stream"),
        judge=client_order,
    ),
    Check(
        name="terminal-order",
        points=5,
        needs=("every-message",),
        asks=say("Typed lines are logged in the order in which they were typed."),
        why=say("What was typed first belongs first."),
        lesson=say("terminal IO"),
        judge=terminal_order,
    ),
    Check(
        name="arrival-order",
        points=5,
        needs=("every-message",),
        asks=say(
            "A message that was handled before another was sent is logged before it, whatever "
            "the source."
        ),
        why=say("Only the order of a log shows which message answers which."),
        lesson=say("one loop, one log"),
        judge=arrival_order,
    ),
)
