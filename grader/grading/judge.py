"""Judge a history: run each check unless something it needs failed, and give it its points."""

from collections.abc import Iterator, Sequence

from grader.checks import CHECKS, Check, Undecided
from grader.checks.handed_in import explain_refusal, explain_ungradable
from grader.checks.newer_python import newer_python
from grader.model.history import History
from grader.model.outcome import Outcome, failed, not_judged, skipped
from grader.model.refusal import Refusal
from grader.model.report import Entry
from grader.model.rubric import Rubric
from grader.model.text import cut, say
from grader.report.titles import title


def judge(history: History, rubric: Rubric, checks: Sequence[Check] = CHECKS) -> tuple[Entry, ...]:
    """Judge ``history`` by each of ``checks``, which are ordered so that each follows its needs.

    If the program needs a newer Python than the one that ran it, nothing is judged. Raises nothing:
    a check that crashes is not judged.
    """
    return tuple(judge_each(history, rubric, checks))


def judge_each(
    history: History,
    rubric: Rubric,
    checks: Sequence[Check] = CHECKS,
    fatal: type[Exception] | tuple[()] = (),
) -> Iterator[Entry]:
    """Yield each entry of :func:`judge` as soon as it is judged. ``fatal`` is raised if a check
    raises it."""
    newer = newer_python(history)
    outcomes: dict[str, Outcome] = {}
    roots: dict[str, str] = {}  # each check that failed or was skipped -> the failure behind it
    for check in checks:
        root = next((roots[need] for need in check.needs if need in roots), None)
        if newer is not None:
            outcome = not_judged(newer.because)
        elif root is None:
            outcome = _judge_one(check, history, rubric, fatal)
        else:
            outcome = skipped(
                say("It needs {need}, which failed.", need=title(root))
                if outcomes[root].outcome == "fail"
                else say("It needs {need}, which was skipped.", need=title(root)),
                skipped_for=root,
            )
        known = {need: outcomes[need].outcome for need in check.needs if need in outcomes}
        unknown = next((need for need in known if known[need] == "not-judged"), None)
        if unknown and outcome.outcome in ("fail", "skipped"):
            # What it needs may be missing through no fault of the submission.
            outcome = not_judged(say("It needs {need}, which was not judged.", need=title(unknown)))
        outcomes[check.name] = outcome
        if outcome.outcome in ("fail", "skipped"):
            roots[check.name] = root or check.name
        yield make_entry(check, outcome, rubric)


def judge_refusal(
    refusal: Refusal, rubric: Rubric, checks: Sequence[Check] = CHECKS
) -> tuple[Entry, ...]:
    """The entries of a submission that was not run: the first check fails, and all others need
    it. If it is ungradable, none is judged."""
    if refusal.ungradable:
        why = explain_ungradable(refusal)
        return tuple(make_entry(each, not_judged(why), rubric) for each in checks)
    first, *others = checks
    because = say("It needs {need}, which failed.", need=title(first.name))
    return (
        make_entry(first, failed(explain_refusal(refusal)), rubric),
        *(make_entry(each, skipped(because, skipped_for=first.name), rubric) for each in others),
    )


def make_entry(check: Check, outcome: Outcome, rubric: Rubric) -> Entry:
    """The entry of a check with this outcome."""
    return Entry(
        name=check.name,
        asks=check.asks,
        lesson=check.lesson,
        max_points=rubric.points.get(check.name, check.points),
        outcome=outcome,
    )


def _judge_one(
    check: Check, history: History, rubric: Rubric, fatal: type[Exception] | tuple[()]
) -> Outcome:
    try:
        return check.judge(history, rubric)
    except Undecided as undecided:
        return undecided.outcome
    except fatal:
        raise
    except Exception as error:
        # A check that crashes is our bug: the student must not pay for it, and the other checks
        # must still be judged.
        return not_judged(
            say(
                "This check is broken. Please report it: {error}",
                error=cut(f"{type(error).__name__}: {error}", 300),
            )
        )
