"""``grade --only CHECK``: what it plays and prints, and that nothing takes its run for a grade."""

import json
from pathlib import Path

import pytest
from checks.histories import lines, right_scenes, says, scene
from click.shell_completion import BashComplete

from cli.samples import DEAF, RIGHT
from grader.cli.main import cli

RUNS = Path("runs")


def the_run() -> Path:
    (run,) = RUNS.glob("*/")
    return run


def test_the_plan_asks_for_what_the_checks_need(play):
    play({"zhang.py": RIGHT}, "--only", "newcomer", "--only", "end-of-typing")
    (plan,) = play.sandbox.plans
    assert plan.only == ("terminal", "client", "newcomer", "together", "end-of-typing")


def test_checks_that_pass(play):
    status, out, err = play({"zhang.py": RIGHT}, "--only", "newcomer", "--only", "starts")
    assert (status, err) == (0, "")
    first, rule, *rest = out.splitlines()
    assert first == "zhang.py  only some checks: no grade"
    assert set(rule) == {"─"}
    assert [line for line in rest if line.startswith("✓")] == [
        "✓ starts: it listens on 0.0.0.0 port 8888", "✓ newcomer: pass",
    ]  # fmt: skip
    assert "2 of 2 checks pass; without the others this is no grade" in " ".join(rest)
    assert "points" not in out


def test_a_check_that_fails_is_explained(play):
    status, out, _ = play({"zhang.py": DEAF}, "--only", "starts")
    assert status == 1
    assert "✗ starts" in out
    assert "it does not listen on any TCP port" in out
    assert "0 of 1 check passes" in out


def test_a_check_may_be_named_by_its_title(play):
    status, out, _ = play({"zhang.py": RIGHT}, "--lang", "zh", "--only", "新客户端随时能连接")
    assert status == 0
    assert "1项中通过1项" in out
    (plan,) = play.sandbox.plans
    assert "newcomer" in plan.only


def test_a_check_that_is_skipped_says_for_what_and_that_is_explained(play):
    status, out, _ = play({"zhang.py": DEAF}, "--only", "newcomer")
    assert status == 1
    assert "– newcomer: It needs starts, which failed." in out
    assert "it does not listen on any TCP port" in out
    assert "terminal-logged" not in out


def test_craft_that_fails_fails(play):
    silent = lines(*right_scenes(), scene("reset", says("a")))
    status, out, _ = play({"zhang.py": silent}, "--only", "reset")
    assert status == 1
    assert "✗ reset" in out


def test_a_program_that_is_not_run(play):
    status, out, _ = play({"zhang.py": RIGHT}, "--only", "starts", source="")
    assert status == 1
    assert "✗ starts" in out
    assert not RUNS.exists()


@pytest.mark.parametrize(
    ("option", "remedy"),
    [("newcomr", "Did you mean `grade --only newcomer`?"), ("xyzzy", "starts, client-logged")],
)
def test_an_unknown_check(play, option, remedy):
    status, _, err = play({"zhang.py": RIGHT}, "--only", option)
    assert status == 2
    assert f"There is no check '{option}'." in err
    assert remedy in err
    assert not RUNS.exists()


@pytest.mark.parametrize("options", [("--json",), ("--format", "html=x.html")])
def test_no_format_has_it(play, options):
    status, out, err = play({"zhang.py": RIGHT}, "--only", "starts", *options)
    assert (status, out) == (2, "")
    assert "makes no report" in err
    assert not RUNS.exists()


def test_one_program_only(play):
    status, out, err = play({"zhang.py": RIGHT, "li.py": RIGHT}, "--only", "starts")
    assert (status, out) == (2, "")
    assert "takes one program, but there are 2" in err


def test_completion_offers_checks(grade):
    found = BashComplete(cli, {}, "grade", "_GRADE_COMPLETE").get_completions(["--only"], "silent")
    assert [item.value for item in found] == ["silent-client"]


def test_its_run_is_no_grade(play, grade):
    play({"zhang.py": RIGHT}, "--only", "starts")
    run = the_run()
    assert json.loads((run / "partial.json").read_text("utf-8"))["only"] == ["starts"]
    for command in (["book"], ["site"], ["diff", "runs", "runs"]):
        status, _, err = grade(*command)
        assert status == 2
        assert "There are no runs in runs" in err
    status, out, err = grade("judge", str(run))
    assert (status, out) == (3, "")
    assert "is a run for some checks only (--only): no grade" in err
    status, _, err = grade("decide", str(run), "starts", "pass", "--reason", "x")
    assert status == 2
    assert not list(run.glob("report*"))


def test_it_stands_for_no_run_of_a_class(play, grade):
    play({"zhang.py": RIGHT}, "--only", "starts", "--seed", "1")
    _, out, _ = play({"zhang.py": RIGHT}, "--seed", "1")
    assert "100 of 100 points" in out
    assert len(play.sandbox.plans) == 1
    assert len(list(RUNS.glob("*/"))) == 2
    assert grade("book")[0] == 0


def test_its_run_is_no_submission(play, grade):
    play({"zhang.py": RIGHT}, "--only", "starts", "--runs", "elsewhere/runs")
    status, _, err = grade("elsewhere")
    assert status == 2
    assert "submission.py" not in err
