"""Mixtures: logs that no single encoding shows.

A log is a text that people read in an editor, and an editor shows a file in one encoding.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from grader.logs.encodings import ENCODINGS
from grader.logs.grouping import log_name
from grader.logs.readings import Reading
from grader.logs.streams import LogStream
from grader.model.history import Message


class Shown(NamedTuple):
    """A message with characters outside of ASCII that is logged exactly."""

    message: Message
    stream: LogStream
    """Where it is read."""


def exact_messages(reading: Reading, messages: Iterable[Message]) -> list[Shown]:
    """Return those of ``messages`` that are in ``reading`` exactly, but for ASCII, which is the
    same in all encodings."""
    return [
        Shown(message, place.stream)
        for message in messages
        if not message.text.isascii()
        and (place := reading.locations.get(message.name))
        and place.stream.contains_exact(message.text)
    ]


def first_mixture(shown: Iterable[Shown]) -> tuple[Shown, Shown] | None:
    """Return the first two messages of one log which no encoding shows both; None: each log has an
    encoding that shows all of its messages.

    They may be of several plays: files with the same name, but for what it has from the time, are
    the same log.
    """
    logs: dict[str, list[Shown]] = {}
    for each in shown:
        logs.setdefault(log_name(each.stream.path), []).append(each)
    for log in logs.values():
        hidden = [_first_hidden(log, encoding) for encoding in ENCODINGS]
        if hidden[0] and hidden[1]:
            return hidden[1], hidden[0]
    return None


def _first_hidden(log: Sequence[Shown], encoding: str) -> Shown | None:
    """The first message that ``encoding`` does not show."""
    hidden = (each for each in log if not each.stream.shows(each.message.text, encoding))
    return next(hidden, None)
