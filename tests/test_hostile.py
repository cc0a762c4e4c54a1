"""Each attack gets what its header states, stays within the grader's budget, and leaves nothing."""

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

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parent

MEMORY = 400 << 20
"""The grader's peak memory in bytes, for any submission: it stores at most 64 MiB of logs, and
holds them compressed, decompressed and decoded."""

TOTAL = 60.0
"""Seconds for all scenarios: a limit in the attacks' rubric."""

SECONDS = TOTAL + 60
"""Seconds for the whole grading; the rest is for startup and reports on a busy machine."""

GRANTED = re.compile(r"granted|was read|\broot:", re.I)
HARMLESS = re.compile(r"bytes were granted|: all was granted")
"""An attack may note that it was granted space below the limits."""


def test_every_attack_states_what_it_must_get() -> None:
    for path in ATTACKS.values():
        read(path)
    assert len(ATTACKS) >= 40


ON_THE_SANDBOX = ("exhaustion", "grader", "network")
"""The attacks on the sandbox, which are played in each one. The others are on the agent and the
grader, so the sandbox makes no difference."""


def takes_long(attack: str) -> bool:
    """An attack that uses up what there is also uses up the time."""
    return attack.startswith(("exhaustion/", "log/many", "log/million"))


def marks(attack: str, sandbox: str) -> list[pytest.MarkDecorator]:
    """The marks of an attack. Those that use up what there is are played one after the other: a
    run that the machine holds up is not judged."""
    found = [getattr(pytest.mark, sandbox)]
    if takes_long(attack):
        found += [pytest.mark.long, pytest.mark.xdist_group("exhaustion")]
    return found


PLAYED = [
    pytest.param(attack, sandbox, marks=marks(attack, sandbox), id=f"{attack}-{sandbox}")
    for attack in ATTACKS
    for sandbox in ("docker", "namespaces")
    if sandbox == "docker" or attack.partition("/")[0] in ON_THE_SANDBOX
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
    memory, processor = (tmp_path / "figures").read_text("ascii").split()
    peak = int(memory)
    record_property("peak", peak)
    record_property("processor", float(processor))
    record_property("took", took)
    assert peak < MEMORY
    assert took < SECONDS

    outcomes = {check["id"]: check["outcome"] for check in report["checks"]}
    assert list(expected.differences(outcomes, report["points"])) == []
    if expected.not_judged:
        assert grader.returncode == 3

    noted = notes(Run(Path(report["run"])))
    assert expected.notes in noted
    for line in noted.splitlines():
        assert HARMLESS.search(line) or not GRANTED.search(line)
    assert left_behind(grader.pid) == []


def notes(run: Run) -> str:
    """The notes that an attack wrote to its log, one on each line."""
    data = b"\n".join(file.data for play in run.history().plays for file in play.files)
    found = re.findall(rb"ATTACK: ([^\n]*)", data)
    return "\n".join(dict.fromkeys(text.decode("utf-8", "replace") for text in found))


def test_nothing_is_left_in_temporary_folders(tmp_path: Path) -> None:
    """Only the run's own folder remains."""
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    (tmp_path / "attack.py").write_text(program(ATTACKS["log/folder"]), "utf-8")
    command = [
        sys.executable,
        "-m",
        "grader",
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
