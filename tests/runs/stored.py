"""Runs of a right server, as they are stored."""

from pathlib import Path

from checks.histories import history, lines, right_scenes

from grader.model.plan import Plan, nonces
from grader.runs.run import Run, RunInfo, create_run

STREAM = lines(*right_scenes())
HISTORY = history(*right_scenes())

PLAN = Plan(source=b"print('\xff')\r\n", nonces=nonces(0), folders=("/home/me/logs",))


def info(submission: str = "zhang.py") -> RunInfo:
    return RunInfo(
        submission=submission, sandbox="docker", seed=7, time="2024-05-01T12:30:59+08:00"
    )


def create(folder: Path, submission: str = "zhang.py", plan: Plan = PLAN) -> Run:
    """A run in ``folder`` that has not been played yet."""
    return create_run(folder, plan, info(submission))


def finished(folder: Path) -> Run:
    """A finished run in ``folder``, not judged yet."""
    run = create(folder)
    run.save_events(STREAM, HISTORY)
    return run
