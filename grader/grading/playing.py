"""Has a plan played in a sandbox, as often as that takes, and reads what the agent writes."""

import secrets
from dataclasses import replace
from pathlib import Path

import msgspec

from grader.grading.custom_checks import CheckSet
from grader.model.decoding import EventError, EventStream
from grader.model.event import Finished, OutOfMemory, OutOfTime, Scenario
from grader.model.history import History, read_history
from grader.model.plan import Plan, nonces
from grader.model.rubric import Rubric
from grader.model.text import say
from grader.runs.run import Run, RunInfo, create_run, timestamp
from grader.sandbox import AgentExit, ReportProgress, Sandbox, SandboxError
from grader.submissions.missing_folders import missing_folders
from grader.submissions.named_folders import MOST
from grader.submissions.submission import Submission

MAX_ROUNDS = 3
"""Rounds in which all scenarios are played. Another one follows if the program missed folders: it
may reach a second missing folder only when the first exists."""

Played = tuple[list[bytes], History, SandboxError | None]
"""The agent's lines, their history, and what ended the run early; None: nothing did."""


def begin(
    folder: Path,
    plan: Plan,
    submission: Submission,
    sandbox: Sandbox,
    rubric: Rubric,
    checks: CheckSet,
    *,
    seed: int | None,
    key: str = "",
    only: tuple[str, ...] = (),
) -> tuple[Run, Plan]:
    """Store a new run below ``folder``. Returns it, with the plan as it is to be played.

    Args:
        plan: without nonces.
        seed: determines the messages; None: random.
        key: tells the runs that are alike; see :func:`grader.runs.folder.find_finished`.
        only: the checks that the run is for; empty: all.

    Raises:
        RunError: it could not be stored.
    """
    chosen = secrets.randbits(32) if seed is None else seed
    plan = msgspec.structs.replace(plan, nonces=nonces(chosen))
    info = RunInfo(
        submission=submission.name,
        program=submission.file_name,
        sandbox=sandbox.name,
        seed=chosen,
        by_chance=seed is None,
        identity=sandbox.identity,
        time=timestamp(),
        checks=checks.file,
        checks_hash=checks.hash,
        key=key,
        only=only,
    )
    return create_run(folder, plan, info, rubric), plan


def play(
    run: Run, plan: Plan, submission: Submission, sandbox: Sandbox, progress: ReportProgress
) -> Played:
    """Play the ``plan`` of ``run``, and again with each folder that turns out to be missing.

    Raises:
        SandboxError: what the agent wrote is not a history. It is kept for inspection.
        RunError: the run could not be stored.
    """
    for _ in range(MAX_ROUNDS):
        played = _play_to_the_end(run, plan, submission, sandbox, progress)
        missed = missing_folders(each.terminal for each in played[1].plays)
        folders = tuple(dict.fromkeys((*plan.folders, *missed)))[:MOST]
        if folders == plan.folders:
            break
        plan = msgspec.structs.replace(plan, folders=folders)
        run.save_plan(plan)
    return played


class _OutOfMemoryError(SandboxError):
    """The kernel killed the agent because the sandbox ran out of memory."""


def _play_to_the_end(
    run: Run, plan: Plan, submission: Submission, sandbox: Sandbox, progress: ReportProgress
) -> Played:
    """Play ``plan``, twice if the sandbox runs out of memory: if it does so again, that is the
    program's doing, and the run ends there. Returns and raises what :func:`_play` does."""
    played = _play(run, plan, submission, sandbox, progress, again=False)
    if isinstance(played[2], _OutOfMemoryError):
        return _play(run, plan, submission, sandbox, progress, again=True)
    return played


def _play(
    run: Run,
    plan: Plan,
    submission: Submission,
    sandbox: Sandbox,
    progress: ReportProgress,
    *,
    again: bool,
) -> Played:
    """Play ``plan``. Return the agent's lines, their history, and what ended the run if that was
    neither the agent itself nor, ``again``, a lack of memory.

    Raises:
        SandboxError: the lines are not a history.
    """
    lines: list[bytes] = []
    stream = EventStream()

    def receive(line: bytes) -> bool:
        event = stream.feed(line)
        lines.append(line)
        if isinstance(event, Scenario):
            progress(
                say("{submission}: {scenario}", submission=submission.name, scenario=event.name)
            )
        return isinstance(event, Finished | OutOfTime)

    try:
        error = _lost(sandbox.run(plan, receive))
        if again and isinstance(error, _OutOfMemoryError):
            receive(_out_of_memory(stream))
    except EventError as invalid:
        error = _invalid(run, invalid)
    except SandboxError as failure:
        error = failure
    program = submission.file_name or submission.name
    why = say("{what} {remedy}", what=error.what, remedy=error.remedy)
    try:
        history = read_history(stream.events, program, plan.source, why, plan.files)
    except EventError as invalid:
        run.save_unreadable(lines)
        raise _invalid(run, invalid) from invalid
    if history.over:
        return lines, replace(history, lost=None), None
    return lines, history, error


def _invalid(run: Run, reason: EventError) -> SandboxError:
    return SandboxError(
        say("The agent wrote an invalid event: {reason}.", reason=reason),
        say("This is a defect of the grader; please report it with {run}.", run=run.path),
    )


def _lost(ending: AgentExit) -> SandboxError:
    if ending.out_of_memory and ending.exit_code is None:
        return _OutOfMemoryError(
            say("The sandbox ran out of memory before the run was over."), _AGAIN
        )
    if ending.exit_code is None:
        what = say("The sandbox was stopped from outside before the run was over.")
    else:
        what = say(
            "The agent ended before the run was over, with exit status {code}: {complaint}.",
            code=ending.exit_code,
            complaint=ending.stderr.strip().rpartition("\n")[2] or say("it did not say why"),
        )
    return SandboxError(what, _AGAIN)


_AGAIN = say("Grade the submission again; if it happens again, please report it.")


def _out_of_memory(stream: EventStream) -> bytes:
    """The event that ends a run which has run out of memory again."""
    at = stream.events[-1].at if stream.events else 0
    return msgspec.json.encode(OutOfMemory(at=at))
