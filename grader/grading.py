"""Grades one submission: plan, run, store, judge. All effects of grading meet here."""

from collections.abc import Callable
from pathlib import Path

import msgspec

import grader
from grader import judge, runs
from grader.folders import MOST, is_personal
from grader.missing import missing_folders
from grader.model.event import AnyEvent, EventError, Scenario, parse_event
from grader.model.history import History, read_history
from grader.model.plan import Plan, nonces
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.model.text import Text, say
from grader.report import json as json_report
from grader.sandbox import Ending, Sandbox, SandboxError
from grader.submission import Submission

Progress = Callable[[Text], None]

PLAYS = 3
"""How often a submission is played while it misses folders that can be made for it: a log's, and
one that shows only when that is there."""


def grade(
    submission: Submission,
    *,
    rubric: Rubric,
    seed: int,
    sandbox: Sandbox,
    folder: Path,
    progress: Progress,
) -> Report:
    """Grade ``submission`` in ``sandbox``, keeping everything in a new run below ``folder``.

    Raises:
        SandboxError: the machine could not run it. What the agent had written by then is
            kept for inspection, as ``lost.jsonl``.
        RunError: the run could not be stored.
    """
    plan = Plan(
        source=submission.source,
        nonces=nonces(seed),
        folders=submission.folders,
        limits=rubric.limits,
    )
    versions = runs.Versions(
        submission=submission.name, sandbox=sandbox.name, seed=seed, time=runs.now()
    )
    run = runs.create(folder, plan, versions, rubric)
    for _ in range(PLAYS):
        lines, history = _play(run, plan, submission, sandbox, progress)
        missed = missing_folders(play.terminal for play in history.plays)
        folders = tuple(dict.fromkeys((*plan.folders, *missed)))[:MOST]
        if folders == plan.folders:
            break
        plan = msgspec.structs.replace(plan, folders=folders)
        run.save_plan(plan)
    run.save_events(lines, history)
    return judge_run(run, rubric, history=history)


def _play(
    run: runs.Run, plan: Plan, submission: Submission, sandbox: Sandbox, progress: Progress
) -> tuple[list[bytes], History]:
    """Play ``plan``; the agent's lines, and the history in them."""
    lines: list[bytes] = []
    events: list[AnyEvent] = []

    def receive(line: bytes) -> None:
        event = parse_event(line)
        lines.append(line)
        events.append(event)
        if isinstance(event, Scenario):
            progress(
                say("{submission}: {scenario}", submission=submission.name, scenario=event.name)
            )

    try:
        ending = sandbox.run(plan, receive)
        history = read_history(events, submission.name, submission.source)
    except EventError as error:
        run.save_lost(lines)
        raise SandboxError(
            say("The agent wrote what is no event: {reason}.", reason=error),
            say("This is a defect of the grader; please report it, with {run}.", run=run.path),
        ) from error
    except SandboxError:
        run.save_lost(lines)
        raise
    if not (history.finished or history.out_of_time):
        run.save_lost(lines)
        raise _lost(ending)
    return lines, history


def judge_run(
    run: runs.Run, rubric: Rubric | None = None, *, history: History | None = None
) -> Report:
    """Judge a stored run, and store the report.

    ``rubric`` None: the one by which it was judged first. ``history``: the run's, where it is
    at hand.

    Raises:
        RunError: the run is not whole, or the report cannot be stored.
    """
    versions, plan = run.versions(), run.plan()
    rubric = rubric or run.rubric()
    history = history or run.history()
    report = Report(
        submission=versions.submission,
        entries=judge.judge(history, rubric),
        pass_mark=rubric.pass_mark,
        sandbox=versions.sandbox,
        python=history.agent.python if history.agent else "",
        grader=grader.__version__,
        seed=versions.seed,
        scenarios=history.times,
        advice=_advice(plan),
        run=str(run.path),
    )
    run.save_report(json_report.render(report))
    return report


def _advice(plan: Plan) -> tuple[Text, ...]:
    return tuple(
        say(
            "The program names the folder {folder}, which is on your own computer only; here it "
            "was made for it. A relative path, such as 'server.log', works everywhere.",
            folder=folder,
        )
        for folder in plan.folders
        if is_personal(folder)
    )


def _lost(ending: Ending) -> SandboxError:
    if ending.out_of_memory:
        what = say("The sandbox ran out of memory before the run was over.")
    elif ending.exit_code is None:
        what = say("The sandbox was ended from outside before the run was over.")
    else:
        what = say(
            "The agent ended before the run was over, with exit status {code}: {complaint}",
            code=ending.exit_code,
            complaint=ending.complaint.strip().rpartition("\n")[2] or "it did not say why",
        )
    return SandboxError(
        what, say("Grade the submission again; if it happens again, please report it.")
    )
