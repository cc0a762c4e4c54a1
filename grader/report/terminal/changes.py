"""What has changed since the last report, on a terminal: the end of each one of ``--watch``."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType

from grader.model.report import Report
from grader.model.text import UNTRANSLATED, Text, Translate, say
from grader.report.changes import Changed, Changes
from grader.report.labels import OUTCOME_WORDS, format_score
from grader.report.terminal.parts import Parts
from grader.report.titles import title, titles
from grader.report.trimmed import Trimmed


def render(
    changes: Changes,
    grades: tuple[Report, Report] | None,
    translate: Translate = UNTRANSLATED,
) -> RenderableType:
    """The ``changes`` as a value that rich prints at any width.

    Args:
        grades: the reports that were compared; None: their points are no grades.
    """
    return Trimmed(Group(*_lines(changes, grades, Parts(translate))))


def _lines(
    changes: Changes, grades: tuple[Report, Report] | None, parts: Parts
) -> Iterator[RenderableType]:
    points = [format_score(report) for report in grades or ()]
    if len(points) == 2 and points[0] != points[1]:
        last, now = points
        line = say("Since the last time: {before} → {after}", before=last, after=now)
    elif changes:
        line = say("Since the last time:")
    else:
        line = say("Since the last time, no outcome has changed.")
    yield parts.plain(line, "bold")
    if changes.better:
        better = say("▲ better: {checks}", checks=_names(changes.better))
        yield parts.plain(better, "green")
    if changes.worse:
        yield parts.plain(say("▼ worse: {checks}", checks=_names(changes.worse)), "red")
    for each in changes.other:
        yield parts.plain(_other(each))


def _names(changed: Iterable[Changed]) -> tuple[Text, ...]:
    return titles(each.after.name for each in changed)


def _other(changed: Changed) -> Text:
    name, before = title(changed.after.name), changed.before.effective_outcome
    if before == "fail":
        return say("• {check} fails for another reason", check=name)
    return say(
        "• {check}: {before} → {after}",
        check=name,
        before=OUTCOME_WORDS[before],
        after=OUTCOME_WORDS["fail"],
    )
