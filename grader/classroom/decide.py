"""Records a teacher's decision about one run, and updates its report and page."""

import msgspec

from grader.grading import pipeline
from grader.model.report import Report
from grader.model.text import Translate, say
from grader.report import html
from grader.runs import decisions, reports
from grader.runs.run import Run, RunError


def record_decision(
    run: Run, check: str, value: str, *, reason: str, by: str, translate: Translate
) -> Report:
    """Record a decision about ``check`` for this version of the program, and store the report.

    Args:
        value: ``pass``, ``fail`` or points (:func:`grader.runs.decisions.parse_value`).

    Raises:
        RunError: the run is unusable, has no such check, or the value is invalid.
    """
    report = reports.load(run)
    entry = next((each for each in report.entries if each.name == check), None)
    if entry is None:
        raise RunError(say("There is no check {name} in this report.", name=repr(check)))
    outcome, points = decisions.parse_value(value, entry.max_points)
    decisions.add(
        run.path.resolve().parent,
        decisions.Override(
            submission=report.submission,
            check=check,
            outcome=outcome,
            points=points,
            reason=reason,
            by=by,
            sha256=run.plan().sha256,
        ),
    )
    report = current_report(run, report)
    reports.save(run, report)
    run.save_page(html.render(report, translate))
    return report


def current_report(run: Run, stored: Report) -> Report:
    """The report ``stored`` of a run with the decisions of today.

    Judging the run again yields texts that can be translated, and timelines. But if that changes
    an outcome or points (with another version of the grader, for example), the stored report
    counts, and only timelines are added.

    Raises:
        RunError: the run is incomplete, or the decisions beside it are invalid.
    """
    judged = pipeline.build_report(run)
    if _recorded(judged) == _recorded(stored):
        return judged
    overrides = decisions.load(run.path.resolve().parent)
    report = decisions.apply(stored, judged.sha256, overrides)
    return msgspec.structs.replace(
        report, source=judged.source, files=judged.files, timelines=judged.timelines
    )


def _recorded(report: Report) -> list[object]:
    entries = [(entry.name, entry.max_points, entry.outcome.outcome) for entry in report.entries]
    return [report.pass_mark, *entries]
