"""In what order messages are logged.

Order between two messages means something only where the one was settled before the other was
sent: then, and only then, any right server has logged it first. (With A sent at 1 and settled
at 4, and B sent at 2 and settled at 3, both orders are right.)
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.checks.check import Check, require_play, require_within_limits
from grader.checks.phrases import quote
from grader.checks.records import names_of_sources
from grader.logs.mentions import logged
from grader.logs.streams import Place
from grader.model.history import History, Message
from grader.model.outcome import Finding, Outcome, failed, passed
from grader.model.rubric import Rubric
from grader.model.text import Text, say


@dataclass(frozen=True)
class Crossing:
    """Two messages whose order in the log is wrong."""

    former: Message
    """Settled before ``latter`` was sent."""
    latter: Message


def crossings(placed: Iterable[tuple[int, int, Message]]) -> Iterator[Crossing]:
    """The messages in the log that were settled before one above them was sent, from above.

    ``placed``: each message with the first and the last place at which it may stand; they
    differ where that is not certain, and only what is above in any case counts.

    One pass is enough: if any message above was sent after this one was settled, then the one
    above that was sent latest was.
    """
    begins = sorted(placed, key=lambda entry: (entry[0], entry[2].sent))
    ends = sorted(begins, key=lambda entry: entry[1])
    above = 0
    latest: Message | None = None
    for first, _, message in begins:
        while ends[above][1] < first:
            if latest is None or ends[above][2].sent > latest.sent:
                latest = ends[above][2]
            above += 1
        if latest and message.settled is not None and message.settled < latest.sent:
            yield Crossing(message, latest)


def first_crossing(placed: Iterable[tuple[int, int, Message]]) -> Crossing | None:
    """The first of the :func:`crossings`; None: there is none."""
    return next(crossings(placed), None)


def _in_order(
    history: History, rubric: Rubric, sources: Iterable[str] | None, done: Text, hint: Text
) -> Outcome:
    """Judge the order, of each of ``sources`` by itself (None: of all together)."""
    play = require_play(history, "together")
    log = logged(play)
    # A name is logged with what comes later, and not in its turn.
    named = names_of_sources(log, play)
    messages = tuple(m for m in play.messages if m.name not in named)
    groups = [messages]
    if sources is not None:
        groups = [tuple(m for m in messages if m.source == s) for s in sources]
    for group in groups:
        crossings = [_first_in(group, places) for places in log.readings]
        if crossings[0] and all(crossings):
            places = log.readings[0]
            if _newest_first([m for m in group if m.name in places], places):
                hint = _IN_FRONT
            return failed(_finding(crossings[0], places, done, hint))
    require_within_limits(play, rubric.limits)
    return passed()


def _first_in(group: Iterable[Message], places: dict[str, Place]) -> Crossing | None:
    """The first crossing in any of the logs of ``places``; None: there is none."""
    placed: dict[str, list[tuple[int, int, Message]]] = {}
    for message in group:
        if place := places.get(message.name):
            # One that stands in several places (in a headline, too) is above another for certain
            # only where the last of them is.
            entry = place.offsets[0], place.offsets[-1], message
            placed.setdefault(place.book.path, []).append(entry)
    return next(filter(None, map(first_crossing, placed.values())), None)


def _newest_first(messages: list[Message], places: dict[str, Place]) -> bool:
    """Whether each source's messages are logged one above the other."""
    offsets: dict[str, list[int]] = {}
    for message in messages:
        offsets.setdefault(message.source, []).append(places[message.name].offsets[0])
    return all(
        len(listed) > 2 and listed == sorted(listed, reverse=True) for listed in offsets.values()
    )


_IN_FRONT = say(
    "The newest is at the top each time: what is new goes behind what is there, and a file opened "
    "with 'a' does that by itself. Where does the program put it? (files)"
)


def _finding(
    crossing: Crossing,
    places: dict[str, Place],
    done: Text,
    hint: Text,
) -> Finding:
    former, latter = crossing.former, crossing.latter
    lines = {m.name: places[m.name].line for m in (former, latter)}
    book = places[former.name].book
    return Finding(
        done=done,
        expected=say(
            "{former} is logged before {latter}, which was sent when the server had taken it "
            "and slept again",
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
        log=tuple(f"{line}: {book.text(line)}" for line in sorted(set(lines.values()))),
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
        say("TCP keeps the order of what one client sends. (tcp is a stream)"),
    )


def terminal_order(history: History, rubric: Rubric) -> Outcome:
    """Typed lines are logged in the order in which they were typed."""
    return _in_order(
        history,
        rubric,
        ["terminal"],
        say("several lines were typed, one after the other"),
        say("A terminal hands over its lines in the order in which they were typed."),
    )


def arrival_order(history: History, rubric: Rubric) -> Outcome:
    """What was settled before another message was sent is logged before it."""
    return _in_order(
        history,
        rubric,
        None,
        say("clients and the terminal took turns, each waiting until the server had settled"),
        say(
            "One loop takes things as they come, and one open log keeps them in that order: two "
            "open files have two buffers, and what is kept in a list for each source loses it."
        ),
    )


CHECKS = (
    Check(
        name="client-order",
        points=5,
        needs=("every-message",),
        asks=say("Each client's messages are logged in the order in which it sent them."),
        why=say("What a client said second was not said first."),
        lesson=say("tcp is a stream"),
        judge=client_order,
    ),
    Check(
        name="terminal-order",
        points=5,
        needs=("every-message",),
        asks=say("Typed lines are logged in the order in which they were typed."),
        why=say("What was typed second was not typed first."),
        lesson=say("terminal IO"),
        judge=terminal_order,
    ),
    Check(
        name="arrival-order",
        points=5,
        needs=("every-message",),
        asks=say(
            "What was settled before another message was sent is logged before it, whatever "
            "its source."
        ),
        why=say("A log's order is what tells which message answered which."),
        lesson=say("one loop, one log"),
        judge=arrival_order,
    ),
)
