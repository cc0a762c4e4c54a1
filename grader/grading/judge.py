"""Judge a history: run each check unless something it needs failed, and give it its points."""

from collections.abc import Mapping, Sequence

from grader.checks import CHECKS, Check, Undecided
from grader.checks.handed_in import explain_refusal
from grader.checks.newer_python import newer_python
from grader.model.history import History
from grader.model.outcome import Outcome, failed, not_judged, skipped
from grader.model.refusal import Refusal
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
    roots: dict[str, str] = {}  # each check that failed or was skipped -> the failure behind it
    for check in checks:
        root = next((roots[need] for need in check.needs if need in roots), None)
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
            roots[check.name] = root or check.name
    return _entries(outcomes, rubric, checks)


def judge_refusal(
    refusal: Refusal, rubric: Rubric, checks: Sequence[Check] = CHECKS
) -> tuple[Entry, ...]:
    """The entries of a submission that was not run: the first check fails, and all others need
    it."""
    first, *others = checks
    because = say("It needs {need}, which failed.", need=first.name)
    outcomes = {first.name: failed(explain_refusal(refusal))}
    outcomes |= {each.name: skipped(because, skipped_for=first.name) for each in others}
    return _entries(outcomes, rubric, checks)


def _entries(
    outcomes: Mapping[str, Outcome], rubric: Rubric, checks: Sequence[Check]
) -> tuple[Entry, ...]:
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
