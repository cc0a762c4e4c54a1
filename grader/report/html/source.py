"""The files of the program, as its report's page shows them, with the lines that findings name."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from grader.model.outcome import Finding
from grader.model.program import imported_modules
from grader.model.report import Report
from grader.model.text import Text, cut, visible
from grader.report.html.markup import highlight

SOURCE_LINES = 1500
"""How many lines of the program are shown."""

SOURCE_SIZE = 150_000
"""How many characters of the program are shown: ten times the longest homework so far, and few
enough to keep the page below a megabyte."""

NEAR = 4
"""How many lines around one that a finding names are printed on paper."""

_FRAME = re.compile(r'File "([^"]*)", line (\d+)')


Named = Mapping[int, tuple[str, ...]]
"""By line of a file, the checks whose findings name it."""


class ShownFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the program, as the page shows it."""

    path: str
    """From the file that is run; empty: it is that one."""
    name: str
    mark: str
    """The beginning of its lines' anchors."""
    lines: tuple[object, ...]
    left_out: int
    """Lines that are not shown."""
    named: Named
    near: set[int]
    """Lines that are printed on paper."""


def shown_files(report: Report) -> Iterator[ShownFile]:
    """The files of the program: the one that is run, what it imports, and what else is Python's."""
    if not report.source:
        return
    named = _checks_by_line(report)
    imported = [module.name for module in imported_modules(report.source, report.files)]
    others = sorted({name for name in report.files if name.endswith(".py")} - {*imported})
    size = SOURCE_SIZE
    for number, name in enumerate(("", *imported, *others)):
        source = report.files[name] if name else report.source
        lines, left_out = _shown_source(source, size)
        size -= sum(map(len, lines))
        of_file = named.get(name, {})
        yield ShownFile(
            path=name,
            name=name or report.file_name,
            mark=f"source-{number}" if name else "source",
            lines=tuple(highlight(lines)),
            left_out=left_out,
            named=of_file,
            near={line + each for line in of_file for each in range(-NEAR, NEAR + 1)},
        )


def _shown_source(source: bytes, most: int) -> tuple[list[str], int]:
    """The lines of a file that are shown, about ``most`` characters, and how many lines are left
    out."""
    lines = source.decode("utf-8-sig", "replace").split("\n")
    if lines[-1] == "":
        lines.pop()  # a newline ends the last line and begins no other
    shown: list[str] = []
    size = 0
    for line in lines[:SOURCE_LINES]:
        shown.append(visible(cut(line, 500)))
        size += len(shown[-1])
        if size > most:
            break
    return shown, len(lines) - len(shown)


def _named_line(text: Text) -> tuple[str, int] | None:
    """The line that a text names, with its file; empty: the one that is run."""
    match text.values.get("line"):
        case int(line):
            return "", line
        case Text(values={"file": str(file), "number": int(line)}):
            return file, line
    return None


def anchor(files: Mapping[str, ShownFile], text: Text) -> str:
    """The anchor of the line of the program that a text names; empty: the page does not show it."""
    path, line = _named_line(text) or ("", 0)
    file = files.get(path)
    if file is None or line not in file.named or line > len(file.lines):
        return ""
    return f"{file.mark}-{line}"


def _checks_by_line(report: Report) -> dict[str, Named]:
    """By file of the program, as ``_lines_of`` names it, the checks whose findings name its
    lines."""
    found: dict[str, dict[int, dict[str, None]]] = {}
    for entry in report.entries:
        for finding in entry.outcome.findings:
            for file, number in _lines_of(finding, report):
                found.setdefault(file, {}).setdefault(number, {})[entry.name] = None
    return {
        file: {number: tuple(checks) for number, checks in lines.items()}
        for file, lines in found.items()
    }


def _lines_of(finding: Finding, report: Report) -> Iterator[tuple[str, int]]:
    """The lines of the program that a finding names, each with its file; empty: the one that is
    run."""
    for text in finding.seen:
        if line := _named_line(text):
            yield line
    for shown in finding.terminal:
        for file, line in _FRAME.findall(shown):
            # A traceback also contains lines of libraries.
            if file == report.file_name:
                yield "", int(line[:9])
            elif file in report.files:
                yield file, int(line[:9])
