"""A run's report as it is stored: whole sentences as JSON, and the values that they are made of."""

from contextlib import suppress

from grader.model.report import Report
from grader.model.text import say
from grader.report import json, values
from grader.runs.run import Run, RunError


def load(run: Run) -> Report:
    """A run's report as it is stored.

    Its sentences are templates with values, as long as those that are stored beside it make the
    very same report; else they are whole, in the language in which they were written.

    Raises:
        RunError: it is not there, or damaged.
    """
    told = run.report()
    with suppress(RunError, ValueError):
        report = values.read(run.values())
        if json.render(report) == told:
            return report
    try:
        return json.read(told)
    except ValueError as error:
        raise RunError(
            say(
                "{path} is damaged, or of another version: {reason}. `grade judge` makes it anew.",
                path=run.path / "report.json",
                reason=error,
            )
        ) from error


def save(run: Run, report: Report) -> None:
    """Store a run's report, as :func:`load` reads it.

    Raises:
        RunError: it cannot be written.
    """
    run.save_values(values.render(report))
    run.save_report(json.render(report))
