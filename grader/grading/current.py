"""The stored report of a run, brought up to date."""

import msgspec

from grader.grading import pipeline
from grader.model.report import Report
from grader.runs import decisions
from grader.runs.run import Run


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
