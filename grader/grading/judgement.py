"""What a report says about a history: a pure function of it, and of the rubric and the checks."""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from grader.checks import Check
from grader.checks.handed_in import explain_ungradable
from grader.checks.newer_python import newer_python
from grader.grading import judge
from grader.grading.advice import advice
from grader.grading.custom_checks import CheckSet
from grader.grading.timeline import timelines
from grader.model.history import History
from grader.model.plan import Plan
from grader.model.report import Entry
from grader.model.rubric import Rubric
from grader.model.text import Text, say
from grader.model.timeline import Timeline
from grader.runs.run import RunInfo


class Remarks(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says besides the outcomes of the checks."""

    unjudged: Text | None = None
    advice: tuple[Text, ...] = ()
    timelines: tuple[Timeline, ...] = ()


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a report that depends on what the program wrote."""

    entries: tuple[Entry, ...]
    remarks: Remarks = Remarks()


def judge_history(
    info: RunInfo,
    plan: Plan,
    history: History,
    rubric: Rubric,
    checks: CheckSet,
    keep: Callable[[Entry], object] = lambda _: None,
    fatal: type[Exception] | tuple[()] = (),
) -> Judgement:
    """Judge ``history``.

    Args:
        keep: called with each entry as soon as it is judged.
        fatal: an exception that a check does not survive; it is raised.
    """
    entries = []
    for entry in _judge_each(info, history, rubric, checks.checks, fatal):
        entries.append(entry)
        keep(entry)
    return Judgement(
        entries=tuple(entries),
        remarks=Remarks(
            unjudged=_why_unjudged(info, history, entries),
            advice=advice(info, plan, history, checks),
            timelines=timelines(history, entries),
        ),
    )


def _why_unjudged(info: RunInfo, history: History, entries: Iterable[Entry]) -> Text | None:
    if info.refused and info.refused.ungradable:
        return explain_ungradable(info.refused)
    if newer := newer_python(history):
        return newer.headline
    judged = (each for each in entries if each.max_points and each.outcome.outcome != "not-judged")
    if history.lost and not any(judged):
        return say("Not judged: the run was lost. {why}", why=history.lost)
    return None


def _judge_each(
    info: RunInfo,
    history: History,
    rubric: Rubric,
    checks: Sequence[Check],
    fatal: type[Exception] | tuple[()],
) -> Iterable[Entry]:
    if info.refused:
        return judge.judge_refusal(info.refused, rubric, checks)
    return judge.judge_each(history, rubric, checks, fatal)
