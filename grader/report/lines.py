"""The lines of the program that findings name."""

import re
from collections.abc import Iterator

from grader.model.outcome import Finding
from grader.model.report import Entry
from grader.model.text import Text, Value

_FRAME = re.compile(r'^\s*File "([^"]*)", line (\d{1,7})\b')


def named_line(entry: Entry, file: str, line_count: int) -> int:
    """The first line of the program that the findings of a failed check name; 1 if they name none.

    Args:
        file: the name of the file that is run. Lines of its modules do not count.
        line_count: the number of lines of the program. The program's own terminal output is among
            the evidence, so it may name any number.
    """
    named = (finding_line(entry, finding, file, line_count) for finding in entry.outcome.findings)
    return next(filter(None, named), 1)


def finding_line(entry: Entry, finding: Finding, file: str, line_count: int) -> int:
    """The line of the program that one of the findings of ``entry`` names; 0 if it names none.

    Args:
        file, line_count: as for :func:`named_line`.
    """
    named = _named_lines(finding, file, of_program=entry.name == "functions")
    return next((line for line in named if 1 <= line <= line_count), 0)


def _named_lines(finding: Finding, file: str, *, of_program: bool) -> Iterator[int]:
    for text in finding.seen:
        yield from _lines_in(text, of_program)
    # The last frame of a traceback is where the error happened. Some are a library's.
    frames = [match for shown in finding.terminal if (match := _FRAME.match(shown))]
    yield from (int(match[2]) for match in reversed(frames) if match[1] == file)
    yield from _lines_in(finding.cause.hint, of_program)


def _lines_in(value: Value, of_program: bool) -> Iterator[int]:
    """The lines of the program that a text names. Texts name lines of logs too: a line is the
    program's if its code is quoted with it, or if the check reads only the program."""
    if isinstance(value, tuple):
        for each in value:
            yield from _lines_in(each, of_program)
    if not isinstance(value, Text):
        return
    line = value.values.get("line")
    if line is not None and (of_program or "code" in value.values) and str(line).isdecimal():
        yield int(str(line))
    for inner in value.values.values():
        yield from _lines_in(inner, of_program)
