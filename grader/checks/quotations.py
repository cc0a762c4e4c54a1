"""What a finding quotes: lines of a log and of the terminal, bounded and under the student's names.

A log is quoted where a message is, or where it would be: between the message before it and the one
after it.
"""

import re
from collections.abc import Iterable

from grader.logs.evidence import PlayEvidence
from grader.logs.mentions import Location
from grader.logs.streams import LogStream
from grader.model.history import Message, Play
from grader.model.program import NEUTRAL_NAME as PROGRAM
from grader.model.text import cut

LINE = 200
"""Characters of a line of the terminal that are quoted."""

_LOG_LINE = 120
"""Characters of a log's line. A right record has half as many."""

_LINES = 6
"""Lines of a log that are quoted in one stretch, at most."""

_NEAR = 2
"""Lines that are quoted behind the last message, or before the first one."""

_FOLDER = re.compile(
    r"(?<![\w.@+~/-])(?:/[\w.@+~-]+)*/[0-9]+/course/homework(?![\w.@+~-])(/submission\.py\b|/)?"
)
"""The folder in which a program runs (``agent/files/workspace.py``), and a path's way in it. It
begins where no longer path does, so that a search takes time that is linear in the text."""

_HOME = re.compile(r"(?<![\w.~-])/home/student(?=/)")
"""The home folder in a sandbox."""

_NEUTRAL = re.compile(r'(?<=")[^"\n]*/submission\.py(?=")|(?<![\w.-])submission\.py\b')
"""The name under which every program runs."""

_BESIDE = re.compile(r".*/[0-9]+/course/homework/(.+)")

_GAP = "…"
"""Stands for lines that are left out between two quoted ones."""


def under_own_names(text: str, file_name: str) -> str:
    """Return ``text`` with the paths that its author knows: relative to the program, with the name
    ``file_name``, or to the home folder."""

    def own(path: re.Match[str]) -> str:
        if not path[1]:
            return "."
        return file_name if path[1] != "/" else ""

    return _NEUTRAL.sub(lambda _: file_name, _HOME.sub("~", _FOLDER.sub(own, text)))


def file_of_program(path: str) -> str:
    """The file of the program that has this ``path`` in the sandbox, by its path from the
    program's folder; :data:`PROGRAM` is the one that is run. Empty: it is no such file."""
    if path.endswith(f"/{PROGRAM}"):
        return PROGRAM
    found = _BESIDE.fullmatch(path)
    return found[1] if found else ""


def quote_lines(
    play: Play, stream: LogStream, lines: Iterable[int], offsets: Iterable[int] = ()
) -> tuple[str, ...]:
    """Quote ``lines`` of a log, each with its number, and ``…`` where lines between them are left
    out. Of a long line, the part around one of ``offsets`` is quoted."""
    places = {stream.line_at(offset): offset for offset in sorted(offsets, reverse=True)}
    quoted: list[str] = []
    last = 0
    for line in sorted(set(lines)):
        if last and line > last + 1:
            quoted.append(_GAP)
        text = under_own_names(stream.line_text(line, places.get(line)), play.file_name)
        quoted.append(f"{line}: {cut(text, _LOG_LINE)}")
        last = line
    return tuple(quoted)


def quote_around(play: Play, evidence: PlayEvidence, message: Message) -> tuple[str, ...]:
    """Quote the log where ``message`` is, or would be.

    That is from the last message before it that is logged to the first one after it. If no message
    is logged, the last lines of the longest file are quoted; if there is none, nothing is.
    """
    if message in evidence:
        location = evidence.reading.locations[message.name]
        return _quote_from(play, location.stream, location.line, location.offsets[0])
    number = play.messages.index(message)
    former = _first_logged(evidence, reversed(play.messages[:number]))
    latter = _first_logged(evidence, play.messages[number:])
    if former and latter and former.stream is latter.stream:
        first, last = max(former.lines), latter.line
        between = range(first, last + 1) if first <= last < first + _LINES else (first, last)
        return quote_lines(play, latter.stream, between, (former.offsets[-1], latter.offsets[0]))
    if former:
        return _quote_from(play, former.stream, max(former.lines), former.offsets[-1])
    if latter:
        lines = range(max(1, latter.line - _NEAR), latter.line + 1)
        return quote_lines(play, latter.stream, lines, latter.offsets[:1])
    longest = max(evidence.all_streams, key=lambda stream: len(stream.data), default=None)
    return quote_end(play, longest, _NEAR + 1) if longest else ()


def _first_logged(evidence: PlayEvidence, messages: Iterable[Message]) -> Location | None:
    return next((evidence.reading.locations[m.name] for m in messages if m in evidence), None)


def _quote_from(play: Play, stream: LogStream, first: int, offset: int) -> tuple[str, ...]:
    """Quote the line of a message, which begins at ``offset``, and the next ones."""
    lines = range(first, min(first + _NEAR, stream.line_count) + 1)
    return quote_lines(play, stream, lines, (offset,))


def quote_end(play: Play, stream: LogStream, lines: int = _LINES) -> tuple[str, ...]:
    """Quote the last ``lines`` lines of a log."""
    count = stream.line_count
    return quote_lines(play, stream, range(max(1, count - lines + 1), count + 1))
