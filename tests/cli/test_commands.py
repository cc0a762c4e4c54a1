"""``grade judge``, ``explain`` and ``doctor``; and a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from checks.histories import history, lines, right_scenes, says, scene

import grader
from cli.samples import CROWDED, DEAF, RIGHT
from grader import doctor
from grader.checks import CHECKS
from grader.grading import pipeline
from grader.model.event import parse_event
from grader.model.plan import Plan
from grader.model.text import say
from grader.runs import run as runs
from grader.runs.run import Versions

# --- judge ---


@pytest.fixture
def stored(tmp_path):
    """A finished run, and how to make more."""

    def store(*scenes, submission="zhang.py", **end) -> Path:
        versions = Versions(submission=submission, sandbox="docker", seed=1, time=runs.now())
        run = runs.create(tmp_path / "kept", Plan(source=b"", nonces=()), versions)
        run.save_events(lines(*scenes, **end), history(*scenes, **end))
        return run.path

    return store


def test_judging_a_stored_run(grade, stored):
    status, out, _ = grade("judge", str(stored(*right_scenes())))
    assert status == 0
    assert "zhang.py" in out
    assert "100 of 100 points" in out


def test_judging_by_another_rubric(grade, stored):
    run = stored(*right_scenes(newcomer=scene("newcomer", says("a"))))
    Path("harsh.toml").write_text("pass_mark = 99\n[points]\nnewcomer = 50")
    assert grade("judge", str(run))[0] == 0
    status, out, _ = grade("judge", "--rubric", "harsh.toml", "--json", str(run))
    assert status == 1
    told = json.loads(out)
    assert (told["points"], told["possible"]) == (95, 145)


def test_judging_several(grade, stored):
    good, bad = stored(*right_scenes()), stored(scene("terminal", listening=False))
    assert grade("judge", str(good), str(bad))[0] == 1
    late = stored(*right_scenes()[:2], out_of_time=True)
    assert grade("judge", str(late), str(bad))[0] == 3


@pytest.mark.parametrize("name", ["events.jsonl", "plan.json", "versions.json"])
@pytest.mark.parametrize("data", [b"", b"[" * 100_000, b"\xff", b"{}"])
def test_judging_a_damaged_run(grade, stored, name, data):
    run = stored(*right_scenes())
    (run / name).write_bytes(data)
    status, out, err = grade("judge", str(run))
    assert (status, out) == (2, "")
    assert "is damaged, or of another version" in err


def test_judging_a_run_cut_short(grade, stored):
    run = stored(*right_scenes())
    data = (run / "events.jsonl").read_bytes()
    (run / "events.jsonl").write_bytes(b"".join(data.splitlines(keepends=True)[:-3]))
    assert grade("judge", str(run))[0] == 2


def test_judging_needs_nothing_to_run(grade, stored, monkeypatch):
    monkeypatch.setattr(pipeline, "grade", None)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", None)
    assert grade("judge", str(stored(*right_scenes())))[0] == 0


# --- explain ---


def test_explain_all(grade):
    status, out, _ = grade("explain")
    assert status == 0
    for check in CHECKS:
        assert check.name in out


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_explain_one(grade, check):
    status, out, _ = grade("explain", check.name)
    assert status == 0
    words = " ".join(out.split())
    for text in (check.name, f"{check.points:g}", *check.needs):
        assert text in words
    # The columns are folded: their first words are enough.
    for text in (check.asks, check.why, check.lesson):
        assert " ".join(str(text).split()[:3]) in words


# --- doctor ---

FINE = doctor.Ok(what=say("A folder is [here]."))
SLOW = doctor.Problem(what=say("It is slow."), remedy=say("Wait."), prevents=False)
GONE = doctor.Problem(what=say("It is gone."), remedy=say("Bring it."))


@pytest.mark.parametrize(
    ("found", "status"), [([FINE], 0), ([FINE, SLOW], 0), ([GONE, FINE], 3), ([SLOW, GONE], 3)]
)
def test_doctor(grade, monkeypatch, found, status):
    asked = []
    monkeypatch.setattr(doctor, "examine", lambda *, runs: asked.append(runs) or found)
    told = {
        id(FINE): "✓ ok       A folder is [here].\n",
        id(SLOW): "! warning  It is slow.\n           → Wait.\n",
        id(GONE): "✗ problem  It is gone.\n           → Bring it.\n",
    }
    assert grade("doctor", "--runs", "kept") == (status, "".join(told[id(f)] for f in found), "")
    assert asked == [Path("kept")]


# --- a process of its own ---


def process(*args: str, code: str = "", **env: str) -> subprocess.CompletedProcess[bytes]:
    told = subprocess.run(
        [sys.executable, *(["-c", code] if code else ["-m", "grader"]), *args],
        env={**os.environ, "PYTHONPATH": str(Path(grader.__file__).parents[1]), **env},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert b"Traceback" not in told.stderr
    return told


IMPORTED = """
import sys
from grader.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("args", [["--help"], ["none.py"], ["--version"], ["judge", "--help"]])
def test_what_is_said_at_once_imports_nothing_slow(args):
    modules = process(*args, code=IMPORTED).stderr.decode().split()
    assert "grader.cli.main" in modules
    assert not {"docker", "rich", "requests", "ssl", "asyncio"} & set(modules)


def test_judging_does_not_import_docker(stored):
    told = process("judge", str(stored(*right_scenes())), code=IMPORTED)
    assert told.returncode == 0
    assert not {"docker", "requests"} & set(told.stderr.decode().split())


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252", "utf-8"])
def test_an_output_that_takes_few_characters(stored, encoding):
    """A pipe on Windows, for example: signs may be lost, points may not."""
    run = str(stored(*right_scenes(newcomer=scene("newcomer", says("a"))), submission="早.py"))
    told = process("judge", run, PYTHONIOENCODING=encoding)
    assert told.returncode == 0
    assert b"95 of 100 points" in told.stdout
    told = process("judge", "--json", run, PYTHONIOENCODING=encoding)
    assert json.loads(told.stdout)["submission"] == "早.py"


def test_a_reader_that_goes_away(stored):
    run = str(stored(*right_scenes()))
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        told = subprocess.run(
            [sys.executable, "-m", "grader", "judge", run, run],
            env={**os.environ, "PYTHONPATH": str(Path(grader.__file__).parents[1])},
            stdout=closed, stderr=subprocess.PIPE, check=False, timeout=60,
        )  # fmt: skip
    assert told.returncode != 0
    assert b"Traceback" not in told.stderr
    assert b"Exception ignored" not in told.stderr


def test_the_streams_are_what_an_agent_writes():
    for line in (*RIGHT, *DEAF, *CROWDED):
        parse_event(line)
