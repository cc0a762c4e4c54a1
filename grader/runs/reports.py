"""Stores a run's report: as JSON, and as values that can be rendered in another language."""

from contextlib import suppress

from grader.model.report import Report
from grader.model.text import say
from grader.report import json, values
from grader.runs import ledger
from grader.runs.lock import locked
from grader.runs.run import Run, RunError


def load(run: Run) -> Report:
    """Read a run's report.

    Its texts are templates with values, which can be translated, if the stored values still render
    to the stored report. Otherwise they are fixed, in the language in which they were written.

    Raises:
        RunError: it is missing or damaged.
    """
    stored = run.report()
    with suppress(RunError, ValueError):
        report = values.read(run.values())
        # Compared as reports: an earlier version may have left out what can be derived.
        if json.read(json.render(report)) == json.read(stored):
            return report
    try:
        return json.read(stored)
    except ValueError as error:
        raise RunError(
            say(
                "{path} is damaged or has another version: {reason}. `grade judge` writes it "
                "again.",
                path=run.path / "report.json",
                reason=error,
            )
        ) from error


def save(run: Run, report: Report) -> None:
    """Store a run's report for :func:`load`, and note it in the ledger.

    Raises:
        RunError: it cannot be written.
    """
    with locked(run.path.resolve().parent):
        run.save_values(values.render(report))
        run.save_report(json.render(report))
        ledger.add_report(run)
