"""``grade ci``: what it grades of a pull request, by whose rubric, and what it tells of it."""

import json
from pathlib import Path

import pytest
from checks.histories import lines as stream
from checks.histories import right_scenes, says, scene
from cli.samples import CROWDED, DEAF, NO_MACHINE, RIGHT, FakeSandbox

from ci.runner import obeyed
from ci.scratch import RIGHT_SOURCE, SUBMODULE, event, link, write_event
from grader.ci.pull_request import MAX_GRADED
from grader.submissions.submission import LARGEST

OTHER = b"print('another server')\n"


def sources(told):
    return [plan.source for plan in told.sandbox.plans]


# --- what is graded ---


def test_the_submission_that_is_handed_in(pull, own, artifacts):
    told = pull(own)
    assert told.status == 0, told
    assert sources(told) == [RIGHT_SOURCE]
    assert "100 of 100 points" in told.out
    assert "| submissions\\/zhang\\.py | 100 / 100 | passed |" in told.summary
    assert {level for level, _, _ in obeyed(told.out)} <= {"notice"}
    assert json.loads(artifacts()["1-zhang.json"])["points"] == 100
    assert {"1-zhang.html", "1-zhang.junit.xml", "1-zhang.md"} < set(artifacts())
    assert artifacts()["summary.md"].decode() == told.summary
    assert b"100 of 100 points" in artifacts()["report.txt"]


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened"])
def test_what_did_not_change_is_not_graded(pull, action):
    others = {f"submissions/{name}.py": RIGHT_SOURCE for name in ("li", "wang", "zhao")}
    told = pull(
        {"submissions/zhang.py": OTHER},
        base=others,
        adders={"zhang@home.example": {"submissions/zhang.py": RIGHT_SOURCE}},
        action=action,
    )
    assert (told.status, sources(told)) == (0, [OTHER])


def test_what_changes_in_the_base_meanwhile_is_not_the_pull_requests(grade, scratch, monkeypatch):
    parent = scratch.commit({"README.md": b"A class."})
    head = scratch.commit({"submissions/zhang.py": RIGHT_SOURCE}, parent)
    base = scratch.commit({"submissions/li.py": OTHER, "grader/cli.py": b"new"}, parent)
    sandbox = FakeSandbox(RIGHT)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
    arguments = ("--repository", scratch.folder, "--base", base, "--head", head)
    assert grade("ci", *arguments, "--sandbox", "none")[0] == 0
    assert [plan.source for plan in sandbox.plans] == [RIGHT_SOURCE]


def test_a_folder_with_one_program(pull):
    told = pull({"submissions/zhang/server.py": OTHER, "submissions/zhang/notes.txt": b"Done."})
    assert (told.status, sources(told)) == (0, [OTHER])
    (run,) = Path("runs").iterdir()
    assert run.name.startswith("zhang-")


def test_what_python_leaves_in_a_folder_is_no_second_program(pull):
    told = pull(
        {
            "submissions/zhang/server.py": OTHER,
            "submissions/zhang/__init__.py": b"",
            "submissions/zhang/__MACOSX/._server.py": b"x",
        }
    )
    assert (told.status, sources(told)) == (0, [OTHER])


def test_of_a_folder_the_program_is_graded_whatever_changed_in_it(pull):
    told = pull(
        {"submissions/zhang/notes.txt": b"Done."},
        adders={"zhang@home.example": {"submissions/zhang/server.py": OTHER}},
    )
    assert (told.status, sources(told)) == (0, [OTHER])


def test_another_folder_of_submissions(pull):
    told = pull({"work/day08/zhang.py": OTHER}, "--submissions", "work/day08/")
    assert (told.status, sources(told)) == (0, [OTHER])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"submissions/zhang.py": link(b"/etc/passwd")}, "It is a link"),
        ({"submissions/zhang": link(b"../grader")}, "It is a link"),
        ({"submissions/zhang/server.py": link(b"../li.py")}, "It is a link"),
        ({"submissions/zhang": SUBMODULE}, "It is a submodule"),
        ({"submissions/zhang/inner": SUBMODULE}, "It is a submodule"),
        (
            {"submissions/zhang/a.py": OTHER, "submissions/zhang/b.py": OTHER},
            "It contains several programs",
        ),
        ({"submissions/zhang/notes.txt": b"Later."}, "It contains no program"),
        ({"submissions/zhang.py": b""}, "is empty"),
        ({"submissions/zhang.py": b"x\0"}, "is not a text file"),
        ({"submissions/zhang.py": b"#" * (LARGEST + 1)}, "is larger than"),
    ],
)
def test_what_is_no_program_is_not_run_and_fails(pull, changes, why):
    told = pull(changes)
    assert (told.status, sources(told)) == (1, [])
    assert why in told.out
    (annotation,) = obeyed(told.out)
    assert annotation[0] == "error"
    assert why in annotation[2]
    assert "not judged" in told.summary


def test_a_submission_that_is_taken_away(pull):
    told = pull(
        {"submissions/zhang.py": None},
        adders={"zhang@home.example": {"submissions/zhang.py": RIGHT_SOURCE}},
    )
    assert (told.status, sources(told)) == (0, [])
    assert "zhang.py is deleted." in told.out


def test_no_more_than_a_few_are_graded(pull):
    many = {f"submissions/s{number:02}.py": OTHER for number in range(MAX_GRADED + 3)}
    told = pull(many, streams=(RIGHT,) * MAX_GRADED)
    assert told.status == 1
    assert len(sources(told)) == MAX_GRADED
    assert told.out.count(f"At most {MAX_GRADED} submissions of a pull request are graded") >= 3
    assert len(obeyed(told.out)) <= 10


# --- by whose rubric ---


def test_the_rubric_is_the_bases(pull, own):
    deaf = {"streams": (DEAF,), "base": {"rubric.toml": b"pass_mark = 0\n"}}
    assert pull(own, **deaf).status == 0
    told = pull({**own, "rubric.toml": b"pass_mark = 100\n"}, "--foreign", "warn", **deaf)
    assert told.status == 0
    told = pull({**own, "rubric.toml": b"pass_mark = 0\n"}, "--foreign", "warn", streams=(DEAF,))
    assert told.status == 1


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
def test_a_rubric_that_is_none(pull, own, base, said):
    told = pull(own, "--rubric", "easy.toml", base=base)
    assert (told.status, told.out, sources(told)) == (2, "", [])
    assert said in told.err


# --- what is not the author's ---


@pytest.mark.parametrize(
    "path",
    [
        "grader/cli.py", "rubric.toml", ".github/workflows/grade.yml", "submissions/README.md",
        "Dockerfile", "submissions/.hidden/x.py", "submissions", "submissions.py", ".gitattributes",
        "click.py",
    ],
)  # fmt: skip
def test_what_is_no_submission_is_told_and_fails(pull, path):
    changes = {path: b"evil"} if path == "submissions" else {
        path: b"evil", "submissions/zhang.py": RIGHT_SOURCE
    }  # fmt: skip
    told = pull(changes)
    assert f"It changes files outside any submission: {path}." in told.out
    assert "changes files outside any submission" in told.summary
    assert told.status == (0 if path == "submissions" else 1)
    assert obeyed(told.out)[0][1]["file"] == path


def test_what_is_told_only_where_one_asks_for_that(pull, own):
    told = pull({**own, "grader/cli.py": b"evil"}, "--foreign", "warn")
    assert told.status == 0
    level, properties, text = obeyed(told.out)[0]
    assert (level, properties["file"]) == ("warning", "grader/cli.py")
    assert "grader/cli.py" in text
    assert "[!WARNING]" in told.summary


def test_one_that_hands_nothing_in_is_the_reviewers(pull):
    told = pull({"grader/cli.py": b"better"})
    assert (told.status, sources(told)) == (0, [])
    assert "It changes no submission" in told.summary


def test_two_submissions(pull, own):
    told = pull({**own, "submissions/li.py": OTHER}, streams=(RIGHT, RIGHT))
    assert told.status == 1
    assert "It changes 2 submissions: li.py and zhang.py." in told.out


def test_a_path_is_no_pattern(pull):
    """``*.py`` is somebody's file, and not one's own and all others."""
    told = pull(
        {"submissions/*.py": OTHER},
        adders={
            "zhang@home.example": {"submissions/zhang.py": RIGHT_SOURCE},
            "li@home.example": {"submissions/*.py": RIGHT_SOURCE},
        },
    )
    assert told.status == 1
    assert sources(told) == [OTHER]
    assert "*.py was added by somebody else" in told.out


ANOTHERS = {"li@home.example": {"submissions/li.py": RIGHT_SOURCE}}


def test_anothers_submission(pull):
    told = pull({"submissions/li.py": OTHER}, adders=ANOTHERS)
    assert told.status == 1
    assert "li.py was added by somebody else" in told.out


def test_anothers_submission_renamed_to_ones_own(pull, own):
    told = pull({"submissions/li.py": None, **own}, adders=ANOTHERS)
    assert told.status == 1
    assert "li.py was added by somebody else" in told.out
    assert "li.py is deleted." in told.out
    assert sources(told) == [RIGHT_SOURCE]


@pytest.mark.parametrize(
    "adder", ["zhang@home.example", "ZHANG@home.example", "12+zhang@users.noreply.github.com"]
)
def test_ones_own_submission_again(pull, adder):
    told = pull({"submissions/zhang.py": OTHER}, adders={adder: {"submissions/zhang.py": b"x=1"}})
    assert told.status == 0


@pytest.mark.parametrize(
    ("name", "status"), [("zhang.py", 0), ("Zhang.py", 0), ("zhang/x.py", 0), ("zhang2.py", 1)]
)
def test_a_submission_is_named_as_its_account(pull, name, status):
    assert pull({f"submissions/{name}": OTHER}, "--whose", "login").status == status


def test_whose_it_is_need_not_be_asked(pull):
    told = pull({"submissions/li.py": OTHER}, "--whose", "anyone", adders=ANOTHERS)
    assert told.status == 0


# --- what is told of it ---

ODD = "submissions/\n::error file=x::y,##[group]\x1b[31m%0A|`@all`<b>.py"


@pytest.mark.parametrize("name", [ODD, "submissions/\udcff.py", "submissions/作业 1.py"])
def test_a_name_that_is_anything(pull, name, artifacts):
    told = pull({name: RIGHT_SOURCE}, streams=(DEAF,))
    assert sources(told) == [RIGHT_SOURCE]
    commands = obeyed(told.out)
    assert {command[0] for command in commands} <= {"error", "notice"}
    assert all(set(command[1]) == {"file", "line", "title"} for command in commands)
    for text in (told.out, told.summary, artifacts()["report.txt"].decode()):
        assert "\x1b" not in text
    assert "<b>" not in told.summary
    assert all(
        line.startswith(("| ", "## ")) for line in told.summary.split("\n") if "error" in line
    )


def test_what_a_student_wrote_stands_where_nothing_is_obeyed(pull, own):
    tokens = set()
    for _ in range(2):
        first, *inner = pull(own, streams=(DEAF,)).out.splitlines()
        token = first.removeprefix("::stop-commands::")
        assert len(token) >= 32
        tokens.add(token)
        end = inner.index(f"::{token}::")
        assert "0 of 100 points" in "".join(inner[:end])
        assert all(line.startswith(("::error ", "::notice ")) for line in inner[end + 1 :])
    assert len(tokens) == 2  # known to nobody before


def test_annotations_are_ten_at_most_and_the_dearest_first(pull, own):
    told = pull(own, streams=(stream(*right_scenes(newcomer=scene("newcomer", says("a")))),))
    assert told.status == 0
    first, *rest = obeyed(told.out)
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
def test_the_exit_status_is_the_checks(pull, own, streams, status, said):
    told = pull(own, streams=streams)
    assert told.status == status
    assert said in told.summary


def test_without_github_nothing_is_a_command(grade, scratch, monkeypatch):
    base = scratch.commit({"README.md": b""})
    head = scratch.commit({"submissions/zhang.py": RIGHT_SOURCE, "x": b""}, base)
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: FakeSandbox(DEAF))
    arguments = ("--repository", scratch.folder, "--base", base, "--head", head)
    status, out, _ = grade("ci", *arguments, "--sandbox", "none")
    assert status == 1
    assert "::" not in out
    assert "0 of 100 points" in out


# --- what cannot be ---


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
def test_wrong_usage(grade, scratch, arguments, said):
    scratch.point("refs/heads/main", scratch.commit({"a": b""}))
    scratch.point("refs/heads/alien", scratch.commit({"b": b""}))
    Path("bad.json").write_text('{"pull_request": {"number": "7"}}')
    status, out, err = grade("ci", "--repository", scratch.folder, *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert not Path("x").exists()


@pytest.mark.parametrize("sha", ["HEAD", "--output=x", "a" * 39, "A" * 40, "a" * 40 + "\n"])
def test_an_event_whose_commits_are_no_names_of_commits(grade, scratch, sha):
    write_event(Path("event.json"), event(sha, "b" * 40))
    status, out, err = grade("ci", "--event", "event.json", "--repository", scratch.folder)
    assert (status, out) == (2, "")
    assert "is not an `on: pull_request` event" in err
