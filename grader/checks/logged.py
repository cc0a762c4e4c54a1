"""Which of a play's messages are in what the server wrote, and where."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from grader.checks.logbook import Book, Place, books
from grader.model.history import Message, Play


@dataclass(frozen=True)
class Logged:
    """A play's messages in its logs."""

    books: tuple[Book, ...]
    """The logs that hold any message, the one that holds most of them first."""
    places: dict[str, Place]
    """For each message that is logged: where, in the first of these logs that holds it."""

    def __contains__(self, message: Message) -> bool:
        return message.name in self.places

    def line(self, message: Message) -> str:
        """The line at which a message is logged first; empty where it is not."""
        if message.name not in self.places:
            return ""
        place = self.places[message.name]
        return place.book.text(place.line)


_KEPT = 1 << 17
"""Bytes of files whose messages need not be found again: twice the largest message. Of a flood, to
keep where its lines begin alone would cost hundreds of megabytes."""

_known: WeakKeyDictionary[Play, Logged] = WeakKeyDictionary()
"""Of plays that are still in use: a dozen checks ask for each, and the page does."""


def logged(play: Play) -> Logged:
    """Find a play's messages in what the server wrote."""
    known = _known.get(play)
    if known is None:
        known = _find(play)
        if sum(len(file.data) for file in play.files) <= _KEPT:
            _known[play] = known
    return known


def _find(play: Play) -> Logged:
    found = [(book, book.places(play.messages, play.letters)) for book in books(play)]
    found.sort(key=lambda entry: -len(entry[1]))
    places: dict[str, Place] = {}
    for _, places_in in reversed(found):
        places |= places_in
    return Logged(tuple(book for book, places_in in found if places_in), places)
