"""``grade PATH``: its output, the input it refuses, and its exit status."""

import json
import os
import re
import signal
from pathlib import Path

import pytest
from checks.histories import ends, lines, right_scenes, scene

import grader
from cli.samples import CROWDED, DEAF, NO_MACHINE, RIGHT, UNPACKED, FakeSandbox
from grader.checks import CHECKS
from grader.model.plan import nonces
from grader.model.text import printable

# --- grading ---


def test_a_correct_server(play):
    status, out, err = play({"zhang.py": RIGHT})
    assert status == 0
    assert "100 of 100 points" in out
    assert "graded without a sandbox" in out
    assert err == ""


def test_a_faulty_server(play):
    status, out, _ = play({"zhang.py": DEAF})
    assert status == 1
    assert "0 of 100 points" in out
    assert "it does not listen on any TCP port" in out


@pytest.mark.parametrize(("mark", "status"), [(0, 0), (0.1, 1)])
def test_the_pass_mark_decides(play, mark, status):
    Path("rubric.toml").write_text(f"pass_mark = {mark}")
    assert play({"zhang.py": DEAF}, "--rubric", "rubric.toml")[0] == status


def test_a_submission_that_could_not_be_judged(play):
    status, out, _ = play({"zhang.py": CROWDED})
    assert status == 3
    assert "could not be judged" in out


TOO_NEW = lines(
    scene("terminal", ends(1), listening=False, terminal=b"SyntaxError: invalid syntax\r\n")
)
"""A program that Python 3.12 cannot parse."""


def test_a_program_that_needs_a_newer_python(play, grade):
    """However low the mark, it is not passed."""
    Path("rubric.toml").write_text("pass_mark = 0")
    status, out, _ = play(
        {"zhang.py": TOO_NEW}, "--rubric", "rubric.toml", source="print(t'{1}')\n"
    )
    assert status == 3
    text = " ".join(out.split())
    assert "Not judged: the program needs Python 3.14 (line 1:" in text
    assert "and was run with Python 3.12.1." in text
    assert "grade it again" not in text
    (run,) = Path("runs").glob("*/")
    assert grade("judge", "--verbose", run)[1].count("it needs Python 3.14") == len(CHECKS)


def test_a_program_that_no_python_can_parse(play):
    status, out, _ = play({"zhang.py": TOO_NEW}, source="print(t'{1}')\nprint 'x'\n")
    assert status == 1
    assert "0 of 100 points" in out


def test_a_class_with_a_program_that_needs_a_newer_python(play):
    status, out, _ = play({"a.py": TOO_NEW, "b.py": TOO_NEW}, source="print(t'{1}')\n")
    assert status == 3
    assert re.search("^a.py +–  Not judged: the program needs Python 3.14", out, re.MULTILINE)


def test_checks_without_points_need_not_be_judged(play):
    worthless = "\n".join(f"{c.name} = 0" for c in CHECKS if c.name != "starts")
    Path("rubric.toml").write_text("[points]\n" + worthless)
    assert play({"zhang.py": CROWDED}, "--rubric", "rubric.toml")[0] == 0


def test_an_error_of_the_sandbox(play):
    status, out, err = play({"zhang.py": NO_MACHINE})
    assert status == 3
    assert "of 100 points" not in out
    assert "Not judged: the run was lost. It is" in out
    assert "grade: zhang.py was not judged. It is \N{REPLACEMENT CHARACTER}[31mon fire." in err
    assert "→ Put it out." in err


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        (RIGHT[:-1], "The agent ended before the run was over, with exit status 0"),
        (RIGHT[:1], "The agent ended before the run was over"),
        ([], "The agent ended before the run was over"),
        ([b"Hello"], "The agent wrote an invalid event"),
        (
            [RIGHT[0], b'{"event": "log", "at": 1, "path": "x", "size": 1, "data": "*"}'],
            "report it",
        ),
    ],
)
def test_a_lost_agent(play, stream, said):
    status, out, err = play({"zhang.py": stream})
    assert status == 3
    assert "passed" not in out
    assert said in err


@pytest.mark.parametrize("rest", [[], [b"Hello"], [UNPACKED], [*RIGHT[5:], UNPACKED]])
def test_the_events_of_a_lost_run_are_kept(play, rest):
    play({"zhang.py": RIGHT[:5] + rest})
    (folder,) = Path("runs").glob("*/")
    assert (folder / "lost.jsonl").read_bytes().splitlines()[:5] == RIGHT[:5]
    assert not (folder / "events.jsonl").exists()


def test_interrupted(play):
    status, _, err = play({"zhang.py": KeyboardInterrupt()})
    assert (status, err.strip()) == (130, "grade: interrupted.")


def test_terminated(play):
    class Killed(list):
        def __iter__(self):
            os.kill(os.getpid(), signal.SIGTERM)
            return super().__iter__()

    assert play({"zhang.py": Killed()})[0] == 128 + signal.SIGTERM


@pytest.mark.parametrize(
    ("streams", "status"),
    [
        ((RIGHT, RIGHT), 0),
        ((RIGHT, DEAF), 1),
        ((DEAF, RIGHT), 1),
        ((DEAF, CROWDED), 3),
        ((NO_MACHINE, DEAF), 3),
        ((NO_MACHINE, RIGHT), 3),
    ],
)
def test_the_most_severe_exit_status_counts(play, streams, status):
    found, out, _ = play(dict(zip(("a.py", "b.py"), streams, strict=True)))
    assert found == status
    assert "b.py" in out  # the first one's failure does not stop the second


def test_a_folder_of_submissions(grade, monkeypatch):
    sandbox = FakeSandbox(RIGHT, DEAF)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
    Path("class").mkdir()
    for name in ("b.py", "a.py", "readme.txt"):
        Path("class", name).write_text("x = 1")
    status, out, _ = grade("class", "--sandbox=none")
    assert status == 1
    names = sorted(line.split()[0] for line in out.splitlines()[:-2])
    assert names == ["a.py", "b.py"]
    assert "readme" not in out


def test_a_seed_determines_the_texts(play):
    play({"a.py": RIGHT, "b.py": RIGHT}, "--seed", "7")
    one, other = play.sandbox.plans
    assert one.nonces == other.nonces
    play({"a.py": RIGHT, "b.py": RIGHT})
    one, other = play.sandbox.plans
    assert one.nonces != other.nonces


def test_the_smallest_seed(play):
    assert play({"a.py": RIGHT}, "--seed", "0")[0] == 0
    assert play.sandbox.plans[0].nonces == nonces(0)


def test_the_rubrics_limits_are_in_the_plan(play):
    Path("r.toml").write_text("limits.patience = 1.5")
    play({"a.py": RIGHT}, "--rubric", "r.toml")
    assert play.sandbox.plans[0].limits.patience == 1.5


def test_runs_are_stored_where_the_option_says(play):
    assert "→ elsewhere/a-" in " ".join(play({"a.py": RIGHT}, "--runs", "elsewhere")[1].split())
    assert not Path("runs").exists()
    (folder,) = Path("elsewhere").glob("*/")
    assert {"events.jsonl", "report.json"} <= {path.name for path in folder.iterdir()}


def test_runs_that_cannot_be_stored(play):
    Path("file").touch()
    status, out, err = play({"a.py": RIGHT}, "--runs", "file")
    assert (status, out) == (3, "")
    assert "The run cannot be stored in file/" in err


def test_a_file_name_that_is_not_utf_8(play):
    name = os.fsdecode(b"\xff\x1b[31m.py")
    status, out, err = play({name: RIGHT})
    assert status == 0
    assert "\x1b" not in out + err
    assert "\\xff\N{REPLACEMENT CHARACTER}[31m.py" in out


# --- JSON ---


@pytest.mark.parametrize("stream", [RIGHT, DEAF, CROWDED])
def test_json_is_one_object(play, stream):
    _, out, err = play({"zhang.py": stream}, "--json")
    report = json.loads(out)
    assert err == ""
    assert report["submission"] == "zhang.py"
    assert report["points"] == sum(check["points"] for check in report["checks"])
    assert report["possible"] == sum(
        check["possible"] for check in report["checks"] if check["outcome"] != "not-judged"
    )
    assert [check["id"] for check in report["checks"]] == [check.name for check in CHECKS]
    for check in report["checks"]:
        assert check["outcome"] in ("pass", "fail", "skipped", "not-judged")
        assert check["points"] == (check["possible"] if check["outcome"] == "pass" else 0)
    (folder,) = Path("runs").glob("*/")
    assert (folder / "report.json").read_text(encoding="utf-8") == out


def test_the_json_of_a_run_that_was_lost(play):
    report = json.loads(play({"zhang.py": NO_MACHINE}, "--json")[1])
    assert (report["judged"], report["passed"], report["possible"]) == (False, False, 0)
    assert "on fire" in report["checks"][0]["because"]


@pytest.mark.parametrize("scenes", [1, 3, 5])
def test_a_lost_run_is_judged_by_the_scenarios_that_ended(play, grade, scenes):
    """As one out of time: by the same events it has the same outcomes, and only says another
    reason; and so it does when it is judged again."""
    played = right_scenes()[: scenes + 1]
    late = {"a.py": lines(*played, out_of_time=True)}
    out_of_time = json.loads(play(late, "--json")[1])
    status, out, err = play({"b.py": lines(*played, finished=False)}, "--json")
    lost = json.loads(out)
    assert status == 3
    assert "b.py was not judged. The agent ended before the run was over, with exit status 0" in err
    assert [(e["id"], e["outcome"]) for e in lost["checks"]] == [
        (e["id"], e["outcome"]) for e in out_of_time["checks"]
    ]
    assert "pass" in {e["outcome"] for e in lost["checks"]}
    reasons = {e["because"] for e in lost["checks"] if e["outcome"] == "not-judged"}
    assert "exit status 0" in reasons.pop()

    again = grade("judge", "--json", lost["run"])
    assert (again[0], json.loads(again[1])) == (3, lost)
    assert b"exit status 0" in Path(lost["run"], "report.html").read_bytes()


# --- usage ---


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help(grade, option):
    status, out, _ = grade(option)
    assert status == 0
    for word in ("PATH", "--json", "--rubric", "--sandbox", "judge", "doctor", "explain", "130"):
        assert word in out


@pytest.mark.parametrize("command", ["judge", "doctor", "explain", "submission"])
def test_help_of_commands(grade, command):
    assert grade(command, "--help")[0] == 0


def test_version(grade):
    assert grade("--version")[:2] == (0, f"grade, version {grader.__version__}\n")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "Usage"),
        (["--json"], "Missing argument"),
        (["judge"], "Missing argument"),
        (["none.py"], "There is no file none.py"),
        (["."], "There is no Python program in the folder ."),
        (["--bogus", "a.py"], "No such option"),
        (["a.py", "--seed", "x"], "not a valid integer"),
        (["a.py", "--seed", "-1"], "not in the range"),
        (["a.py", "--sandbox", "chroot"], "is not one of"),
        (["a.py", "--rubric", "none.toml"], "The rubric none.toml cannot be read"),
        (["--rubric"], "requires an argument"),
        (["judge", "none"], "There is no run none."),
        (["judge", "none", "--rubric", "none.toml"], "The rubric none.toml cannot be read"),
        (["explain", "bogus"], "There is no check 'bogus'. The checks are: starts, client-logged"),
        (["explain", "starts", "departure"], "unexpected extra argument"),
        (["a\x1b[31m.py"], "a\N{REPLACEMENT CHARACTER}[31m.py"),
        (["--\x1b[31m\n::error::x.py"], "No such option"),
        (["--seed", "\x1b[31m\u202e", "a.py"], "is not a valid integer"),
    ],
)
def test_wrong_usage(grade, args, said):
    status, out, err = grade(*args)
    assert status == 2
    assert out == ""
    assert said in err
    assert all(printable(line) == line for line in err.splitlines())


def test_a_wrong_path_stops_grading_before_anything_runs(play):
    status, out, err = play({"a.py": RIGHT}, "none.py")
    assert (status, out) == (2, "")
    assert "none.py" in err
    assert play.sandbox.plans == []


@pytest.mark.parametrize("name", ["html", "gradescope", "json", "junit", "markdown"])
def test_each_format_of_a_lost_run_says_that_it_is_not_judged(play, name):
    status, _, err = play({"a.py": NO_MACHINE}, "--format", f"{name}=report")
    assert status == 3
    assert "a.py was not judged." in err
    assert "on fire" in Path("report").read_text("utf-8")


def test_the_formats_of_a_class_have_its_lost_runs(play):
    status, _, _ = play({"a.py": RIGHT, "b.py": NO_MACHINE}, "--format", "json=report")
    assert status == 3
    found = map(json.loads, Path("report").read_text("utf-8").splitlines())
    assert {each["submission"]: each["passed"] for each in found} == {"a.py": True, "b.py": False}
