"""Changes in a pull request besides its author's submission: as values, and in ``grade ci``."""

import pytest
from cli.samples import RIGHT

from ci.class_repository import RIGHT_SOURCE
from ci.github_runner import executed
from grader.ci.changes import ABSENT, FILE, PathChange
from grader.ci.review import MAX_PATHS, History, review

OTHER = b"print('another server')\n"


def sources(result):
    return [plan.source for plan in result.sandbox.plans]


def reviewed(
    *paths: str, rule: str = "anyone", author: str | None = "zhang", **history
) -> list[str]:
    changes = [PathChange(path=path, before=ABSENT, after=FILE) for path in paths]
    found = review(
        changes, folder="submissions", rule=rule, author=author, history=History(**history)
    )
    return [str(each.message) for each in found]


def test_one_submission_is_no_foreign_change():
    assert reviewed("submissions/zhang/a.py", "submissions/zhang/b.txt") == []


def test_a_long_list_of_paths_is_cut():
    (message,) = reviewed(*(f"{number}.txt" for number in range(MAX_PATHS + 2)))
    assert message == (
        "It changes files outside any submission: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt, 5.txt, 6.txt, "
        "7.txt and 2 others."
    )


@pytest.mark.parametrize(("author", "count"), [("zhang", 0), ("ZHANG", 0), ("li", 1), (None, 0)])
def test_the_login_must_be_the_submissions_name(author, count):
    assert len(reviewed("submissions/Zhang.py", rule="login", author=author)) == count


@pytest.mark.parametrize(
    ("adders", "authors", "count"),
    [
        ([], ["me@x"], 0),
        (["me@x"], ["me@x"], 0),
        (["li@x", "me@x"], ["me@x"], 0),
        (["li@x"], ["me@x"], 1),
        (["7+zhang@users.noreply.github.com"], ["me@x"], 0),
        (["7+li@users.noreply.github.com"], ["me@x"], 1),
        (["zhang@x"], ["me@x"], 1),
    ],
)
def test_a_submission_belongs_to_the_author_who_added_it(adders, authors, count):
    found = reviewed(
        "submissions/zhang.py",
        rule="history",
        adders={"zhang.py": frozenset(adders)},
        authors=frozenset(authors),
    )
    assert len(found) == count


# --- in ``grade ci`` ---


@pytest.mark.parametrize(
    "path",
    [
        "grader/cli.py", "rubric.toml", ".github/workflows/grade.yml", "submissions/README.md",
        "Dockerfile", "submissions/.hidden/x.py", "submissions", "submissions.py", ".gitattributes",
        "click.py",
    ],
)  # fmt: skip
def test_a_change_outside_submissions_is_reported_and_fails(pull, path):
    changes = {path: b"evil"} if path == "submissions" else {
        path: b"evil", "submissions/zhang.py": RIGHT_SOURCE
    }  # fmt: skip
    result = pull(changes)
    assert f"It changes files outside any submission: {path}." in result.out
    assert "changes files outside any submission" in result.summary
    assert result.status == (0 if path == "submissions" else 1)
    assert executed(result.out)[0][1]["file"] == path


def test_foreign_changes_can_be_warnings(pull, own):
    result = pull({**own, "grader/cli.py": b"evil"}, "--foreign", "warn")
    assert result.status == 0
    level, properties, text = executed(result.out)[0]
    assert (level, properties["file"]) == ("warning", "grader/cli.py")
    assert "grader/cli.py" in text
    assert "[!WARNING]" in result.summary


def test_a_pull_request_without_submissions_is_left_to_reviewers(pull):
    result = pull({"grader/cli.py": b"better"})
    assert (result.status, sources(result)) == (0, [])
    assert "It changes no submission" in result.summary


def test_two_submissions(pull, own):
    result = pull({**own, "submissions/li.py": OTHER}, streams=(RIGHT, RIGHT))
    assert result.status == 1
    assert "It changes 2 submissions: li.py and zhang.py." in result.out


def test_a_path_is_not_a_pattern(pull):
    """A file named ``*.py`` is one file; it does not match all others."""
    result = pull(
        {"submissions/*.py": OTHER},
        adders={
            "zhang@home.example": {"submissions/zhang.py": RIGHT_SOURCE},
            "li@home.example": {"submissions/*.py": RIGHT_SOURCE},
        },
    )
    assert result.status == 1
    assert sources(result) == [OTHER]
    assert "*.py was added by somebody else" in result.out


ANOTHERS = {"li@home.example": {"submissions/li.py": RIGHT_SOURCE}}


def test_changing_another_students_submission(pull):
    result = pull({"submissions/li.py": OTHER}, adders=ANOTHERS)
    assert result.status == 1
    assert "li.py was added by somebody else" in result.out


def test_renaming_another_students_submission(pull, own):
    result = pull({"submissions/li.py": None, **own}, adders=ANOTHERS)
    assert result.status == 1
    assert "li.py was added by somebody else" in result.out
    assert "li.py is deleted." in result.out
    assert sources(result) == [RIGHT_SOURCE]


@pytest.mark.parametrize(
    "adder", ["zhang@home.example", "ZHANG@home.example", "12+zhang@users.noreply.github.com"]
)
def test_an_earlier_submission_by_the_same_author(pull, adder):
    result = pull({"submissions/zhang.py": OTHER}, adders={adder: {"submissions/zhang.py": b"x=1"}})
    assert result.status == 0


@pytest.mark.parametrize(
    ("name", "status"), [("zhang.py", 0), ("Zhang.py", 0), ("zhang/x.py", 0), ("zhang2.py", 1)]
)
def test_a_submission_must_be_named_after_its_account(pull, name, status):
    assert pull({f"submissions/{name}": OTHER}, "--whose", "login").status == status


def test_ownership_need_not_be_checked(pull):
    result = pull({"submissions/li.py": OTHER}, "--whose", "anyone", adders=ANOTHERS)
    assert result.status == 0
