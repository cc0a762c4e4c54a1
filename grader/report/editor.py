"""What failed as lines that editors read, in the form of GCC: ``file:line:column: error: message``.

The words ``error``, ``warning`` and ``note`` are the same in every language, because an editor's
pattern looks for them. docs/editors.md has such patterns.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from grader.model.outcome import Finding
from grader.model.report import Entry, Report
from grader.model.text import UNTRANSLATED, Text, Translate, printable, say
from grader.report.explanations import explain
from grader.report.labels import format_remark
from grader.report.lines import finding_line
from grader.report.titles import title, titles

BEGIN, END = "grade: begins", "grade: ends"
"""Lines around the findings of each grading of ``--watch``, the same in every language."""

Level = Literal["error", "warning", "note"]


def render_all(reports: Sequence[Report], translate: Translate = UNTRANSLATED) -> bytes:
    """A line for each finding that names a line of the program, the largest loss first, and for
    each check that fails without one: that stands at the program's first line. Checks that fail
    for the same reason at the same line share one.

    An ``error`` costs points, a ``note`` does not; a ``warning`` was not judged. What a teacher has
    decided is at the first line.
    """
    lines = (line for report in reports for line in _of_report(report, translate))
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")


def _of_report(report: Report, translate: Translate) -> Iterator[str]:
    path = printable(report.path or report.program or report.submission)
    code = report.source.decode("utf-8-sig", "replace").split("\n")
    for level, line, message in (
        *_failures(report, len(code)),
        *_decisions(report),
        *_unjudged(report),
    ):
        column = _indentation(code[line - 1]) + 1
        yield f"{path}:{line}:{column}: {level}: {printable(message.render(translate))}"


def _failures(report: Report, line_count: int) -> Iterator[tuple[Level, int, Text]]:
    shared: dict[tuple[int, str, str], list[tuple[Entry, Finding]]] = {}
    for entry in (each.entry for each in explain(report)):
        if entry.effective_outcome == "fail" and not entry.decision:
            for line, finding in _places(entry, report.file_name, line_count):
                cause = finding.cause
                key = line, cause.name, str(cause.hint)
                shared.setdefault(key, []).append((entry, finding))
    for (line, _, _), found in shared.items():
        finding = found[0][1]
        checks = titles(dict.fromkeys(entry.name for entry, _ in found))
        yield (
            "error" if any(entry.max_points for entry, _ in found) else "note",
            line,
            say(
                "{checks}: {reason}. {hint}",
                checks=checks,
                reason=finding.seen[0],
                hint=finding.cause.hint,
            ),
        )


def _places(entry: Entry, file: str, line_count: int) -> list[tuple[int, Finding]]:
    """The findings of a check that name a line, each with it; if none does, the first one."""
    findings = entry.outcome.findings
    named = [(finding_line(entry, each, file, line_count), each) for each in findings]
    return [each for each in named if each[0]] or [(1, each) for each in findings[:1]]


def _decisions(report: Report) -> Iterator[tuple[Level, int, Text]]:
    for entry in report.entries:
        if entry.decision and (remark := format_remark(entry)):
            level: Level = "error" if entry.points < entry.max_points else "note"
            yield level, 1, say("{check}: {remark}", check=title(entry.name), remark=remark)


def _unjudged(report: Report) -> Iterator[tuple[Level, int, Text]]:
    """Each reason for which checks that are worth points were not judged, once."""
    reasons: dict[str, list[Entry]] = {}
    for entry in report.entries:
        if entry.max_points and entry.effective_outcome == "not-judged" and entry.outcome.because:
            reasons.setdefault(str(entry.outcome.because), []).append(entry)
    for entries in reasons.values():
        checks = titles(entry.name for entry in entries)
        because = entries[0].outcome.because
        assert because
        yield "warning", 1, say("{checks}: not judged: {reason}", checks=checks, reason=because)


def _indentation(code: str) -> int:
    return len(code) - len(code.lstrip())
