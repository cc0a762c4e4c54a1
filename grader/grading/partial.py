"""Plays what some checks need, and judges these: no grade, so that no report is stored."""

from collections.abc import Collection
from pathlib import Path

import msgspec

from grader.checks.handed_in import explain_refusal
from grader.checks.selection import scenarios_for
from grader.grading import pipeline
from grader.grading.custom_checks import CheckSet
from grader.grading.judge import judge_refusal
from grader.grading.playing import begin, play
from grader.grading.unjudged import unjudged_report
from grader.model.plan import Plan
from grader.model.report import Entry, Report
from grader.model.rubric import Rubric
from grader.model.vocabulary import ScenarioName
from grader.sandbox import ReportProgress, Sandbox
from grader.submissions.submission import Submission


class PartialResult(msgspec.Struct, frozen=True, kw_only=True):
    """The outcomes of some checks."""

    checks: tuple[str, ...]
    """Their names, in the order of the report."""
    whole: Report
    """With all checks, also those for which nothing was played."""
    report: Report
    """With these checks, and with those for whose failures they were skipped. Its points are no
    grade."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of these checks."""
        return tuple(entry for entry in self.report.entries if entry.name in self.checks)

    @property
    def passed(self) -> bool:
        """Whether all of these checks pass."""
        return all(entry.effective_outcome == "pass" for entry in self.entries)


def grade_only(
    submission: Submission,
    names: Collection[str],
    *,
    rubric: Rubric,
    seed: int | None,
    sandbox: Sandbox,
    folder: Path,
    progress: ReportProgress,
    checks: CheckSet,
    scenarios: tuple[ScenarioName, ...] | None = None,
) -> PartialResult:
    """Play, in a new run below ``folder``, what the ``checks`` with these ``names`` need; or only
    these ``scenarios``.

    Raises:
        SandboxError: the machine could not run it to its end. What is known was stored.
        RunError: the run could not be stored.
    """
    plan = Plan(
        source=submission.source,
        files=dict(submission.files),
        nonces=(),
        folders=submission.folders,
        addresses=submission.addresses,
        only=scenarios or scenarios_for(names, checks.checks),
        limits=rubric.limits,
    )
    only = tuple(check.name for check in checks.checks if check.name in names)
    run, plan = begin(folder, plan, submission, sandbox, rubric, checks, seed=seed, only=only)
    lines, history, error = play(run, plan, submission, sandbox, progress)
    if error and history.lost:
        run.save_lost(lines, history.lost, history)
        raise error
    run.save_events(lines, history)
    report = pipeline.build_report(run, rubric, history=history, checks=checks)
    return _only(names, report)


def refuse_only(
    submission: Submission, names: Collection[str], *, rubric: Rubric, checks: CheckSet
) -> PartialResult:
    """The result of a ``submission`` that is refused, as that of :func:`grade_only`."""
    assert submission.refused
    (why, *_) = explain_refusal(submission.refused).seen
    report = unjudged_report(submission.name, why, rubric=rubric, checks=checks)
    entries = judge_refusal(submission.refused, rubric, checks.checks)
    return _only(names, msgspec.structs.replace(report, entries=entries, unjudged=None))


def _only(names: Collection[str], report: Report) -> PartialResult:
    """What ``report`` says of the checks with these ``names``."""
    asked = [entry for entry in report.entries if entry.name in names]
    shown = {*names, *(entry.outcome.skipped_for for entry in asked)}
    entries = tuple(entry for entry in report.entries if entry.name in shown)
    return PartialResult(
        checks=tuple(entry.name for entry in asked),
        whole=report,
        report=msgspec.structs.replace(report, entries=entries),
    )
