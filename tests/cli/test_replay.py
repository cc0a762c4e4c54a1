"""``grade replay``: all steps in a pipe, one after the other on a terminal."""

import re
import sys
import time
from pathlib import Path

import click
import pytest
from checks.histories import connects, leaves, logs, right_scenes, says, scene, types

from cli.samples import RIGHT, FakeSandbox

CLIENT = scene(
    "client", connects(), says("a"), logs("a"), leaves(), log="{a}\n", terminal=b"hi\r\n"
)


def test_in_a_pipe_all_steps_are_printed(grade, stored):
    status, out, err = grade("replay", stored(CLIENT), "client")
    assert (status, err) == (0, "")
    words = " ".join(out.split())
    for said in (
        "client One client sends messages, alone", "server it listens", "client 1 connects",
        "client 1 sends ", "log + server.log:1: ", "client 1 disconnects", "terminal hi",
    ):  # fmt: skip
        assert said in words, said


def test_it_speaks_chinese(grade, stored):
    _, out, _ = grade("replay", stored(CLIENT), "client", "--lang", "zh")
    assert "客户端1" in out
    assert "断开连接" in out


def test_without_a_scenario_those_with_faults_are_shown(grade, stored):
    faulty = [*right_scenes()[:-1], scene("newcomer", connects(), says("a"))]
    _, out, _ = grade("replay", stored(*faulty))
    assert "newcomer" in out.splitlines()[0]
    _, out, _ = grade("replay", stored(*right_scenes()))
    assert out.splitlines()[0] == "terminal"
    assert "departure" in out.splitlines()


@pytest.mark.parametrize(
    ("scenario", "said"),
    [("newcomr", "Did you mean newcomer?"), ("xyzzy", "The scenarios are: terminal, client")],
)
def test_an_unknown_scenario(grade, stored, scenario, said):
    status, out, err = grade("replay", stored(CLIENT), scenario)
    assert (status, out) == (2, "")
    assert said in err


def test_a_scenario_that_was_not_played(grade, stored):
    typed = scene("terminal", types("a"), log="")
    status, out, err = grade("replay", stored(typed, scene("client", says("b"))), "silent-client")
    assert (status, out) == (2, "")
    assert err == (
        "grade: The scenario silent-client was not played: "
        "that is pointless where client-logged fails.\n"
        "       → These were: terminal, client.\n"
    )


def test_a_run_for_other_checks(grade, play):
    play({"zhang.py": RIGHT}, "--only", "newcomer")
    (run,) = Path("runs").glob("*/")
    status, _, err = grade("replay", run, "crowd")
    assert status == 2
    assert "crowd was not played: this run is for newcomer only." in err


def test_a_run_in_which_nothing_was_played(grade, stored):
    status, _, err = grade("replay", stored())
    assert status == 2
    assert "Nothing was played in" in err


def test_a_program_is_played_for_it_and_that_is_no_grade(grade, monkeypatch):
    sandbox = FakeSandbox(RIGHT)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
    Path("zhang.py").write_text("print()")
    status, out, _ = grade("replay", "zhang.py", "newcomer", "--sandbox", "none")
    assert status == 0
    assert out.startswith("newcomer\n")
    assert sandbox.plans[0].only == ("newcomer",)
    assert grade("book")[0] == 2
    (run,) = Path("runs").glob("*/")
    assert grade("replay", run, "newcomer")[1] == out


@pytest.fixture
def on_a_terminal(grade, monkeypatch):
    """Run the command line on a terminal at which these keys are pressed: which steps it shows."""

    def run(keys: list[str], *args: object) -> list[str]:
        pressed = iter(keys)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(click, "getchar", lambda: next(pressed))
        for stream in (sys.stdin, sys.stdout):
            monkeypatch.setattr(stream, "isatty", lambda: True)
        status, out, _ = grade(*args)
        assert status == 0
        assert list(pressed) == []
        return re.findall(r"step (\d) of 5", out)

    return run


def test_keys_go_forward_and_back_and_quit(on_a_terminal, stored):
    keys = [" ", "\x1b[C", "\x1b[D", "x", "\r", "q"]
    assert on_a_terminal(keys, "replay", stored(CLIENT)) == ["1", "2", "3", "2", "2", "3"]


def test_the_arrows_of_windows(on_a_terminal, stored):
    keys = ["\xe0M", "\xe0K", "\xe0K", "q"]
    assert on_a_terminal(keys, "replay", stored(CLIENT)) == ["1", "2", "1", "1"]


def test_after_the_last_step_it_ends(on_a_terminal, stored):
    assert on_a_terminal([" "] * 5, "replay", stored(CLIENT)) == ["1", "2", "3", "4", "5"]


def test_it_goes_on_by_itself(on_a_terminal, stored, monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    assert on_a_terminal([], "replay", stored(CLIENT), "--auto") == ["1", "2", "3", "4", "5"]
    assert len(waits) == 5
    assert all(0.4 <= wait <= 2 for wait in waits)
