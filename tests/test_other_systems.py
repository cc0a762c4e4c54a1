"""``grade`` on Windows and macOS: what works without a sandbox, and what is advised there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from checks.histories import right_scenes
from classroom.samples import store

PROGRAM = Path(__file__).with_name("other_system.py")


def grade(system: str, folder: Path, *commands: list[str]) -> list[tuple[int, str]]:
    """The exit status and the output of each command, where no Docker Engine runs."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), system, *map(json.dumps, commands)],
        cwd=folder,
        env={**os.environ, "DOCKER_HOST": "tcp://127.0.0.1:1", "COLUMNS": "200", "LANG": "C"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return [(status, output) for status, output in json.loads(done.stdout)]


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_what_works_without_a_sandbox(system, tmp_path):
    run = str(store(tmp_path / "runs", "zhang.py", right_scenes()).path)
    (tmp_path / "server.py").write_text("print()")
    decision = ["--reason", "seen in class", "--by", "Li"]
    results = grade(
        system,
        tmp_path,
        ["explain", "newcomer"],
        ["judge", run],
        ["judge", "--format", "html=page.html", run],
        ["replay", run, "terminal"],
        ["site", "runs"],
        ["decide", run, "newcomer", "fail", *decision],
        ["book", "runs"],
        ["verify", "runs"],
        ["import", "--from", "student", "--to", "class", "server.py"],
        ["diff", "runs", "runs"],
        ["--help"],
    )
    assert [(status, output) for status, output in results if status] == []
    assert "Traceback" not in "".join(output for _, output in results)
    assert "seen in class" in (tmp_path / "runs" / "index.html").read_text("utf-8")


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_what_needs_one_says_how_to_get_it(system, tmp_path):
    (tmp_path / "server.py").write_text("print()")
    results = grade(
        system,
        tmp_path,
        ["server.py"],
        ["server.py", "--sandbox", "namespaces"],
        ["server.py", "--sandbox", "none"],
        ["replay", "server.py"],
        ["doctor"],
    )
    automatic, namespaces, unprotected, replay, doctor = (output for _, output in results)
    assert [status for status, _ in results] == [3] * 5
    for output in (automatic, replay, doctor):
        assert "Start Docker Desktop." in output
    assert ("WSL 2" in automatic) == (system == "win32")
    for output in (namespaces, unprotected):
        assert "Grade with --sandbox docker." in output
    assert "namespaces" not in doctor.lower()
    everything = "".join(output for _, output in results)
    assert [
        word for word in ("Traceback", "systemctl", "sysctl", "chmod") if word in everything
    ] == []
