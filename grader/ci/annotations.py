"""Annotations: what GitHub shows beside the lines of a pull request. Pure."""

import re
from collections.abc import Iterator

import msgspec

from grader.ci.result import Graded, Outcome
from grader.ci.runner_log import command
from grader.model.outcome import Finding
from grader.model.report import Entry
from grader.model.text import Text, Translate, Value, say
from grader.report.labels import format_points

MOST = 10
"""Annotations of a kind that GitHub shows of a step; more are dropped, the last ones first."""

LONGEST = 2000
"""Characters of one: what is longer is read in the summary."""

_FRAME = re.compile(r'^\s*File "[^"]*", line (\d{1,7})\b')


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """One annotation."""

    level: str
    """``error``, ``warning`` or ``notice``."""
    path: str
    line: int
    title: Text
    text: Text

    def command(self, translate: Translate) -> str:
        """As GitHub's runner reads it."""
        properties: dict[str, str | int] = {
            "file": self.path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
            "line": self.line,
            "title": self.title.render(translate),
        }
        return command(self.level, self.text.render(translate)[:LONGEST], properties)


def annotations(outcome: Outcome) -> tuple[Annotation, ...]:
    """At most :data:`MOST` annotations, the most important first: what is not its author's, what
    could not be judged, then failed checks by what they cost, and last those that cost nothing."""
    level = "error" if outcome.refused else "warning"
    title = say("Not only its author's submission")
    found = [
        Annotation(level=level, path=foreign.path, line=1, title=title, text=foreign.what)
        for foreign in outcome.foreign
    ]
    checks: list[tuple[float, Annotation]] = []
    for graded in outcome.graded:
        if graded.why is not None:
            found.append(
                Annotation(
                    level="error" if graded.faulty else "warning",
                    path=graded.path,
                    line=1,
                    title=say("Not judged"),
                    text=graded.why,
                )
            )
        checks += _checks(graded)
    checks.sort(key=lambda each: -each[0])  # stable: what costs alike stays in its order
    return tuple([*found, *(annotation for _, annotation in checks)][:MOST])


def _checks(graded: Graded) -> Iterator[tuple[float, Annotation]]:
    for entry in graded.report.entries if graded.report else ():
        outcome = entry.outcome
        if outcome.outcome == "fail":
            finding = outcome.findings[0]
            yield (
                entry.max_points,
                Annotation(
                    level="error" if entry.max_points else "notice",
                    path=graded.path,
                    line=line_of(entry, graded.lines),
                    title=_title(entry),
                    text=say(
                        "{asks}\n{seen}\n{hint}",
                        asks=entry.asks,
                        seen=finding.seen[0],
                        hint=finding.hint,
                    ),
                ),
            )
        elif outcome.outcome == "not-judged" and entry.max_points and outcome.because:
            yield (
                entry.max_points,
                Annotation(
                    level="warning",
                    path=graded.path,
                    line=1,
                    title=say("{check}: not judged", check=entry.name),
                    text=outcome.because,
                ),
            )


def _title(entry: Entry) -> Text:
    if not entry.max_points:
        return say("{check}: worth no points", check=entry.name)
    return say("{check}: {points}", check=entry.name, points=format_points(0, entry.max_points))


def line_of(entry: Entry, lines: int) -> int:
    """The line of the program that a failed check's findings name, 1 where they name none.

    Args:
        lines: how many the program has. What the program's own terminal showed is among the
            evidence, so it may name any line at all.
    """
    named = (
        line
        for finding in entry.outcome.findings
        for line in _named(finding, of_program=entry.name == "functions")
    )
    return next((line for line in named if 1 <= line <= lines), 1)


def _named(finding: Finding, *, of_program: bool) -> Iterator[int]:
    for text in finding.seen:
        yield from _lines(text, of_program)
    # A traceback ends with the place where it happened.
    frames = [match for shown in finding.terminal if (match := _FRAME.match(shown))]
    yield from (int(match[1]) for match in reversed(frames))


def _lines(value: Value, of_program: bool) -> Iterator[int]:
    """The lines of the program that a text names. It names the log's, too: a line is of the
    program if its code is told with it, or where a check reads the program alone."""
    if isinstance(value, tuple):
        for each in value:
            yield from _lines(each, of_program)
    if not isinstance(value, Text):
        return
    line = value.values.get("line")
    if line is not None and (of_program or "code" in value.values) and str(line).isdecimal():
        yield int(str(line))
    for inner in value.values.values():
        yield from _lines(inner, of_program)
