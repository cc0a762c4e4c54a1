"""Finds the nonces of messages in files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from . import logs
from .logs import LogFile

_NONCE = 16
"""Letters in a nonce."""


class FollowedText:
    """The nonces' letters in a file, and where each message's nonce stands among them."""

    def __init__(self) -> None:
        self.file = LogFile("", 0, b"")
        self.letters = b""
        self.places: dict[str, int] = {}

    def without_places(self) -> FollowedText:
        """Return a text of the same file for other messages, which are not in it yet."""
        text = FollowedText()
        text.file, text.letters = self.file, self.letters
        return text

    def follow(self, file: LogFile, nonces: dict[str, str]) -> FollowedText:
        """Return the text of ``file``: this one where the file has only grown; else another."""
        if not file.data.startswith(self.file.data):
            return FollowedText().follow(file, nonces)
        known = len(self.letters)
        self.letters += logs.letters(file.data[len(self.file.data) :])
        self.file = file
        for message, nonce in nonces.items():
            if message not in self.places:
                # What was looked for before may stand across the end of what was known.
                place = self.letters.find(nonce.encode(), max(0, known - _NONCE + 1))
                if place >= 0:
                    self.places[message] = place
        return self


def find_misplaced(
    texts: Iterable[FollowedText], messages: Iterable[str], new: Set[str]
) -> list[str]:
    """Those of the ``new`` messages that, in each file that has them, stand before another one that
    was sent earlier, and is not new.

    Args:
        messages: all, as they were sent.
    """
    sent = {message: number for number, message in enumerate(messages)}
    found, well = set(), set()
    for places in (text.places for text in texts):
        for message in places.keys() & new:
            found.add(message)
            earlier = (m for m in places.keys() - new if sent[m] < sent[message])
            if all(places[m] < places[message] for m in earlier):
                well.add(message)
    return sorted(found - well)


def find_nonces(nonces: dict[str, bytes], text: bytes) -> list[str]:
    """The messages whose nonces are in ``text``. One pass finds all that stand in the order in
    which they were sent, as they do in a right log."""
    found, place = [], 0
    for message, nonce in nonces.items():
        at = text.find(nonce, place)
        if at < 0:
            at = text.find(nonce, 0, place + len(nonce))
        if at >= 0:
            found.append(message)
            place = at
    return found


def find_in_files(nonces: Mapping[str, str], files: Iterable[LogFile]) -> set[str]:
    """The messages whose ``nonces`` are in ``files``; see :func:`.logs.nonce_letters`."""
    missing = {message: nonce.encode() for message, nonce in nonces.items()}
    for file in files:
        for letters in logs.nonce_letters(file.data):
            for message in find_nonces(missing, letters):
                del missing[message]
            if not missing:
                break
    return nonces.keys() - missing.keys()


def order_in_files(nonces: Mapping[str, str], files: Iterable[LogFile]) -> list[str]:
    """The messages whose ``nonces`` are in ``files``, in the order in which they first occur."""
    text = b"\n".join(logs.letters(file.data) for file in files)
    places = {message: text.find(nonce.encode()) for message, nonce in nonces.items()}
    return sorted((m for m in places if places[m] >= 0), key=lambda message: places[message])
