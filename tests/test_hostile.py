"""Each attack gets what is stated of it, costs the grader no more than it may, leaves nothing."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from attacks import ATTACKS, left_behind, program
from expectations import read

from grader.runs.run import Run

TESTS = Path(__file__).parent

MEMORY = 400 << 20
"""Bytes that the grader may take, whatever is graded: what is kept of all logs is 64 MiB, and is
held packed, unpacked, and as letters."""

TOTAL = 60.0
"""Seconds for all scenarios, a limit in the attacks' rubric."""

SECONDS = TOTAL + 60
"""And for what comes before and behind them, on a machine that does other things."""

GRANTED = re.compile(r"granted|was read|\broot:", re.I)
HARMLESS = re.compile(r"bytes were granted|: all was granted")
"""What may be granted: space below the limits."""


def test_every_attack_states_what_it_must_get() -> None:
    for path in ATTACKS.values():
        read(path)
    assert len(ATTACKS) >= 40


WALLS = ("exhaustion", "grader", "network")
"""Attacks on the sandbox, which are played in each; the others are on the agent and on the grader,
and come to the same in all."""

PLAYED = [
    pytest.param(attack, sandbox, marks=getattr(pytest.mark, sandbox), id=f"{attack}-{sandbox}")
    for attack in ATTACKS
    for sandbox in ("docker", "namespaces")
    if sandbox == "docker" or attack.partition("/")[0] in WALLS
]


@pytest.mark.parametrize(("attack", "sandbox"), PLAYED)
def test_attack(attack: str, sandbox: str, tmp_path: Path, record_property: Any) -> None:
    expected = read(ATTACKS[attack], sandbox)
    file = tmp_path / "attack.py"
    file.write_text(program(ATTACKS[attack]), "utf-8")
    rubric = tmp_path / "rubric.toml"
    limits = {"total": TOTAL, **expected.limits}
    rubric.write_text("[limits]\n" + "".join(f"{name} = {limits[name]}\n" for name in limits))
    command = [
        sys.executable, str(TESTS / "measured.py"), str(tmp_path / "figures"),
        "--sandbox", sandbox, "--rubric", str(rubric), "--runs", str(tmp_path / "runs"),
        "--json", str(file),
    ]  # fmt: skip
    before = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as grader:
        out, err = grader.communicate(timeout=SECONDS + 60)
    took = time.monotonic() - before
    assert b"Traceback" not in err
    assert grader.returncode in (0, 1, 3), err
    report = json.loads(out)
    peak = int((tmp_path / "figures").read_text("ascii").split()[0])
    record_property("peak", peak)
    record_property("took", took)
    assert peak < MEMORY
    assert took < SECONDS

    outcomes = {check["id"]: check["outcome"] for check in report["checks"]}
    assert list(expected.differences(outcomes, report["points"])) == []
    if expected.not_judged:
        assert grader.returncode == 3

    told = notes(Run(Path(report["run"])))
    assert expected.notes in told
    for line in told.splitlines():
        assert HARMLESS.search(line) or not GRANTED.search(line)
    assert left_behind(grader.pid) == []


def notes(run: Run) -> str:
    """What an attack has noted of itself."""
    data = b"\n".join(file.data for play in run.history().plays for file in play.files)
    found = re.findall(rb"ATTACK: ([^\n]*)", data)
    return "\n".join(dict.fromkeys(text.decode("utf-8", "replace") for text in found))


def test_nothing_is_left_in_temporary_folders(tmp_path: Path) -> None:
    """A run's own folders, and what it was told to write, are all that there is afterwards."""
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    (tmp_path / "attack.py").write_text(program(ATTACKS["log/folder"]), "utf-8")
    command = [
        sys.executable,
        "-m",
        "grader.cli.main",
        "--sandbox",
        "none",
        "--runs",
        "runs",
        "attack.py",
    ]
    subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, timeout=120, check=False
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["attack.py", "runs", "tmp"]
    assert list((tmp_path / "tmp").iterdir()) == []
