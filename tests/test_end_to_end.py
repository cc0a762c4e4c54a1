"""Every sample gets exactly the outcomes that are stated here, in each sandbox and in none."""

import dataclasses
import random
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.checks import CHECKS
from grader.grading import pipeline
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.sandbox import Sandbox
from grader.sandbox.local import LocalSandbox
from grader.submissions import submission

TOP = Path(__file__).parents[1]
TOGETHER = {"every-message", "client-order", "terminal-order", "arrival-order"}
LEAVING = {"rests-after-departure", "hasty-departure", "closes-sockets", "return"}
"""What is skipped once ``departure`` has failed."""
CRAFT = {"reset", "split-character", "functions"}
"""What no beginner thinks of: to catch what a cut connection raises, and half a character."""

EXPECTED: dict[str, tuple[set[str], set[str]]] = {
    "reference/select_server.py": (set(), set()),
    "submissions/alice.py": (CRAFT, set()),
    "submissions/bob.py": (
        CRAFT | {"every-message", "silent-client", "departure", "crowd"},
        TOGETHER - {"every-message"} | LEAVING,
    ),
    "submissions/chen.py": (
        CRAFT | {"waits-in-select", "rests-when-idle"},
        {"rests-after-departure"},
    ),
    "submissions/dora.py": (CRAFT | {"arrival-order", "prompt"}, set()),
    "submissions/emma.py": (CRAFT | {"departure"}, LEAVING),
    "submissions/feng.py": (CRAFT | {"silent-client"}, set()),
    "submissions/gao.py": (CRAFT | {"own-record"}, set()),
    "submissions/hua.py": (CRAFT | {"one-log"}, set()),
    # Its exact-text ends it, so nobody can stop it with Ctrl-C.
    "submissions/ivan.py": (CRAFT | {"exact-text"}, {"clean-stop"}),
    # A thread that ends with a traceback ends no server.
    "submissions/jing.py": (CRAFT - {"reset"} | {"waits-in-select"}, set()),
    "submissions/kai.py": (
        CRAFT | {"terminal-logged", "hasty-departure"},
        TOGETHER | {"one-log", "own-record", "end-of-typing"},
    ),
}
"""For each sample the checks that must fail, and those that must be skipped. All others pass."""


@pytest.fixture(
    params=[
        "none",
        pytest.param("walls", marks=pytest.mark.namespaces),
        pytest.param("containers", marks=pytest.mark.docker),
    ]
)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    if request.param == "none":
        return LocalSandbox()
    made: Sandbox = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def grade(sandbox: Sandbox, tmp_path: Path) -> Callable[[Path], Report]:
    def grade_in_sandbox(path: Path) -> Report:
        program = submission.load(path)
        if sandbox.name == "none":
            # On the machine itself the samples' port may be somebody else's.
            source = program.source.replace(b"8888", str(free_port()).encode())
            program = dataclasses.replace(program, source=source)
        return pipeline.grade(
            program,
            rubric=Rubric(),
            seed=random.randrange(1 << 32),
            sandbox=sandbox,
            folder=tmp_path,
            progress=lambda _: None,
        )

    return grade_in_sandbox


def free_port() -> int:
    with socket.create_server(("", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def outcomes(report: Report) -> dict[str, str]:
    return {entry.name: entry.outcome.outcome for entry in report.entries}


@pytest.mark.parametrize("name", EXPECTED)
def test_sample_gets_the_stated_outcomes(name: str, grade: Callable[[Path], Report]) -> None:
    failing, skipped = EXPECTED[name]
    expected = {check.name: "pass" for check in CHECKS}
    expected |= dict.fromkeys(failing, "fail") | dict.fromkeys(skipped, "skipped")
    report = grade(TOP / name)
    assert outcomes(report) == expected
    assert report.sandbox in ("none", "namespaces", "docker")


def test_table_names_every_sample() -> None:
    there = {f"submissions/{path.name}" for path in TOP.glob("submissions/*.py")}
    there |= {f"reference/{path.name}" for path in TOP.glob("reference/*.py")}
    assert there == set(EXPECTED)
