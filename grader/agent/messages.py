"""What a server was told, and what of it is in its files."""

from __future__ import annotations

from collections.abc import Iterator

from .events import Events, packed, shown
from .files import logs
from .files.workspace import Workspace

KEPT = 1 << 20
"""Bytes of files that are kept from one part to the next. A right server writes a tenth."""


class SentMessages:
    """The messages of one scenario.

    ``nonces`` supplies texts that exist nowhere else; ``limit``: bytes of files that are read.
    """

    def __init__(
        self, events: Events, workspace: Workspace, nonces: Iterator[str], limit: int
    ) -> None:
        self._events = events
        self._workspace = workspace
        self._nonces = nonces
        self._limit = limit
        self.sent: dict[str, str] = {}
        """Each message's nonce."""
        self.found: dict[str, set[str]] = {}
        """Which messages were in the files, at each look."""
        self.ordered = False
        """Whether to note the messages' order at each look, which takes a while in a long log."""
        self.order: list[str] = []
        """The messages that were in the files at the last look that noted it, in the order of
        their places."""
        self.kept = 0
        """Bytes of files that were written as events."""
        self._before: tuple[str, list[logs.Log]] | None = None
        """The last part that is over, and the files as they were then."""

    def fresh_nonce(self) -> str:
        """A text that exists nowhere else."""
        return next(self._nonces)

    def note(self, source: str, tail: str, nonce: str = "") -> str:
        """Note that ``source`` is about to give the server a message; its text."""
        nonce = nonce or self.fresh_nonce()
        message = f"m{len(self.sent) + 1}"
        self.sent[message] = nonce
        self._events.write("sent", message=message, source=source, text=nonce + tail)
        return nonce + tail

    def logged(self) -> bool:
        """Whether all of it is in the files by now."""
        return self._seen(self._read()) == self.sent.keys()

    def look(self, when: str) -> list[logs.Log]:
        """Note which messages are in the files by now; the files."""
        files = self._read()
        self.found[when] = self._seen(files)
        if self.ordered:
            self.order = self._order(files)
        self._events.write("found", when=when, messages=sorted(self.found[when]))
        return files

    def look_after(self, part: str) -> bool:
        """Note which messages are in the files when ``part`` is over; whether all are.

        What a part's records have pushed out of them (a log that is rotated, or begun anew) was
        there when the part before it was over: then those files are what tells of that one.
        """
        before, known = self._before, self.found.get("part", set())
        files = self.look("part")
        if before and not known <= self.found["part"]:
            self.write(before[1], until=before[0])
        small = sum(len(log.data) for log in files) <= KEPT
        self._before = (part, files) if small else None
        return self.found["part"] == self.sent.keys()

    def write(self, files: list[logs.Log], until: str = "") -> None:
        """Write the files' events: as they are at the end, or were ``until`` the end of a part."""
        for log in files:
            path = shown(self._workspace.name(log.path))
            data = packed(log.data)
            self.kept += len(log.data)
            self._events.write("log", path=path, size=log.size, data=data, until=until)

    def _read(self) -> list[logs.Log]:
        return self._workspace.logs(self._limit, list(self.sent.values()))

    def _order(self, files: list[logs.Log]) -> list[str]:
        text = b"\n".join(logs.letters(log.data)[0] for log in files)
        places = {message: text.find(nonce.encode()) for message, nonce in self.sent.items()}
        return sorted((m for m in places if places[m] >= 0), key=lambda message: places[message])

    def _seen(self, files: list[logs.Log]) -> set[str]:
        missing = {message: nonce.encode() for message, nonce in self.sent.items()}
        for log in files:
            for letters in logs.letters(log.data):
                for message in _held(letters, missing):
                    del missing[message]
        return self.sent.keys() - missing.keys()


def _held(text: bytes, nonces: dict[str, bytes]) -> list[str]:
    """The messages whose nonces are in ``text``. Those that stand in it in the order in which
    they were sent, as in a right log, are found in one pass over it."""
    found, place = [], 0
    for message, nonce in nonces.items():
        at = text.find(nonce, place)
        if at < 0:
            at = text.find(nonce, 0, place + len(nonce))
        if at >= 0:
            found.append(message)
            place = at
    return found
