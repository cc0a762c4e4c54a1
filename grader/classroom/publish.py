"""Writes the class's page beside its runs, and the pages of runs that have none."""

from contextlib import suppress
from pathlib import Path

import msgspec

from grader import atomic
from grader.classroom import results
from grader.classroom.results import Graded
from grader.grading import pipeline
from grader.model.report import Report
from grader.model.text import Translate, say
from grader.report import html
from grader.runs import decisions, reports
from grader.runs.run import Run, RunError

NAME = "index.html"


def write(folder: Path, translate: Translate) -> Path:
    """Make the page of the class whose runs are in ``folder``, out of what is stored there; where
    it is. It appears whole or as it was.

    Raises:
        RunError: the runs or the decisions cannot be read, or a page cannot be written.
    """
    # What loads only for a class.
    from grader.classroom import similarity
    from grader.classroom.page import page
    from grader.classroom.page.overview import overview

    found = results.read([folder])
    for one in found.graded.values():
        run = Run(Path(one.report.run))
        if not run.page.is_file():
            run.save_page(html.render(_drawn(run, one), translate))
    sources = {name: one.source for name, one in found.graded.items()}
    data = page.render(overview(found, similarity.find(sources)), translate)
    path = folder / NAME
    try:
        atomic.write(path, data)
    except OSError as error:
        reason = error.strerror or error
        told = say("{path} cannot be written: {reason}.", path=path, reason=reason)
        raise RunError(told) from error
    return path


def refresh(folder: Path, translate: Translate) -> None:
    """Make the page of the class anew, if there is one.

    Raises:
        RunError: as :func:`write`.
    """
    if (folder / NAME).is_file():
        write(folder, translate)


def decide(
    run: Run, check: str, value: str, *, reason: str, by: str, translate: Translate
) -> Report:
    """Record a decision about ``check`` of this run's version of its program, and store the run's
    report and page with it.

    Args:
        value: ``pass``, ``fail`` or points, as :func:`grader.runs.decisions.parse_value` takes.

    Raises:
        RunError: the run cannot be used, there is no such check, or the value is wrong.
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
            sha256=decisions.digest(run.plan().source),
        ),
    )
    report = decided(run, report)
    reports.save(run, report)
    run.save_page(html.render(report, translate))
    return report


def decided(run: Run, told: Report) -> Report:
    """The report ``told``, which is stored, with what is decided by now.

    Judged anew it can be said in any language, and drawn. But where that would move anything else,
    by another state of the grader say, what was told stays.

    Raises:
        RunError: the run is not whole, or the decisions beside it are wrong.
    """
    anew = pipeline.build_report(run)
    if _recorded(anew) == _recorded(told):
        return anew
    beside = decisions.load(run.path.resolve().parent)
    report = decisions.apply(told, decisions.digest(anew.source), beside)
    return msgspec.structs.replace(report, source=anew.source, timelines=anew.timelines)


def _recorded(report: Report) -> list[object]:
    entries = [(entry.name, entry.max_points, entry.outcome.outcome) for entry in report.entries]
    return [report.pass_mark, *entries]


def _drawn(run: Run, one: Graded) -> Report:
    """The report with a picture of what happened, as far as that can still be read."""
    with suppress(RunError):
        return decided(run, one.report)
    return msgspec.structs.replace(one.report, source=one.source)
