"""The report of a submission of which nothing could be judged."""

import grader
from grader.grading.custom_checks import CheckSet
from grader.model.outcome import not_judged
from grader.model.report import Entry, Report
from grader.model.rubric import Rubric
from grader.model.text import Text

_BUILT_IN = CheckSet()


def unjudged_report(
    submission: str,
    why: Text,
    *,
    rubric: Rubric = Rubric(),  # noqa: B008
    checks: CheckSet = _BUILT_IN,
    run: str = "",
) -> Report:
    """A report in which no check is judged, because of ``why``.

    Args:
        submission: its name.
        run: the run's folder; empty: it was not stored.
    """
    entries = tuple(
        Entry(
            name=check.name,
            asks=check.asks,
            lesson=check.lesson,
            max_points=rubric.points.get(check.name, check.points),
            outcome=not_judged(why),
        )
        for check in checks.checks
    )
    return Report(
        submission=submission,
        entries=entries,
        pass_mark=rubric.pass_mark,
        sandbox="",
        python="",
        grader=grader.__version__,
        seed=0,
        unjudged=why,
        run=run,
    )
