"""The messages that a server was sent, and which of them its files contain."""

from __future__ import annotations

from collections.abc import Iterator

from .events import Events, pack, path_text
from .files import logs
from .files.logs import LogFile
from .files.workspace import Workspace
from .vocabulary import Look, NoPart, PartName

_KEPT = 1 << 20
"""Bytes of files that are kept from one part to the next. A right server writes a tenth of it."""


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
        self.nonces: dict[str, str] = {}
        """Each message's nonce."""
        self.found: dict[Look, set[str]] = {}
        """The messages that the files contained, at the last look of each kind."""
        self.track_order = False
        """Whether each look also notes the messages' order, which takes a while in a long log."""
        self.order: list[str] = []
        """The messages in the order of their first occurrence, at the last look that noted it."""
        self.written = 0
        """Bytes of files that were written as events."""
        self._previous: tuple[PartName, list[LogFile]] | None = None
        """The part that ended last, and the files at its end."""

    def fresh_nonce(self) -> str:
        """Return a text that exists nowhere else."""
        return next(self._nonces)

    def add(self, source: str, tail: str, nonce: str = "") -> str:
        """Record that ``source`` is about to send a message. Returns its text."""
        nonce = nonce or self.fresh_nonce()
        message = f"m{len(self.nonces) + 1}"
        self.nonces[message] = nonce
        self._events.write("sent", message=message, source=source, text=nonce + tail)
        return nonce + tail

    def all_logged(self) -> bool:
        """Whether the files contain every message by now."""
        return self._contained(self._read()) == self.nonces.keys()

    def look(self, when: Look) -> list[LogFile]:
        """Note which messages the files contain by now. Returns the files."""
        files = self._read()
        self.found[when] = self._contained(files)
        if self.track_order:
            self.order = self._order(files)
        self._events.write("found", when=when, messages=sorted(self.found[when]))
        return files

    def look_after(self, part: PartName) -> bool:
        """Note which messages the files contain at the end of ``part``; whether they are all.

        Records of this part may have pushed earlier ones out of the files (a log that is rotated,
        or started anew). Then the files as they were at the end of the previous part are written
        for that one.
        """
        previous, known = self._previous, self.found.get("part", set())
        files = self.look("part")
        if previous and not known <= self.found["part"]:
            self.write_files(previous[1], until=previous[0])
        small = sum(len(file.data) for file in files) <= _KEPT
        self._previous = (part, files) if small else None
        return self.found["part"] == self.nonces.keys()

    def write_files(self, files: list[LogFile], until: PartName | NoPart = "") -> None:
        """Write the files as events: the final ones, or those as of the end of part ``until``."""
        for file in files:
            self.written += len(file.data)
            self._events.write(
                "log",
                path=path_text(self._workspace.name(file.path)),
                size=file.size,
                data=pack(file.data),
                inode=file.inode,
                written=self._events.clock(file.written),
                until=until,
            )

    def _read(self) -> list[LogFile]:
        return self._workspace.logs(self._limit, list(self.nonces.values()))

    def _order(self, files: list[LogFile]) -> list[str]:
        text = b"\n".join(logs.nonce_letters(file.data)[0] for file in files)
        places = {message: text.find(nonce.encode()) for message, nonce in self.nonces.items()}
        return sorted((m for m in places if places[m] >= 0), key=lambda message: places[message])

    def _contained(self, files: list[LogFile]) -> set[str]:
        missing = {message: nonce.encode() for message, nonce in self.nonces.items()}
        for file in files:
            for letters in logs.nonce_letters(file.data):
                for message in _find(missing, letters):
                    del missing[message]
        return self.nonces.keys() - missing.keys()


def _find(nonces: dict[str, bytes], text: bytes) -> list[str]:
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
