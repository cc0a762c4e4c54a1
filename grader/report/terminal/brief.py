"""The brief report: each cause once, the one that cost most first, and everything else in a line.

Craft that failed has a line, too. Only if it has the same cause as a check that is worth points, it
is explained with that one.
"""

from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text as Styled

from grader.model.outcome import OutcomeName
from grader.model.report import Entry, Report
from grader.model.text import Text, say, say_count
from grader.report.explanations import Explanation, explain
from grader.report.labels import (
    ALSO,
    CRAFT_HEADING,
    OUTCOME_WORDS,
    format_decision,
    format_remark,
)
from grader.report.terminal.parts import INDENT, OUTCOME_STYLES, Parts, marked, sign
from grader.report.titles import title, titles

_WITHOUT_REASONS: tuple[OutcomeName, ...] = ("skipped", "not-judged")
"""The outcomes of which, among craft, the reason is not given."""


def body(report: Report, parts: Parts) -> Iterator[RenderableType]:
    """What stands between the heading and the closing."""
    scored = [entry for entry in report.entries if entry.max_points]
    craft = [entry for entry in report.entries if not entry.max_points]
    explanations = explain(report)
    yield from _passes(scored, parts)
    if report.unjudged and not report.judged:
        yield from _without_reasons(scored, "not-judged", parts)
    else:
        yield from _unjudged(scored, explanations, parts)
    for entry in report.entries:
        if entry.decision and (remark := format_remark(entry)):
            told = say("{check}: {remark}", check=title(entry.name), remark=remark)
            yield marked(sign(entry), parts.plain(told, "bold"))
    yield from _causes(explanations, parts)
    if craft:
        yield Styled()
        yield parts.plain(CRAFT_HEADING)
        yield from _passes(craft, parts)
        yield from _remarks(craft, explanations, parts)
        for outcome in _WITHOUT_REASONS:
            yield from _without_reasons(craft, outcome, parts)


def _passes(entries: Iterable[Entry], parts: Parts) -> Iterator[RenderableType]:
    def sentence(checks: tuple[Text, ...]) -> Text:
        return say_count(
            "{count} check passes: {checks}",
            "{count} checks pass: {checks}",
            count=len(passing),
            checks=checks,
        )

    passing = [entry for entry in entries if entry.effective_outcome == "pass"]
    if passing:
        yield parts.listing(sign(passing[0]), sentence, [entry.name for entry in passing])


def _unjudged(
    entries: Iterable[Entry], explanations: Iterable[Explanation], parts: Parts
) -> Iterator[RenderableType]:
    """The checks that were not judged, or skipped for none that is explained: those with one reason
    together."""
    explained = {each.entry.name for each in explanations}
    reasons: dict[tuple[OutcomeName, str], list[Entry]] = {}
    for entry in entries:
        outcome = entry.effective_outcome
        if outcome == "not-judged" or (
            outcome == "skipped" and entry.outcome.skipped_for not in explained
        ):
            reasons.setdefault((outcome, str(entry.outcome.because)), []).append(entry)
    for group in reasons.values():
        line = say(
            "{checks}: {reason}",
            checks=parts.titles(entry.name for entry in group),
            reason=group[0].outcome.because or OUTCOME_WORDS[group[0].effective_outcome],
        )
        yield marked(sign(group[0]), parts.plain(line))


def _causes(explanations: Iterable[Explanation], parts: Parts) -> Iterator[RenderableType]:
    """The groups of explanations in which a check is worth points: the first one of each, and what
    the others have besides."""
    shown = False
    for explanation in explanations:
        group = (explanation.entry, *explanation.also)
        if explanation.first:
            shown = any(entry.max_points for entry in group)
        new = [each for each in explanation.findings if explanation.first or not each.same_as]
        if not shown or not (new or explanation.first):
            continue
        yield Styled()
        yield _heading(explanation, parts)
        yield Padding(parts.plain(explanation.entry.asks, "italic"), INDENT)
        more = _more(explanation)
        for number, each in enumerate(new):
            yield parts.finding(each, *(() if number else more))


def _heading(explanation: Explanation, parts: Parts) -> RenderableType:
    """The checks that a cause cost, and how many points that are."""
    group = (explanation.entry, *explanation.also)
    checks = parts.titles(entry.name for entry in group if entry.max_points)
    style = OUTCOME_STYLES[explanation.entry.effective_outcome]
    if explanation.loss:
        heading = say_count(
            "{checks}: {count:g} point lost",
            "{checks}: {count:g} points lost",
            count=explanation.loss,
            checks=checks,
        )
    else:
        heading = say("{checks}", checks=checks)
    return marked(sign(explanation.entry), parts.plain(heading, style))


def _more(explanation: Explanation) -> Iterable[tuple[Text, Text]]:
    """The other checks that have to do with a cause: those that were skipped, and craft."""
    if skipped := [entry.name for entry in explanation.skipped if entry.max_points]:
        yield OUTCOME_WORDS["skipped"], say("{checks}", checks=titles(skipped))
    if craft := [entry.name for entry in explanation.also if not entry.max_points]:
        yield ALSO, say("{checks}, worth no points", checks=titles(craft))


def _remarks(
    craft: Iterable[Entry], explanations: Iterable[Explanation], parts: Parts
) -> Iterator[RenderableType]:
    """Craft that failed, a line for each."""
    points = {each.entry.name: each.entry.max_points for each in explanations}
    explained = {
        each.entry.name: each.findings[0].same_as for each in explanations if each.findings
    }
    failed = [entry for entry in craft if entry.effective_outcome == "fail"]
    called = {entry.name: parts.plain(title(entry.name)) for entry in failed}
    width = max(map(_width, called.values()), default=0)
    for entry in failed:
        same_as = explained.get(entry.name, "")
        remark = format_remark(entry)
        if points.get(same_as):
            remark = say("the same as for {check}", check=title(same_as))
        elif entry.decision:
            remark = format_decision(entry)
        yield Styled.assemble(
            sign(entry),
            " ",
            called[entry.name],
            " " * (width - _width(called[entry.name]) + 2),
            parts.plain(remark) if remark else "",
            no_wrap=True,
            overflow="ellipsis",
        )


def _width(text: Styled) -> int:
    return cell_len(text.plain)


def _without_reasons(
    entries: Iterable[Entry], outcome: OutcomeName, parts: Parts
) -> Iterator[RenderableType]:
    """The checks that have this outcome, in one list."""

    def sentence(checks: tuple[Text, ...]) -> Text:
        return say("{outcome}: {checks}", outcome=OUTCOME_WORDS[outcome], checks=checks)

    found = [entry for entry in entries if entry.effective_outcome == outcome]
    if found:
        yield parts.listing(sign(found[0]), sentence, [entry.name for entry in found])
