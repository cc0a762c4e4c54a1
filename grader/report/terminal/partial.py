"""Some checks on a terminal, without points: what ``grade --only`` prints."""

from collections.abc import Iterator

import msgspec
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text as Styled

from grader.model.report import Entry, Report
from grader.model.text import UNTRANSLATED, Text, Translate, say, say_count
from grader.report.explanations import explain
from grader.report.labels import NO_SANDBOX_NOTE, OUTCOME_WORDS
from grader.report.terminal.parts import INDENT, OUTCOME_STYLES, Parts, literal, marked, sign
from grader.report.titles import title
from grader.report.trimmed import Trimmed


def render(
    report: Report, checks: tuple[str, ...], translate: Translate = UNTRANSLATED
) -> RenderableType:
    """The ``checks`` of a ``report``, which has only these and what they were skipped for, as a
    value that rich prints at any width."""
    parts = Parts(translate)
    asked = [entry for entry in report.entries if entry.name in checks]
    return Trimmed(Group(*_lines(report, asked, parts)))


def _lines(report: Report, asked: list[Entry], parts: Parts) -> Iterator[RenderableType]:
    heading = parts.plain(say("only some checks: no grade"), "bold")
    yield Styled.assemble(literal(report.submission, "bold"), "  ", heading)
    yield Rule(style="dim")
    explained = {each.entry.name for each in explain(report)}
    for entry in asked:
        if entry.name not in explained:
            yield marked(_sign(entry), parts.plain(_sentence(entry)))
    for each in explain(report):
        yield Styled()
        style = OUTCOME_STYLES[each.entry.effective_outcome]
        yield Styled.assemble(_sign(each.entry), " ", parts.title(each.entry.name, style))
        yield Padding(parts.plain(each.entry.asks, "italic"), INDENT)
        for finding in each.findings:
            yield parts.finding(finding)
    yield Styled()
    if report.sandbox == "none":
        yield parts.plain(NO_SANDBOX_NOTE, "yellow")
    passing = sum(entry.effective_outcome == "pass" for entry in asked)
    closing = say_count(
        "{passing} of {count} check passes; without the others this is no grade",
        "{passing} of {count} checks pass; without the others this is no grade",
        count=len(asked),
        passing=passing,
    )
    done = parts.plain(closing, "bold green" if passing == len(asked) else "bold red")
    if report.run:
        done.append(f" → {report.run}", "default")
    yield done


def _sign(entry: Entry) -> Styled:
    """The sign of a check's outcome: who asks for a check wants to see whether it fails, even if it
    is worth no points."""
    return sign(msgspec.structs.replace(entry, max_points=1))


def _sentence(entry: Entry) -> Text:
    """The outcome of a check that needs no explanation."""
    because = entry.outcome.because or OUTCOME_WORDS[entry.effective_outcome]
    return say("{checks}: {reason}", checks=title(entry.name), reason=because)
