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


_known: WeakKeyDictionary[Play, Logged] = WeakKeyDictionary()
"""Of each play that is still in use: a dozen checks ask for it, and the page does."""


def logged(play: Play) -> Logged:
    """Find a play's messages in what the server wrote."""
    if play not in _known:
        _known[play] = _find(play)
    return _known[play]


def _find(play: Play) -> Logged:
    found = [(book, book.places(play.messages, play.letters)) for book in books(play)]
    found.sort(key=lambda entry: -len(entry[1]))
    places: dict[str, Place] = {}
    for _, places_in in reversed(found):
        places |= places_in
    return Logged(tuple(book for book, places_in in found if places_in), places)
