"""Log streams: files that belong to one log, oldest first, and their lines."""

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import cached_property

from grader.logs.encodings import decode, format_of, narrow, spellings
from grader.logs.leaves import Leaf, LeafRecords, find_leaves
from grader.logs.lines import Lines
from grader.model.history import LogFile

LINE_BYTES = 400
"""Bytes of a line that are shown."""

_BEFORE = 100
"""Bytes of a long line that are shown before the place that matters, at most."""

_APART = re.compile(rb"[\x09-\x3f]")
"""A byte that is a whole character, and no part of another one, in UTF-8 and in GBK."""


def ended(data: bytes) -> bytes:
    """Return a file's text with a line end behind it, if it has none: a line ends with its file."""
    return data if data.endswith((b"\n", b"\r")) or not data else data + b"\n"


@dataclass(frozen=True, eq=False)
class LogStream:
    """One log: a file, or the files it was spread over, oldest first."""

    files: tuple[LogFile, ...]
    texts: tuple[bytes, ...] = ()
    """What :func:`narrow` makes of each file, if that is known already."""

    @property
    def path(self) -> str:
        """The newest file's path."""
        return self.files[-1].path

    @cached_property
    def data(self) -> bytes:
        """The content, in an encoding that keeps ASCII as it is. Each file ends a line."""
        texts = self.texts or [narrow(file.data) for file in self.files]
        return b"".join([*map(ended, texts[:-1]), *texts[-1:]])

    @cached_property
    def leaves(self) -> LeafRecords | None:
        """The texts in it, if it is JSON or XML as a whole."""
        leaves: list[Leaf] = []
        start = 0
        for file in self.files:
            data = narrow(file.data)
            found = find_leaves(data)
            if data.strip() and not found:
                return None
            leaves += [Leaf(*(start + place for place in leaf)) for leaf in found]
            start += len(ended(data))
        return LeafRecords(leaves) if leaves else None

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.data)

    @property
    def line_count(self) -> int:
        """The number of lines; a last one without a line end counts unless it is empty."""
        return self._lines.count

    def line_at(self, offset: int) -> int:
        """Return the number (from 1) of the line that ``offset`` lies in."""
        return self._lines.at(offset)

    def line_start(self, line: int) -> int:
        """Return the offset at which a line begins; behind the last line, the log's end."""
        return self._lines.start(line)

    def record_end(self, offset: int) -> int:
        """Return the offset at which the record of ``offset`` ends: its leaf, or its line with the
        line end included."""
        return self.leaves.end(offset) if self.leaves else self._lines.end(offset)

    def line_text(self, line: int, around: int | None = None) -> str:
        """Return a line as text, with invalid bytes escaped.

        Of a long line, at most :data:`LINE_BYTES` are shown, with ``…`` for what is left out: those
        at its beginning, or those about the offset ``around``.
        """
        start, end = self.line_start(line), self.line_start(line + 1)
        begin = start
        if end - start > LINE_BYTES and around is not None and around > start + _BEFORE:
            apart = _APART.search(self.data, around - _BEFORE, around)
            begin = apart.end() if apart else around
        left_out = "…" if begin > start else ""
        if end - begin > LINE_BYTES:
            return f"{left_out}{decode(self.data[begin : begin + LINE_BYTES], cut=True)}…"
        return left_out + decode(self.data[begin:end].rstrip(b"\r\n"))

    def contains_exact(self, text: str) -> bool:
        """Whether ``text`` is in the log unaltered and in one piece, in any encoding or escape
        that reads back exactly (:func:`~grader.logs.encodings.spellings`)."""
        return self._has(spellings(text))

    def shows(self, text: str, encoding: str) -> bool:
        """Whether the log contains ``text`` exactly for an editor that reads it in ``encoding``."""
        return self._has(spellings(text, (encoding,)))

    def _has(self, forms: Set[bytes]) -> bool:
        raw = b"".join(file.data for file in self.files if not format_of(file.data))
        return any(form in data for form in forms for data in (self.data, raw))
