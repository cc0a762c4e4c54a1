"""Whatever a stored run holds, each command that reads it ends with a known status and a sentence,
in limited memory."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from checks.histories import connects, idles, is_stuck, leaves, rewrites, says, scene, types
from classroom.samples import store
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runs.strangers import bomb, with_events

import grader
from grader.model import decoding

SCENES = (
    scene("terminal", idles("before any client"), types("a"), log="{a}\n"),
    scene("client", connects(), says("a"), says("b"), leaves(), log="{a}\n"),
    scene("burst", says("a"), rewrites("a", log="{a}\n"), log="{a}\n"),
    scene("quiet", connects(), says("a"), is_stuck(), log={"x.log": "{a}\n", "y.log": "{a}\n"}),
)
"""A run with something of everything."""

NAMES = ("plan.json", "versions.json", "rubric.json", "report.json", "report.values.json")

HOSTILE: tuple[Any, ...] = (
    0,
    -1,
    (1 << 63) - 1,
    -(1 << 63),
    10**400,
    float("nan"),
    float("inf"),
    1e308,
    "",
    "x" * 100_000,
    "{x:99999999}",
    "\ud800\0\n",
    "../../x",
    "terminal",
    [],
    {},
    json.loads("[" * 500 + "]" * 500),
    ["a", "b"],
    None,
    True,
)


@pytest.fixture(scope="module")
def whole() -> Iterator[Path]:
    """A folder with a run that was judged, made once."""
    with tempfile.TemporaryDirectory() as folder:
        store(Path(folder), "zhang.py", SCENES)
        yield Path(folder)


Grade = Callable[..., tuple[int, str, str]]


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each part of a JSON value, but not to the value itself."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in inner:
        yield (*at, key)
        if isinstance(part, dict | list):
            yield from places(part, (*at, key))


def mutated(draw: st.DataObject, value: Any) -> Any:
    """``value`` with a part replaced, removed, or put in another's place."""
    at = draw.draw(st.sampled_from(list(places(value))))
    parent = value
    for key in at[:-1]:
        parent = parent[key]
    how = draw.draw(st.sampled_from(("replace", "replace", "remove", "repeat", "move")))
    if how == "remove":
        del parent[at[-1]]
    elif how == "repeat" and isinstance(parent, list):
        parent.insert(draw.draw(st.integers(0, len(parent))), parent[at[-1]])
    elif how == "move":
        part = value
        for key in draw.draw(st.sampled_from(list(places(value)))):
            part = part[key]
        parent[at[-1]] = json.loads(json.dumps(part))
    else:
        parent[at[-1]] = draw.draw(st.sampled_from(HOSTILE))
    return value


def mutate(draw: st.DataObject, path: Path) -> None:
    data = path.read_bytes()
    if draw.draw(st.integers(0, 9)) == 0:
        at = draw.draw(st.integers(0, len(data) - 1))
        path.write_bytes(data[:at] + draw.draw(st.binary(max_size=3)) + data[at + 1 :])
    elif path.suffix == ".jsonl":
        found = mutated(draw, [json.loads(line) for line in data.splitlines()])
        path.write_text("".join(json.dumps(event) + "\n" for event in found))
    else:
        path.write_text(json.dumps(mutated(draw, json.loads(data))))


def commands(run: Path, whole: Path) -> tuple[tuple[str | Path, ...], ...]:
    runs = run.parent
    return (
        ("judge", run, "--format", f"html={runs}/a.html", "--json"),
        ("judge", run, "--format", f"junit={runs}/j", "--format", f"markdown={runs}/m"),
        ("--lang", "zh", "judge", run, "--format", f"gradescope={runs}/g"),
        ("site", runs),
        ("book", runs),
        ("diff", whole, runs),
        ("diff", runs, whole, "--json"),
        ("decide", run, "starts", "pass", "--reason", "seen", "--by", "Li"),
    )


@pytest.mark.parametrize("name", ["events.jsonl", *NAMES])
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_a_changed_run_ends_in_a_sentence(
    grade: Grade, whole: Path, name: str, draw: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (stored,) = (path for path in whole.iterdir() if path.is_dir())
        run = Path(folder) / stored.name
        shutil.copytree(stored, run)
        mutate(draw, run / name)
        status, _, err = grade(*draw.draw(st.sampled_from(commands(run, whole))))
        assert status in (0, 1, 2, 3)
        assert err.startswith("grade: ") or not err


@pytest.mark.parametrize("command", ["judge", "site", "book", "diff"])
def test_a_pipe_in_a_run_keeps_no_command_waiting(grade: Grade, whole: Path, command: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (stored,) = (path for path in whole.iterdir() if path.is_dir())
        run = Path(folder) / stored.name
        shutil.copytree(stored, run)
        for name in ("events.jsonl", *NAMES):
            (run / name).unlink()
            os.mkfifo(run / name)
        sides = (whole, run.parent) if command == "diff" else (run.parent,)
        status, _, _ = grade(command, *((run,) if command == "judge" else sides))
        assert status in (0, 1, 3)


IN_LITTLE_MEMORY = """
import resource, sys
from grader.cli.main import main
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
main(sys.argv[2:])
"""


def in_little_memory(most: int, *args: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", IN_LITTLE_MEMORY, str(most), *map(str, args)],
        env={**os.environ, "PYTHONPATH": str(Path(grader.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_two_megabytes_of_events_take_little_memory(tmp_path: Path) -> None:
    run = store(tmp_path / "runs", "zhang.py", SCENES)
    with_events(run, bomb(decoding.LONGEST, 30))
    assert (run.path / "events.jsonl").stat().st_size < 3 << 20
    result = in_little_memory(768 << 20, "judge", run.path)
    assert result.returncode == 3
    assert "events.jsonl is damaged or has another version: its packed data" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wide_template_takes_little_memory(tmp_path: Path) -> None:
    run = store(tmp_path / "runs", "zhang.py", SCENES)
    values = json.loads((run.path / "report.values.json").read_bytes())
    values["entries"][0]["asks"] = {"template": "{x:700000000}", "values": {"x": "x"}}
    (run.path / "report.values.json").write_text(json.dumps(values))
    result = in_little_memory(512 << 20, "book", tmp_path / "runs")
    assert result.returncode == 3, "not all of it is judged"
    assert "Traceback" not in result.stderr
    assert "zhang.py" in result.stdout
