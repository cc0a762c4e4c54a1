"""Judge a history: run each check unless something it needs failed, and give it its points."""

from collections.abc import Sequence

from grader.checks import CHECKS, Check, Undecided
from grader.checks.newer_python import newer_python
from grader.model.history import History
from grader.model.outcome import Outcome, not_judged, skipped
from grader.model.report import Entry
from grader.model.rubric import Rubric
from grader.model.text import cut, say


def judge(history: History, rubric: Rubric, checks: Sequence[Check] = CHECKS) -> tuple[Entry, ...]:
    """Judge ``history`` by each of ``checks``, which are ordered so that each follows its needs.

    If the program needs a newer Python than the one that ran it, nothing is judged. Raises nothing:
    a check that crashes is not judged.
    """
    newer = newer_python(history)
    outcomes: dict[str, Outcome] = {}
    failed: dict[str, str] = {}  # each check that failed or was skipped -> the failure behind it
    for check in checks:
        root = next((failed[need] for need in check.needs if need in failed), None)
        if newer is not None:
            outcome = not_judged(newer.because)
        elif root is None:
            outcome = _judge_one(check, history, rubric)
        else:
            outcome = skipped(
                say("It needs {need}, which failed.", need=root)
                if outcomes[root].outcome == "fail"
                else say("It needs {need}, which was skipped.", need=root),
                skipped_for=root,
            )
        known = {need: outcomes[need].outcome for need in check.needs if need in outcomes}
        unknown = next((need for need in known if known[need] == "not-judged"), None)
        if unknown and outcome.outcome in ("fail", "skipped"):
            # What it needs may be missing through no fault of the submission.
            outcome = not_judged(say("It needs {need}, which was not judged.", need=unknown))
        outcomes[check.name] = outcome
        if outcome.outcome in ("fail", "skipped"):
            failed[check.name] = root or check.name
    return tuple(
        Entry(
            name=check.name,
            asks=check.asks,
            lesson=check.lesson,
            max_points=rubric.points.get(check.name, check.points),
            outcome=outcomes[check.name],
        )
        for check in checks
    )


def _judge_one(check: Check, history: History, rubric: Rubric) -> Outcome:
    try:
        return check.judge(history, rubric)
    except Undecided as undecided:
        return undecided.outcome
    except Exception as error:
        # A check that crashes is our bug: the student must not pay for it, and the other checks
        # must still be judged.
        return not_judged(
            say(
                "This check is broken. Please report it: {error}",
                error=cut(f"{type(error).__name__}: {error}", 300),
            )
        )
