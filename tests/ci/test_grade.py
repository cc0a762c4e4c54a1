"""``grade ci``: which submissions it grades, with which rubric, and its output."""

import json
from pathlib import Path

import pytest
from checks.histories import lines as stream
from checks.histories import right_scenes, says, scene
from cli.samples import CROWDED, DEAF, NO_MACHINE, RIGHT, FakeSandbox

from ci.class_repository import RIGHT_SOURCE, SUBMODULE, event, link, write_event
from ci.github_runner import executed
from grader.ci.pull_request import MAX_GRADED
from grader.model.refusal import LARGEST

OTHER = b"print('another server')\n"


def sources(result):
    return [plan.source for plan in result.sandbox.plans]


# --- the graded submissions ---


def test_the_changed_submission_is_graded(pull, own, artifacts):
    result = pull(own)
    assert result.status == 0, result
    assert sources(result) == [RIGHT_SOURCE]
    assert "100 of 100 points" in result.out
    assert "| submissions\\/zhang\\.py | 100 / 100 | passed |" in result.summary
    assert {level for level, _, _ in executed(result.out)} <= {"notice"}
    assert json.loads(artifacts()["1-zhang.json"])["points"] == 100
    assert {"1-zhang.html", "1-zhang.junit.xml", "1-zhang.md"} < set(artifacts())
    assert artifacts()["summary.md"].decode() == result.summary
    assert b"100 of 100 points" in artifacts()["report.txt"]


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened"])
def test_unchanged_submissions_are_not_graded(pull, action):
    others = {f"submissions/{name}.py": RIGHT_SOURCE for name in ("li", "wang", "zhao")}
    result = pull(
        {"submissions/zhang.py": OTHER},
        base=others,
        adders={"zhang@home.example": {"submissions/zhang.py": RIGHT_SOURCE}},
        action=action,
    )
    assert (result.status, sources(result)) == (0, [OTHER])


def test_later_changes_of_the_base_are_not_the_pull_requests(grade, repository, monkeypatch):
    parent = repository.commit({"README.md": b"A class."})
    head = repository.commit({"submissions/zhang.py": RIGHT_SOURCE}, parent)
    base = repository.commit({"submissions/li.py": OTHER, "grader/cli.py": b"new"}, parent)
    sandbox = FakeSandbox(RIGHT)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
    arguments = ("--repository", repository.folder, "--base", base, "--head", head)
    assert grade("ci", *arguments, "--sandbox", "none")[0] == 0
    assert [plan.source for plan in sandbox.plans] == [RIGHT_SOURCE]


def test_a_folder_with_one_program(pull):
    result = pull({"submissions/zhang/server.py": OTHER, "submissions/zhang/notes.txt": b"Done."})
    assert (result.status, sources(result)) == (0, [OTHER])
    (run,) = Path("runs").glob("*/")
    assert run.name.startswith("zhang-")


def test_files_of_python_and_macos_are_not_programs(pull):
    result = pull(
        {
            "submissions/zhang/server.py": OTHER,
            "submissions/zhang/__init__.py": b"",
            "submissions/zhang/__MACOSX/._server.py": b"x",
        }
    )
    assert (result.status, sources(result)) == (0, [OTHER])


def test_a_change_beside_the_program_has_it_graded(pull):
    result = pull(
        {"submissions/zhang/notes.txt": b"Done."},
        adders={"zhang@home.example": {"submissions/zhang/server.py": OTHER}},
    )
    assert (result.status, sources(result)) == (0, [OTHER])


def test_another_folder_of_submissions(pull):
    result = pull({"work/day08/zhang.py": OTHER}, "--submissions", "work/day08/")
    assert (result.status, sources(result)) == (0, [OTHER])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"submissions/zhang": SUBMODULE}, "It is a submodule"),
        ({"submissions/zhang/inner": SUBMODULE}, "It is a submodule"),
    ],
)
def test_a_submission_without_a_program_is_not_run_and_fails(pull, changes, why):
    result = pull(changes)
    assert (result.status, sources(result)) == (1, [])
    assert why in result.out
    (annotation,) = executed(result.out)
    assert annotation[0] == "error"
    assert why in annotation[2]
    assert "not judged" in result.summary


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"submissions/zhang.py": link(b"/etc/passwd")}, "zhang.py is a link"),
        ({"submissions/zhang": link(b"../grader")}, "zhang is a link"),
        ({"submissions/zhang/server.py": link(b"../li.py")}, "server.py is a link"),
        ({"submissions/zhang.py": b""}, "is empty"),
        ({"submissions/zhang.py": b"x\0"}, "is not a text file"),
        ({"submissions/zhang.py": b"#" * (LARGEST + 1)}, "is larger than"),
    ],
)
def test_a_file_that_is_no_program_gets_a_report_without_points(pull, changes, why):
    result = pull(changes)
    assert result.status == 1
    assert why in result.out
    (annotation,) = executed(result.out)
    assert annotation[0] == "error"
    assert why in annotation[2]
    assert "| 0 / 100 | below the pass mark |" in result.summary
    assert why in result.summary.replace("\\", "")
    (run,) = Path("runs").glob("*/")
    report = json.loads((run / "report.json").read_text("utf-8"))
    assert report["points"] == 0
    assert report["checks"][0]["outcome"] == "fail"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"submissions/zhang/a.py": OTHER, "submissions/zhang/b.py": OTHER},
            "zhang contains several programs: a.py and b.py.",
        ),
        ({"submissions/zhang/notes.txt": b"Later."}, "There is no Python program in zhang."),
        ({"submissions/zhang.docx": b"PK\x03\x04word/"}, "zhang.docx is a Word document."),
        ({"submissions/zhang.7z": b"7z\xbc\xaf\x27\x1c" + bytes(2 << 20)}, "is an archive."),
        ({"submissions/zhang.py": b'{"cells": [], "nbformat": 4}'}, "zhang.py is a notebook."),
        (
            {f"submissions/zhang/{n}.txt": b"" for n in range(200)}
            | {"submissions/zhang/server.py": OTHER},
            "are more than",
        ),
    ],
)
def test_what_is_not_gradable_is_not_judged(pull, changes, why):
    """As for `grade`: a right program may be in it, or elsewhere."""
    result = pull(changes)
    assert (result.status, sources(result)) == (3, [])
    assert why in result.out
    assert why in result.summary.replace("\\", "")
    (run,) = Path("runs").glob("*/")
    report = json.loads((run / "report.json").read_text("utf-8"))
    assert {check["outcome"] for check in report["checks"]} == {"not-judged"}


def test_a_program_of_several_files(pull):
    result = pull(
        {
            "submissions/zhang/server.py": OTHER + b"import helper\n",
            "submissions/zhang/helper.py": b"x = 1\n",
            "submissions/zhang/data.bin": b"\0",
        }
    )
    assert (result.status, sources(result)) == (0, [OTHER + b"import helper\n"])
    (plan,) = result.sandbox.plans
    assert dict(plan.files) == {"helper.py": b"x = 1\n", "data.bin": b"\0"}


def test_a_file_whose_name_cannot_be_written_is_no_obstacle(pull):
    name = "x" * 250
    result = pull({"submissions/zhang/server.py": OTHER, f"submissions/zhang/{name}.txt": b""})
    assert (result.status, sources(result)) == (0, [OTHER])


def test_a_deleted_submission(pull):
    result = pull(
        {"submissions/zhang.py": None},
        adders={"zhang@home.example": {"submissions/zhang.py": RIGHT_SOURCE}},
    )
    assert (result.status, sources(result)) == (0, [])
    assert "zhang.py is deleted." in result.out


def test_the_number_of_graded_submissions_is_limited(pull):
    many = {f"submissions/s{number:02}.py": OTHER for number in range(MAX_GRADED + 3)}
    result = pull(many, streams=(RIGHT,) * MAX_GRADED)
    assert result.status == 1
    assert len(sources(result)) == MAX_GRADED
    assert result.out.count(f"At most {MAX_GRADED} submissions of a pull request are graded") >= 3
    assert len(executed(result.out)) <= 10


# --- the rubric ---


def test_the_rubric_comes_from_the_base(pull, own):
    deaf = {"streams": (DEAF,), "base": {"rubric.toml": b"pass_mark = 0\n"}}
    assert pull(own, **deaf).status == 0
    result = pull({**own, "rubric.toml": b"pass_mark = 100\n"}, "--foreign", "warn", **deaf)
    assert result.status == 0
    result = pull({**own, "rubric.toml": b"pass_mark = 0\n"}, "--foreign", "warn", streams=(DEAF,))
    assert result.status == 1


def test_a_rubric_elsewhere_in_the_base(pull, own):
    base = {"course/easy.toml": b"pass_mark = 0\n"}
    assert pull(own, "--rubric", "course/easy.toml", base=base, streams=(DEAF,)).status == 0


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ({}, "The base has no rubric easy.toml."),
        ({"easy.toml": link(b"/etc/passwd")}, "The base has no rubric easy.toml."),
        ({"easy.toml": b"pass = 1"}, "The rubric easy.toml, line 1: pass: there is no such key."),
    ],
)
def test_an_invalid_rubric(pull, own, base, said):
    result = pull(own, "--rubric", "easy.toml", base=base)
    assert (result.status, result.out, sources(result)) == (2, "", [])
    assert said in result.err


# --- the output ---

ODD = "submissions/\n::error file=x::y,##[group]\x1b[31m%0A|`@all`<b>.py"


@pytest.mark.parametrize("name", [ODD, "submissions/\udcff.py", "submissions/作业 1.py"])
def test_any_name_is_safe(pull, name, artifacts):
    result = pull({name: RIGHT_SOURCE}, streams=(DEAF,))
    assert sources(result) == [RIGHT_SOURCE]
    commands = executed(result.out)
    assert {command[0] for command in commands} <= {"error", "notice"}
    assert all(set(command[1]) == {"file", "line", "title"} for command in commands)
    for text in (result.out, result.summary, artifacts()["report.txt"].decode()):
        assert "\x1b" not in text
    assert "<b>" not in result.summary
    assert all(
        line.startswith(("| ", "## ")) for line in result.summary.split("\n") if "error" in line
    )


def test_student_text_is_printed_while_commands_are_stopped(pull, own):
    tokens = set()
    for _ in range(2):
        first, *inner = pull(own, streams=(DEAF,)).out.splitlines()
        token = first.removeprefix("::stop-commands::")
        assert len(token) >= 32
        tokens.add(token)
        end = inner.index(f"::{token}::")
        assert "0 of 100 points" in "".join(inner[:end])
        assert all(line.startswith(("::error ", "::notice ")) for line in inner[end + 1 :])
    assert len(tokens) == 2  # unpredictable


def test_annotations_are_limited_and_sorted_by_points(pull, own):
    result = pull(own, streams=(stream(*right_scenes(newcomer=scene("newcomer", says("a")))),))
    assert result.status == 0
    first, *rest = executed(result.out)
    assert first[0] == "error"
    assert first[1]["file"] == "submissions/zhang.py"
    assert first[1]["title"] == "newcomer: 0 of 5 points"
    assert len(rest) <= 9
    assert {level for level, _, _ in rest} <= {"notice"}


@pytest.mark.parametrize(
    ("streams", "status", "said"),
    [
        ((RIGHT,), 0, "passed"),
        ((DEAF,), 1, "below the pass mark"),
        ((CROWDED,), 3, "some checks could not be judged"),
        ((NO_MACHINE,), 3, "not judged"),
    ],
)
def test_the_exit_status(pull, own, streams, status, said):
    result = pull(own, streams=streams)
    assert result.status == status
    assert said in result.summary


def test_without_github_no_commands_are_printed(grade, repository, monkeypatch):
    base = repository.commit({"README.md": b""})
    head = repository.commit({"submissions/zhang.py": RIGHT_SOURCE, "x": b""}, base)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: FakeSandbox(DEAF))
    arguments = ("--repository", repository.folder, "--base", base, "--head", head)
    status, out, _ = grade("ci", *arguments, "--sandbox", "none")
    assert status == 1
    assert "::" not in out
    assert "0 of 100 points" in out


# --- errors ---


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "There is no event"),
        (["--event", "none.json"], "The event none.json cannot be read"),
        (["--event", "bad.json"], "is not an `on: pull_request` event"),
        (["--base", "none", "--head", "none"], "There is no commit none"),
        (["--base", "--output=x", "--head", "main"], "There is no commit --output=x"),
        (["--base", "main", "--whose", "login"], "--author LOGIN"),
        (["--base", "main", "--head", "alien"], "have no commit in common"),
        (["--base", "main", "--repository", "nowhere"], "There is no commit main"),
        (["--whose", "somebody"], "is not one of"),
    ],
)
def test_wrong_usage(grade, repository, arguments, said):
    repository.point("refs/heads/main", repository.commit({"a": b""}))
    repository.point("refs/heads/alien", repository.commit({"b": b""}))
    Path("bad.json").write_text('{"pull_request": {"number": "7"}}')
    status, out, err = grade("ci", "--repository", repository.folder, *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert not Path("x").exists()


@pytest.mark.parametrize("sha", ["HEAD", "--output=x", "a" * 39, "A" * 40, "a" * 40 + "\n"])
def test_an_event_with_invalid_commit_names(grade, repository, sha):
    write_event(Path("event.json"), event(sha, "b" * 40))
    status, out, err = grade("ci", "--event", "event.json", "--repository", repository.folder)
    assert (status, out) == (2, "")
    assert "is not an `on: pull_request` event" in err
