"""The files that a server wrote, and what it has logged if it rewrites them on a timer.

What was in the files when the server had settled was logged, whatever becomes of them later. When a
timer runs is chance, and the same program must get the same outcomes each time. So the agent keeps
the files as they were before each such rewriting (``grader/agent/messages.py`` defines it), and
they are combined here with those that the server left behind::

    combined(S1)            =  S1
    combined(S1, …, Sn, F)  =  combined(S1, …, Sn), and behind it what F has of further messages

for each path, by lines: a line of ``F`` is left out if it mentions messages and all of them are in
the former files. So each message stands where it stood when it was logged.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.model.plan import NONCE_ALPHABET

_LETTERS = (NONCE_ALPHABET + NONCE_ALPHABET.upper()).encode()
_OTHERS = bytes(set(range(256)) - set(_LETTERS))

_LINE_END = re.compile(rb"\r\n|\n|\r")

_STRETCH = 4096
"""Bytes that are searched at once for messages, before lines are."""

_FEW = 64
"""Letters in which a nonce is looked up; in more, each nonce is searched for."""


@dataclass(frozen=True, kw_only=True)
class LogFile:
    """A file that the server wrote."""

    path: str
    data: bytes
    size: int
    """Bytes; more than ``len(data)`` where the end was not kept."""
    written: int = 0
    """Time of its last write: nanoseconds on the agent's clock. The clock of files ticks every few
    milliseconds, so two writes may have one time. 0: unknown, or before the agent was started."""


def combined(states: Iterable[Sequence[LogFile]], nonces: Mapping[str, str]) -> tuple[LogFile, ...]:
    """Combine files as they were at several moments, in time that is linear in their sizes.

    Args:
        states: all files at each moment, the earliest moment first.
        nonces: the nonce of each message, by its name.
    """
    search = _Search(nonces)
    files: dict[str, _Combined] = {}
    logged = set[str]()
    for state in filter(None, states):
        mentioned = set[str]()
        for file in state:
            if file.path in files:
                mentioned |= files[file.path].add(file, logged)
            else:
                files[file.path] = _Combined(file, search)
                mentioned |= files[file.path].mentioned
        logged |= mentioned
    return tuple(file.whole() for file in files.values())


class _Search:
    """Finds the messages whose nonces are in some bytes, whatever stands between the letters."""

    def __init__(self, nonces: Mapping[str, str]) -> None:
        self._names = {nonce.encode(): name for name, nonce in nonces.items()}
        self._sizes = {len(nonce) for nonce in self._names}
        self.shortest = min(self._sizes, default=0)
        self.longest = max(self._sizes, default=0)

    def find(self, letters: bytes) -> set[str]:
        """The messages whose nonces are in ``letters`` (:func:`_letters`)."""
        if not self._names or len(letters) < self.shortest:
            return set()
        if len(letters) > _FEW:
            return {name for nonce, name in self._names.items() if nonce in letters}
        parts = {
            letters[at : at + size] for size in self._sizes for at in range(len(letters) - size + 1)
        }
        return {self._names[part] for part in parts & self._names.keys()}


def _letters(data: bytes) -> bytes:
    """The nonces' letters in ``data``, in lower case."""
    return data.translate(None, _OTHERS).lower()


class _Combined:
    """A file as it was at several moments."""

    def __init__(self, file: LogFile, search: _Search) -> None:
        self._search = search
        self._begin(file)

    def _begin(self, file: LogFile) -> set[str]:
        self._file = file
        self._parts = [file.data]
        self._lost = file.size - len(file.data)
        self._tail = b""
        self.mentioned = set[str]()
        """The messages that are logged in it."""
        return self._note(file.data)

    def _note(self, data: bytes) -> set[str]:
        """Note the messages in ``data``, which may begin with the rest of a nonce."""
        letters = self._tail + _letters(data)
        found = self._search.find(letters)
        self.mentioned |= found
        self._tail = letters[-self._search.longest :]
        return found

    def add(self, file: LogFile, logged: set[str]) -> set[str]:
        """Add what ``file`` has besides the messages that are ``logged``. Returns the messages in
        what was added."""
        kept: list[bytes] = []
        for lines in _stretches(file.data):
            if not self._search.find(_letters(lines)):
                kept.append(lines)
                continue
            for line in lines.splitlines(keepends=True):
                mentioned = self._search.find(_letters(line))
                if mentioned & logged and mentioned - logged:
                    # All on one line: what is new cannot be told from what is not.
                    return self._begin(file) if self.mentioned <= mentioned else set()
                if not mentioned or mentioned - logged:
                    kept.append(line)
        last = next((part for part in reversed(self._parts) if part), b"")
        added = (b"\n" if kept and last and not last.endswith((b"\n", b"\r")) else b"") + b"".join(
            kept
        )
        self._file = file
        self._lost = file.size - len(file.data)
        self._parts.append(added)
        return self._note(added)

    def whole(self) -> LogFile:
        """The file with all that was logged in it."""
        if len(self._parts) == 1:
            return self._file
        data = b"".join(self._parts)
        return replace(self._file, data=data, size=len(data) + self._lost)


def _stretches(data: bytes) -> Iterator[bytes]:
    """Yield ``data`` in stretches of whole lines: few of them hold a message, and a line for each
    of a flood's line ends would take minutes."""
    start = 0
    while start < len(data):
        end = _LINE_END.search(data, start + _STRETCH)
        stop = end.end() if end else len(data)
        yield data[start:stop]
        start = stop
