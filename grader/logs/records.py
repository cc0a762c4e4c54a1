"""Records: lines that share messages, nicknames, and messages that are logged again."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from grader.logs.readings import LogEvidence, Reading
from grader.logs.streams import LogStream
from grader.model.event import Connected
from grader.model.history import Message, Play


class SharedLine(NamedTuple):
    """A line that holds two messages which were sent separately."""

    former: Message
    """Settled before ``latter`` was sent."""
    latter: Message
    stream: LogStream
    line: int


def find_shared_line(
    reading: Reading, messages: Iterable[Message], *, joins_client: bool
) -> SharedLine | None:
    """Return the first line that two separate messages share; None if each has its own.

    ``joins_client``: what one client sends counts as one text.
    """
    mentions = sorted(
        (
            (location.stream.path, offset, message, location.stream)
            for message in messages
            if (location := reading.get(message.name)) and not location.cut
            for offset in location.offsets
        ),
        key=lambda mention: mention[:2],
    )
    for (path, offset, one, stream), (next_path, next_offset, other, _) in pairwise(mentions):
        if path != next_path:
            continue
        former, latter = (one, other) if one.sent < other.sent else (other, one)
        separate = former.settled is not None and former.settled < latter.sent
        if joins_client and not former.typed and former.source == latter.source:
            continue
        if separate and stream.same_line(offset, next_offset):
            return SharedLine(former, latter, stream, stream.line_at(offset))
    return None


# --- nicknames ---

_NEAR = 4
"""Lines from a record's text to the one with its source's nickname, at most."""


def is_first(message: Message, play: Play) -> bool:
    """Whether a message is the first that its source sent."""
    return message is next(m for m in play.messages if m.source == message.source)


def nickname_messages(evidence: LogEvidence, play: Play) -> set[str]:
    """Return the messages (by name) that a server uses as their sources' nicknames.

    As a chat room does: the first message of a source, if it stands on the line of each later one,
    or on another line of its record.
    """
    nicknames = set()
    for first in play.messages:
        if first not in evidence or not is_first(first, play):
            continue
        location = evidence.locations[first.name]
        later = [
            evidence.locations[m.name]
            for m in play.messages
            if m.source == first.source and m is not first and m in evidence
        ]
        lines = [other.line for other in later if other.stream is location.stream]
        # On one line with all of them it would be a message like any other, and no line ended.
        if (
            len(lines) == len(later)
            and len(set(lines)) > 1
            and (location.lines.issuperset(lines) or _stand_apart(location.lines, set(lines)))
        ):
            nicknames.add(first.name)
    return nicknames


def _stand_apart(nicknames: set[int], texts: set[int]) -> bool:
    """Whether a nickname is on no line with a text, and on one equally far from each of them."""
    steps = (step for far in range(1, _NEAR + 1) for step in (-far, far))
    return not nicknames & texts and any(
        {line + step for line in texts} <= nicknames for step in steps
    )


# --- repetitions ---

_WORD = re.compile(r"[^\W\d_]|[-=]>|→")
_TIME = re.compile(
    r"(\d{4}[-/.]\d\d?[-/.]\d\d?[ T]?)?\d\d?:\d\d(:\d\d([.,]\d+)?)?|\b\d{10}(\.\d+)?\b", re.ASCII
)
"""The time of a record, in the usual forms: with a date before it, or in seconds since 1970."""
_SPECIFIC = re.compile(r"[0-9]+|[jqxz]+")


def repeated_messages(reading: Reading, play: Play, messages: Sequence[Message]) -> list[Message]:
    """Return those of ``messages`` that are logged more than once, in the order of sending.

    All of them are in ``reading``. A program's record may take several lines and hold a text in
    several forms (as bytes and decoded), and there may be further records of what was answered or
    passed on to others. Then there is one of each kind, and every message has that kind, or words
    name it.
    """
    forms = {message.name: _forms(reading, message) for message in messages}
    shared = Counter(form for own in forms.values() for form in set(own))
    ports = {str(e.port): e.source for e in play.events if isinstance(e, Connected)}
    kinds: dict[str, dict[str, list[str]]] = {}
    receivers: dict[tuple[str, str], set[str]] = {}
    for message in messages:
        kinds[message.name] = {}
        for form in forms[message.name]:
            kind = _kind(form, play, ports)
            kinds[message.name].setdefault(kind, []).append(form)
            if shared[form] > 1:
                receivers.setdefault((message.source, kind), set()).add(form)
    sources = len({message.source for message in play.messages})

    def allowed(source: str, kind: str, forms: list[str]) -> int:
        """The most records of one kind that a message may have: one, or one for each receiver if it
        names them. Then other messages have the very same forms, no more than there are sources."""
        if len(receivers.get((source, kind), ())) > sources:
            return 1  # it counts up
        return max(1, len({form for form in forms if shared[form] > 1}))

    found = []
    for alike in ([m for m in messages if m.typed], [m for m in messages if not m.typed]):
        common = set.intersection(*(set(kinds[m.name]) for m in alike)) if alike else set()
        for message in alike:
            most = sum(
                allowed(message.source, kind, of_kind)
                for kind, of_kind in kinds[message.name].items()
                if kind in common or _WORD.search(kind)
            )
            if len(forms[message.name]) > max(1, most):
                found.append(message)
    return sorted(found, key=lambda message: message.sent)


def _forms(reading: Reading, message: Message) -> list[str]:
    """Return each line that mentions a message, without the message's text and the time."""
    location = reading[message.name]
    lines = map(location.stream.line_text, sorted(location.lines))
    return [_TIME.sub("", line.replace(message.text, "")) for line in lines]


def _kind(form: str, play: Play, ports: dict[str, str]) -> str:
    """Return a form without what differs from one message to the next (texts, numbers, nonces),
    but with the client that it names by its port."""
    for message in play.messages:
        form = form.replace(message.text, "")
    return _SPECIFIC.sub(lambda own: f"<{ports[own[0]]}>" if own[0] in ports else "", form)
