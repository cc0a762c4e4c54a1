"""Grades composed programs, and compares each outcome with what must come out."""

import random
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from generated.faults import FAULTS
from generated.program import Fault, Program, Style, compose, draw
from grader.checks import CHECKS
from grader.errors import UserError
from grader.grading import pipeline, scheduler
from grader.model.plan import Limits
from grader.model.rubric import Rubric
from grader.sandbox import Sandbox
from grader.submissions.submission import load_submission

RIGHT = 3
"""One program in so many has no fault."""

NAME = "server.py"


class Trial(NamedTuple):
    """A program, and the seed of the messages that it is sent."""

    number: int
    program: Program
    seed: int


class Mismatch(NamedTuple):
    """A check without the outcome that it must have."""

    check: str
    outcome: str
    expected: str

    def __str__(self) -> str:
        return f"{self.check}: {self.outcome}, not {self.expected}"


class Result(NamedTuple):
    """A trial that was carried out."""

    trial: Trial
    outcomes: dict[str, str]
    """Of the checks worth points, and of those of craft that had to fail."""
    mismatches: tuple[Mismatch, ...]
    run: str
    """Where the run is stored."""
    seconds: float
    """How long it took."""


def trials(seed: int, numbers: Iterable[int], only: Collection[str] = ()) -> Iterator[Trial]:
    """The trials of ``seed`` with these numbers; with ``only``, of these faults ("none": none).

    Each depends on the seed and its own number alone, so that it can be repeated without the rest.
    """
    for number in numbers:
        chance = random.Random(f"{seed}/{number}")
        if only:
            fault = FAULTS.get(chance.choice(sorted(only)))
        else:
            fault = chance.choice([*FAULTS.values()]) if chance.randrange(RIGHT) else None
        program = compose(draw(chance, fault), fault)
        yield Trial(number, program, chance.randrange(1 << 32))


def expected_outcomes(fault: Fault | None) -> dict[str, str]:
    """The outcome that each check worth points must have, and each of craft that has to fail."""
    outcomes: dict[str, str] = {}
    for check in CHECKS:
        if not check.points:
            if fault and check.name in fault.craft:
                outcomes[check.name] = "fail"
            continue
        if any(outcomes[need] != "pass" for need in check.needs):
            outcomes[check.name] = "skipped"
        elif fault and check.name in fault.fails:
            outcomes[check.name] = "fail"
        elif fault and check.name in fault.skips:
            outcomes[check.name] = "skipped"
        else:
            outcomes[check.name] = "pass"
    return outcomes


def carry_out(trial: Trial, sandbox: Sandbox, folder: Path) -> Result:
    """Grade the program of ``trial``; everything is stored below ``folder``.

    Raises:
        UserError: it could not be graded.
    """
    path = folder / f"{trial.number:05}" / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(trial.program.source)
    began = time.monotonic()
    report = pipeline.grade(
        load_submission(path),
        rubric=Rubric(),
        seed=trial.seed,
        sandbox=sandbox,
        folder=folder / "runs",
        progress=lambda _: None,
    )
    wanted = expected_outcomes(trial.program.fault)
    got = {entry.name: str(entry.outcome.outcome) for entry in report.entries}
    outcomes = {name: got[name] for name in wanted}
    return Result(
        trial,
        outcomes,
        tuple(
            Mismatch(name, outcomes[name], expected)
            for name, expected in wanted.items()
            if outcomes[name] != expected
        ),
        report.run,
        time.monotonic() - began,
    )


def carry_out_all(
    todo: Sequence[Trial], sandbox: Sandbox, folder: Path, jobs: int | None
) -> Iterator[Result]:
    """Carry out ``todo``, several at once (None: as many as the machine can handle).

    Raises:
        UserError: one could not be graded.
    """
    admission = scheduler.Admission(jobs, jobs) if jobs else scheduler.machine_admission(Limits())
    for attempt in scheduler.run_all(
        todo,
        lambda trial: carry_out(trial, sandbox, folder),
        admission=admission,
        tolerate=(UserError,),
        stop=sandbox.stop,
        recover=sandbox.recover,
    ):
        if attempt.error:
            raise attempt.error
        assert attempt.result is not None
        yield attempt.result


def with_style(trial: Trial, style: Style) -> Trial:
    """``trial`` with a program of another style."""
    return trial._replace(program=compose(style, trial.program.fault))
