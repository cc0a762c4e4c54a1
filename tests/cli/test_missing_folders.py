"""A folder of the student's own computer that a program needs is made for a second play."""

import json
from pathlib import Path

from checks.histories import ends, lines, scene

from cli.samples import NO_MACHINE, RIGHT, FakeSandbox
from grader.grading.playing import MAX_ROUNDS

MISSED = b"[Errno 2] No such file or directory: '/home/tarena/day08/a.log'\r\n"
HOMELESS = lines(scene("terminal", ends(), listening=False, terminal=MISSED))
"""A program that fails for lack of a folder that its source does not name."""


def test_a_missing_folder_is_created_for_a_second_play(grade, monkeypatch):
    sandbox = FakeSandbox(HOMELESS, RIGHT)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
    Path("zhang.py").write_text("print()")
    status, out, _ = grade("--sandbox", "none", "zhang.py")
    assert status == 0
    assert [plan.folders for plan in sandbox.plans] == [(), ("/home/tarena/day08",)]
    assert "uses the folder /home/tarena/day08" in " ".join(out.split())
    (run,) = Path("runs").glob("*/")
    assert grade("judge", str(run))[:2] == (status, out)


def test_what_a_lost_run_failed_for_lack_of_a_folder_is_no_fault(grade, monkeypatch):
    """It is played again with the folder, as any run. If that fails, too, nothing is known."""
    sandbox = FakeSandbox(HOMELESS[:-1], NO_MACHINE)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
    Path("zhang.py").write_text("print()")
    status, out, _ = grade("--sandbox", "none", "zhang.py", "--json")
    assert (status, json.loads(out)["possible"]) == (3, 0)
    assert sandbox.streams == []


def test_the_second_play_counts_if_it_misses_the_same_folder(grade, monkeypatch):
    sandbox = FakeSandbox(HOMELESS, HOMELESS)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
    Path("zhang.py").write_text("print()")
    assert grade("--sandbox", "none", "zhang.py")[0] == 1
    assert sandbox.streams == []


def test_the_number_of_plays_is_limited(grade, monkeypatch):
    def missing(number: int) -> list[bytes]:
        terminal = MISSED.replace(b"tarena", b"x%d" % number)
        return lines(scene("terminal", ends(), listening=False, terminal=terminal))

    sandbox = FakeSandbox(*map(missing, range(MAX_ROUNDS)))
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
    Path("zhang.py").write_text("print()")
    assert grade("--sandbox", "none", "zhang.py")[0] == 1
    assert sandbox.streams == []
