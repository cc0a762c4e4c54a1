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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.model.plan import NONCE_ALPHABET

_LETTERS = (NONCE_ALPHABET + NONCE_ALPHABET.upper()).encode()
_OTHERS = bytes(set(range(256)) - set(_LETTERS))


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
    """Combine files as they were at several moments.

    Args:
        states: all files at each moment, the earliest moment first.
        nonces: the nonce of each message, by its name.
    """
    files: dict[str, LogFile] = {}
    for state in filter(None, states):
        logged: set[str] = set()
        for file in files.values():
            logged |= _mentioned(file.data, nonces)
        for file in state:
            former = files.get(file.path)
            files[file.path] = _continued(former, file, logged, nonces) if former else file
    return tuple(files.values())


def _continued(
    former: LogFile, file: LogFile, logged: set[str], nonces: Mapping[str, str]
) -> LogFile:
    """``former``, and behind it what ``file`` has besides the messages that are ``logged``."""
    lines = []
    for line in file.data.splitlines(keepends=True):
        mentioned = _mentioned(line, nonces)
        if mentioned & logged and mentioned - logged:
            # All on one line: what is new cannot be told from what is not.
            return file if _mentioned(former.data, nonces) <= mentioned else former
        if not mentioned or mentioned - logged:
            lines.append(line)
    between = b"" if former.data.endswith((b"\n", b"\r")) or not former.data else b"\n"
    data = former.data + (between if lines else b"") + b"".join(lines)
    return replace(file, data=data, size=len(data) + file.size - len(file.data))


def _mentioned(data: bytes, nonces: Mapping[str, str]) -> set[str]:
    """The messages whose nonces are in ``data``."""
    letters = data.translate(None, _OTHERS).lower()
    if len(letters) < min(map(len, nonces.values()), default=0):
        return set()
    return {message for message, nonce in nonces.items() if nonce.encode() in letters}
