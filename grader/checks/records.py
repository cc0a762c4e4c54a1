"""Where one record ends and the next begins."""

import re
from collections import Counter
from itertools import pairwise

from grader.checks.check import Check, require_play, require_within_limits
from grader.checks.phrases import quote
from grader.logs.mentions import Logged, logged
from grader.logs.streams import Book, Place
from grader.model.event import Connected
from grader.model.history import History, Message, Play
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
    """Messages that came separately do not share a line."""
    alone = {typed: history.play("terminal" if typed else "client") for typed in (True, False)}
    names = {typed: play and names_of_sources(logged(play), play) for typed, play in alone.items()}
    client = alone[False]
    joins = bool(client and _may_join(client))
    for play in plays_that_count(history):
        log = logged(play)
        messages = tuple(m for m in play.messages if not (names[m.typed] and _is_first(m, play)))
        shared = [_sharing(places, messages, joins=joins) for places in log.readings]
        if shared[0] and all(shared):
            former, latter, book, line = shared[0]
            return failed(
                Finding(
                    done=say(
                        "{latter} came when {former} had long been taken",
                        former=quote(former),
                        latter=quote(latter),
                    ),
                    expected=say("they are on lines of their own"),
                    seen=(say("both are on line {number} of the log", number=line),),
                    log=(f"{line}: {book.text(line)}",),
                    hint=say(
                        "A log is read by people, record by record: where does one end? "
                        "TCP has no message boundaries, and a file has none either. (粘包)"
                    ),
                )
            )
    # What was not played, or ended by our own doing, has shown nothing.
    for scenario in ("terminal", "client", "together"):
        require_within_limits(require_play(history, scenario), rubric.limits)
    return passed()


def _is_first(message: Message, play: Play) -> bool:
    """Whether it is the first that its source sent."""
    return message is next(m for m in play.messages if m.source == message.source)


def names_of_sources(log: Logged, play: Play) -> set[str]:
    """The messages that a server takes for their sources' names, as a chat room does: the first
    of a source, if it stands on the line of each later one, or on another line of its record."""
    names = set()
    for first in play.messages:
        if first not in log or not _is_first(first, play):
            continue
        place = log.places[first.name]
        later = [
            log.places[m.name]
            for m in play.messages
            if m.source == first.source and m is not first and m in log
        ]
        lines = [other.line for other in later if other.book is place.book]
        # On one line with all of them it would be a message like any other, and no line ended.
        if (
            len(lines) == len(later)
            and len(set(lines)) > 1
            and (place.lines.issuperset(lines) or _stand_apart(place.lines, set(lines)))
        ):
            names.add(first.name)
    return names


def _stand_apart(names: set[int], texts: set[int]) -> bool:
    """Whether a name is so many lines above each text, or below, and on none with one."""
    steps = (step for far in range(1, _NEAR + 1) for step in (-far, far))
    return not names & texts and any({line + step for line in texts} <= names for step in steps)


_NEAR = 4
"""Lines from a record's text to the one with its source's name, at most."""


def _may_join(alone: Play) -> bool:
    """Whether a server may be one that logs whole lines, and what it has of one when its client
    goes: its file tells nothing as long as the client is there. One client's messages without
    a newline are one line to it, and rightly."""
    return not alone.ending and alone.found.get("settled") == frozenset()


def _sharing(
    places: dict[str, Place], messages: tuple[Message, ...], *, joins: bool
) -> tuple[Message, Message, Book, int] | None:
    """The first two messages that came separately and share a line, and which line of which log.
    ``joins``: those of one client count as one text."""
    placed = sorted(
        (
            (place.book.path, offset, message, place.book)
            for message in messages
            if (place := places.get(message.name)) and not place.cut
            for offset in place.offsets
        ),
        key=lambda entry: entry[:2],
    )
    for (path, offset, one, book), (next_path, next_offset, other, _) in pairwise(placed):
        if path != next_path:
            continue
        former, latter = (one, other) if one.sent < other.sent else (other, one)
        separate = former.settled is not None and former.settled < latter.sent
        if joins and not former.typed and former.source == latter.source:
            continue
        if separate and book.same_line(offset, next_offset):
            return former, latter, book, book.line(offset)
    return None


def repeated_messages(
    places: dict[str, Place], play: Play, messages: list[Message]
) -> list[Message]:
    """The messages that are logged more than once.

    A program's record may take several lines and hold a text in several forms (as bytes and
    decoded), and it may have a record of its own for what it has answered, or passed on to others.
    Then there is one of each kind, and every message has that kind, or words say what it is.
    """
    bare = {
        m.name: [
            _TIME.sub("", place.book.text(line).replace(m.text, "")) for line in sorted(place.lines)
        ]
        for m in messages
        for place in [places[m.name]]
    }
    shared = Counter(form for forms in bare.values() for form in set(forms))
    ports = {str(e.port): e.source for e in play.events if isinstance(e, Connected)}

    def kind(form: str) -> str:
        """A line without what differs from one message to the next (texts, numbers, names), but
        with the client that it names by its port."""
        for message in play.messages:
            form = form.replace(message.text, "")
        return _OF_ITS_OWN.sub(lambda own: f"<{ports[own[0]]}>" if own[0] in ports else "", form)

    kinds: dict[str, dict[str, list[str]]] = {}
    receivers: dict[tuple[str, str], set[str]] = {}
    for message in messages:
        kinds[message.name] = {}
        for form in bare[message.name]:
            of_kind = kind(form)
            kinds[message.name].setdefault(of_kind, []).append(form)
            if shared[form] > 1:
                receivers.setdefault((message.source, of_kind), set()).add(form)
    most = len({message.source for message in play.messages})

    def records(source: str, of_kind: str, forms: list[str]) -> int:
        """How many there may be of one kind: one; or one for each receiver, if it names them
        otherwise. Then other messages have the very same, and there are no more than sources."""
        if len(receivers.get((source, of_kind), ())) > most:
            return 1  # it counts
        return max(1, len({form for form in forms if shared[form] > 1}))

    found = []
    for alike in ([m for m in messages if m.typed], [m for m in messages if not m.typed]):
        common = set.intersection(*(set(kinds[m.name]) for m in alike)) if alike else set()
        for message in alike:
            may_be = sum(
                records(message.source, of_kind, forms)
                for of_kind, forms in kinds[message.name].items()
                if of_kind in common or _WORD.search(of_kind)
            )
            if len(bare[message.name]) > max(1, may_be):
                found.append(message)
    return sorted(found, key=lambda message: message.sent)


_WORD = re.compile(r"[^\W\d_]|[-=]>|→")
_TIME = re.compile(
    r"(\d{4}[-/.]\d\d?[-/.]\d\d?[ T]?)?\d\d?:\d\d(:\d\d([.,]\d+)?)?|\b\d{10}(\.\d+)?\b", re.ASCII
)
"""When a record was made, in the usual forms: with a date before it, or in seconds since 1970."""
_OF_ITS_OWN = re.compile(r"[0-9]+|[jqxz]+")


CHECKS = (
    Check(
        name="own-record",
        points=5,
        needs=("client-logged", "terminal-logged"),
        asks=say("Messages that came separately do not share a line."),
        why=say("Otherwise nobody can tell where one message ends and the next begins."),
        lesson=say("log records; TCP has no message boundaries (粘包)"),
        judge=own_record,
    ),
)
