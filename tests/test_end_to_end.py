"""Every sample gets exactly the outcomes that its header states, in each sandbox and in none."""

import dataclasses
import io
import os
import random
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import expectations
import pytest
from expectations import Expectation
from rich.console import Console

from grader.checks import CHECKS
from grader.grading import pipeline
from grader.i18n import LANGUAGES, translator
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.report import terminal
from grader.sandbox import Sandbox
from grader.sandbox.local import LocalSandbox
from grader.submissions.discovery import find_submissions

pytestmark = pytest.mark.slow

TOP = Path(__file__).parents[1]
SAMPLES = {path.name: expectations.read(path) for path in sorted(TOP.glob("submissions/*.py"))}
PROGRAMS = {
    "reference/select_server.py": Expectation("", craft=frozenset()),
    **{f"submissions/{name}": expected for name, expected in SAMPLES.items()},
}
"""The model answer and the samples. Checks that a header does not name pass."""


@pytest.fixture(
    params=[
        "none",
        pytest.param("namespaces", marks=pytest.mark.namespaces),
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
        program = find_submissions([path]).candidates[0].load()
        if sandbox.name == "none":
            # Without a sandbox, the samples' port may be in use on this machine.
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


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_gets_the_stated_outcomes(name: str, grade: Callable[[Path], Report]) -> None:
    stated = PROGRAMS[name]
    assert stated.craft is not None
    expected = {check.name: "pass" for check in CHECKS}
    expected |= dict.fromkeys(stated.fails | stated.craft, "fail")
    expected |= dict.fromkeys(stated.skipped, "skipped")
    report = grade(TOP / name)
    assert outcomes(report) == expected
    assert report.sandbox in ("none", "namespaces", "docker")
    for language in LANGUAGES:
        lines = brief_report(report, language)
        assert lines == [line.rstrip() for line in lines]
        assert len(lines) <= (40 if stated.fails else 25), "\n".join(lines)


def test_a_program_may_consist_of_several_files(
    grade: Callable[[Path], Report], tmp_path: Path
) -> None:
    """It imports modules and reads data, and appends to a log that was handed in with it."""
    source = (TOP / "reference/select_server.py").read_text("utf-8")
    student = tmp_path / "zhang"
    (student / "tools").mkdir(parents=True)
    (student / "settings.json").write_text('{"log": "record.txt"}')
    (student / "record.txt").write_text("an old record\n")
    (student / "tools/__init__.py").touch()
    (student / "tools/settings.py").write_text(
        "import json\n\nLOG = json.load(open('settings.json'))['log']\n"
    )
    assert source.count('"server.log"') == 1
    source = source.replace('"server.log"', "LOG")
    (student / "server.py").write_text(f"from tools.settings import LOG\n{source}", "utf-8")
    (student / "client.py").write_text("import socket\nsocket.create_connection(('', 8888))\n")
    report = grade(student)
    assert {name for name, outcome in outcomes(report).items() if outcome != "pass"} <= {
        "functions"
    }
    assert set(report.files) == {
        *("client.py", "record.txt", "settings.json"),
        *("tools/__init__.py", "tools/settings.py"),
    }


def brief_report(report: Report, language: str) -> list[str]:
    """The lines that are printed on a terminal of 80 columns."""
    console = Console(width=80, file=io.StringIO(), markup=False)
    with console.capture() as captured:
        terminal.show(report, console, translator(language))
    return captured.get().splitlines()


def test_the_table_of_samples_agrees_with_their_headers() -> None:
    text = (TOP / "submissions" / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+\.py)` \| (.*) \| (.*) \|$", text, re.MULTILINE)
    assert [
        (name, cause, set(re.findall(r"`([\w-]+)`", fails))) for name, cause, fails in rows
    ] == [(name, expected.cause, expected.fails) for name, expected in SAMPLES.items()]


@pytest.mark.sandbox
@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.zh.md", "zh")])
def test_a_readme_shows_a_real_report(readme: str, language: str, tmp_path: Path) -> None:
    text = (TOP / readme).read_text("utf-8")
    (shown,) = re.findall(r"^```\n(bob\.py .*?)^```", text, re.MULTILINE | re.DOTALL)
    options = ("--lang", language, "--runs", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "grader", *options, str(TOP / "submissions" / "bob.py")],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": "80"},
    )
    printed = [line.rstrip() for line in done.stdout.splitlines()]
    assert [line for line in shown.splitlines() if line not in (*printed, "…")] == []
