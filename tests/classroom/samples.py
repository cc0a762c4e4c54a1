"""Runs of a class, as they are stored after a grading."""

from pathlib import Path

from checks.histories import history, lines, right_scenes, scene

from grader.grading import pipeline
from grader.model.history import NOTHING_RAN
from grader.model.plan import Plan, nonces
from grader.model.program import digest
from grader.model.rubric import Rubric
from grader.model.text import say
from grader.runs.run import Run, RunInfo, create_run

RIGHT = right_scenes()
DEAF = (scene("terminal", listening=False),)
"""Of a program that listens nowhere: no points at all."""
SOURCE = b"print('a server')\n"
SHA256 = digest(SOURCE)


def store(
    folder: Path,
    name: str,
    scenes=RIGHT,
    *,
    source: bytes = SOURCE,
    time: str = "2024-05-01T12:30:59+08:00",
    seed: int = 7,
    rubric: Rubric = Rubric(),  # noqa: B008
    out_of_time: bool = False,
) -> Run:
    """A run that was played and judged."""
    run = begin(folder, name, source=source, time=time, seed=seed, rubric=rubric)
    changed = {"out_of_time": True} if out_of_time else {}
    run.save_events(lines(*scenes, **changed), history(*scenes, **changed))
    pipeline.judge_run(run)
    return run


def begin(
    folder: Path,
    name: str,
    *,
    source: bytes = SOURCE,
    time: str = "2024-05-01T12:30:59+08:00",
    seed: int = 7,
    rubric: Rubric = Rubric(),  # noqa: B008
) -> Run:
    """A run that was lost before anything happened in it."""
    plan = Plan(source=source, nonces=nonces(0))
    info = RunInfo(submission=name, sandbox="docker", seed=seed, time=time)
    return create_run(folder, plan, info, rubric)


def store_lost(folder: Path, name: str, *, scenes: int, time: str) -> Run:
    """A run of a right server whose sandbox ended after some scenarios, and that was judged."""
    run = begin(folder, name, time=time)
    played = RIGHT[: scenes + 1]
    run.save_lost(lines(*played, finished=False), say("The sandbox is gone."), NOTHING_RAN)
    pipeline.judge_run(run)
    return run


def decide(folder: Path, text: str) -> None:
    """Write decisions as a teacher does, in an editor."""
    (folder / "overrides.toml").write_text(text, encoding="utf-8")


def decision(check: str, what: str, sha256: str = SHA256, submission: str = "zhang.py") -> str:
    """One of them."""
    return (
        f'[[override]]\nsubmission = "{submission}"\ncheck = "{check}"\n{what}\n'
        f'reason = "seen in class"\nby = "Li"\nsha256 = "{sha256}"\n\n'
    )
