"""Which of a play's messages are in what the server wrote, and where."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from grader.logs.streams import Book, Place, books
from grader.model.history import History, Message, Play


@dataclass(frozen=True)
class Logged:
    """A play's messages in its logs."""

    found: tuple[tuple[Book, dict[str, Place]], ...]
    """The logs that hold any message, and where; the one that holds most of them first."""
    places: dict[str, Place]
    """For each message that is logged: where, in the first of these logs that holds it."""
    others: tuple[dict[str, Place], ...] = ()
    """Where they are in logs whose files may have been written in another order, or are copies."""

    @property
    def books(self) -> tuple[Book, ...]:
        """The logs that hold any message, the one that holds most of them first."""
        return tuple(book for book, _ in self.found)

    @property
    def readings(self) -> list[dict[str, Place]]:
        """The ways to read what was written: each log that holds all that is logged at all; where
        none does, :attr:`places`. A program may write other files beside its log (a page with the
        newest on top, say): what is right in one of them is right."""
        listed = [*(places for _, places in self.found), *self.others]
        return [places for places in listed if len(places) == len(self.places)] or [self.places]

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


def loses_anyway(history: History, seen: Play) -> bool:
    """Whether a server has taken messages, each by itself, and not logged them, with several
    sources there and nobody silent or gone. If so, it may have no other reason in the play
    ``seen``, provided that it went on there and let nobody go."""
    play = history.play("together")
    if play is None or any(p.failure or p.closed_by_server for p in (play, seen)):
        return False
    log = logged(play)
    return any(message not in log for message in play.messages if _alone(message, play.messages))


def _alone(message: Message, messages: tuple[Message, ...]) -> bool:
    """Whether the server had taken it before anything else was sent, and all else before it was."""
    settled = message.settled
    return settled is not None and [m.settled for m in messages].count(settled) == 1


def _find(play: Play) -> Logged:
    found = [(book, book.places(play.messages, play.letters)) for book in books(play)]
    found.sort(key=lambda entry: (-len(entry[1]), -len(entry[0].data)))
    others = []
    for book, places_in in found:
        if len(book.files) > 1:
            # They may be numbered the other way; and one of them may be a copy of the others,
            # although it is no part of one.
            ways = (book.upwards, *(Book((file,)) for file in book.files))
            each = (way.places(play.messages, play.letters) for way in ways if way != book)
            others += [one for one in each if len(one) == len(places_in)]
    places: dict[str, Place] = {}
    for _, places_in in reversed(found):
        places |= places_in
    return Logged(
        tuple((book, places_in) for book, places_in in found if places_in),
        places,
        tuple(others),
    )
