"""Grades one submission: plans, runs, stores and judges it. See :mod:`grader.grading`."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

import grader
from grader.grading.custom_checks import CheckSet
from grader.grading.limits import judge_within_limits
from grader.grading.playing import begin, play
from grader.model.history import NOTHING_RAN, History
from grader.model.plan import Plan
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.runs import decisions, ledger, reports
from grader.runs.run import Run, RunError, RunInfo, create_run, timestamp
from grader.sandbox import ReportProgress, Sandbox, SandboxError
from grader.submissions.submission import Submission

_BUILT_IN = CheckSet()


class RunLostError(SandboxError):
    """A run ended before everything was played, whatever ended it.

    Attributes:
        report: the run's, judged by what was played.
    """

    def __init__(self, error: SandboxError, report: Report) -> None:
        super().__init__(error.what, error.remedy)
        self.report = report


def grade(
    submission: Submission,
    *,
    rubric: Rubric,
    seed: int | None,
    sandbox: Sandbox,
    folder: Path,
    progress: ReportProgress,
    known: Mapping[str, Run] = {},
    checks: CheckSet = _BUILT_IN,
    alone: bool = False,
) -> Report:
    """Grade ``submission`` in ``sandbox``, or :func:`refuse` it.

    A new run below ``folder`` stores everything, unless a run in ``known`` can be used instead.

    Args:
        alone: whether each scenario is played on a server of its own.
        seed: determines the messages; None: random.
        progress: called with what is being played.
        known: finished runs by key (:func:`grader.runs.folder.find_finished`). If one has this
            submission's key and is intact, nothing is played: that run is judged again, and its
            stored rubric and report are replaced.

    Raises:
        RunLostError: the machine could not run it to its end. What is known was stored and judged.
        SandboxError: nor is what the agent wrote a history. It is kept for inspection.
        RunError: the run could not be stored.
    """
    if submission.refused:
        return refuse(submission, rubric=rubric, folder=folder, known=known, checks=checks)
    plan = Plan(
        source=submission.source,
        files=dict(submission.files),
        nonces=(),
        folders=submission.folders,
        addresses=submission.addresses,
        alone=alone,
        limits=rubric.limits,
    )
    key = _key(submission.name, plan, seed, sandbox)
    if key in known:
        try:
            history = known[key].history()
        except RunError:
            pass  # It is damaged (by a power failure, say), so it is played again.
        else:
            known[key].save_rubric(rubric)
            report = judge_run(known[key], rubric, history=history, checks=checks)
            ledger.add_attempt(known[key])
            return report
    run, plan = begin(folder, plan, submission, sandbox, rubric, checks, seed=seed, key=key)
    lines, history, error = play(run, plan, submission, sandbox, progress)
    if error and history.lost:
        run.save_lost(lines, history.lost, history)
        raise RunLostError(error, judge_run(run, rubric, history=history, checks=checks)) from error
    run.save_events(lines, history)
    return judge_run(run, rubric, history=history, checks=checks)


def refuse(
    submission: Submission,
    *,
    rubric: Rubric,
    folder: Path,
    known: Mapping[str, Run] = {},
    checks: CheckSet = _BUILT_IN,
) -> Report:
    """Store and judge a ``submission`` that is refused, as :func:`grade` does, without a sandbox.

    Raises:
        RunError: the run could not be stored.
    """
    key = hashlib.sha256(msgspec.json.encode((submission.name, submission.refused))).hexdigest()
    run = known.get(key)
    again = run is not None
    if run is None:
        info = RunInfo(
            submission=submission.name,
            program=submission.file_name,
            refused=submission.refused,
            sandbox="",
            seed=0,
            time=timestamp(),
            checks=checks.file,
            checks_hash=checks.hash,
            key=key,
        )
        run = create_run(folder, Plan(source=b"", nonces=(), limits=rubric.limits), info, rubric)
        run.save_events([], NOTHING_RAN)
    else:
        run.save_rubric(rubric)
    report = judge_run(run, rubric, history=NOTHING_RAN, checks=checks)
    if again:
        ledger.add_attempt(run)
    return report


def _key(name: str, plan: Plan, seed: int | None, sandbox: Sandbox) -> str:
    """The key of a run: a hash of all that determines it, except chance.

    Args:
        plan: before its nonces are drawn.
        seed: None: random. All such runs share a key.
    """
    digest = hashlib.sha256()
    texts = (name, "by chance" if seed is None else str(seed), sandbox.name, sandbox.identity)
    for part in (
        *(text.encode("utf-8", "surrogatepass") for text in texts),
        msgspec.json.encode(plan),
    ):
        digest.update(b"%d:" % len(part) + part)
    return digest.hexdigest()


def judge_run(
    run: Run,
    rubric: Rubric | None = None,
    *,
    history: History | None = None,
    checks: CheckSet = _BUILT_IN,
) -> Report:
    """Judge a stored run as :func:`build_report` does, and store the report and the rubric.

    Raises:
        RunError: the run is incomplete, the decisions beside it are invalid, or the report cannot
            be stored.
    """
    report = _judge(run, rubric, history=history, checks=checks)
    with decisions.changing(_folder(run)):
        report = _decided(run, report)
        if rubric is not None:
            run.save_rubric(rubric)
        reports.save(run, report)
    return report


def build_report(
    run: Run,
    rubric: Rubric | None = None,
    *,
    history: History | None = None,
    checks: CheckSet = _BUILT_IN,
) -> Report:
    """Judge a stored run, and apply the teacher's decisions about it.

    Args:
        rubric: None: the one stored in the run, by which it was last graded.
        history: the run's; None: read it.

    Raises:
        RunError: the run is incomplete, or the decisions beside it are invalid.
    """
    return _decided(run, _judge(run, rubric, history=history, checks=checks))


def _judge(run: Run, rubric: Rubric | None, *, history: History | None, checks: CheckSet) -> Report:
    """The report of a stored run without a teacher's decisions."""
    info, plan = run.info(), run.plan()
    rubric = rubric or run.rubric()
    history = history or run.history()
    judged = judge_within_limits(run, info, plan, history, rubric, checks)
    return Report(
        submission=info.submission,
        program=info.program,
        entries=judged.entries,
        pass_mark=rubric.pass_mark,
        sandbox=info.sandbox,
        python=history.agent.python if history.agent else "",
        grader=_version(),
        seed=info.seed,
        scenarios=history.times,
        unjudged=judged.remarks.unjudged,
        advice=judged.remarks.advice,
        run=str(run.path),
        graded=info.time,
        source=plan.source,
        files=plan.files,
        timelines=judged.remarks.timelines,
    )


def _decided(run: Run, report: Report) -> Report:
    """``report`` with the decisions of today."""
    return decisions.apply(report, report.sha256, decisions.load(_folder(run)))


def _folder(run: Run) -> Path:
    return run.path.resolve().parent


@cache
def _version() -> str:
    """The grader's version and, as its local label (PEP 440), a hash of the code that judges, which
    changes more often than the version."""
    package = Path(grader.__file__).parent
    files = (
        each for folder in ("checks", "logs", "model") for each in package.glob(f"{folder}/**/*.py")
    )
    digest = hashlib.sha256()
    own = [package / "grading" / name for name in ("judge.py", "limits.py")]
    for path in sorted([*own, *files]):
        data = path.read_bytes()
        digest.update(b"%s %d:" % (path.name.encode(), len(data)) + data)
    return f"{grader.__version__}+{digest.hexdigest()[:8]}"
