"""Programs are found at paths and named."""

import os
from pathlib import Path

import pytest

from grader.checks.handed_in import explain_ungradable
from grader.submissions.discovery import MAX_NAMED, find_submissions
from grader.submissions.submission import SubmissionError

DEEP = 1200
"""Folders within each other: more than Python calls itself."""


@pytest.fixture
def there(tmp_path, monkeypatch):
    """Make files, and a class of them."""
    monkeypatch.chdir(tmp_path)

    def make(*names: str) -> Path:
        for name in names:
            path = tmp_path / "class" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x = 1\n")
        return Path("class")

    return make


def called(found) -> dict[str, str]:
    """The programs."""
    return {each.name: str(each.path) for each in found.candidates if not each.refused}


def problems(found) -> dict[str, str]:
    """Why the others are not graded."""
    return {
        each.name: str(explain_ungradable(each.refused)).removeprefix("Not gradable: ")
        for each in found.candidates
        if each.refused
    }


def complaint(path: Path) -> str:
    with pytest.raises(SubmissionError) as caught:
        find_submissions([path])
    return str(caught.value.what)


def test_a_file_is_a_candidate_under_its_own_name(tmp_path):
    """Whatever its name, and even if it is not there: that is said when it is loaded."""
    for name in ("a.py", "a.txt", "a", ".a.py", "__a__.py"):
        assert called(find_submissions([tmp_path / name])) == {name: str(tmp_path / name)}


def test_a_folder_of_programs_is_a_class(there):
    folder = there("b.py", "a.py", "c.PY", "notes.txt", ".hidden.py", "__init__.py", "早.py")
    (folder / "lost.py").symlink_to("nowhere")
    (folder / "link.py").symlink_to("a.py")
    os.mkfifo(folder / "pipe.py")
    found = find_submissions([folder])
    # Links and pipes are candidates: that they are not read is said when they are loaded.
    programs = {"a.py", "b.py", "c.PY", "link.py", "lost.py", "pipe.py", "早.py"}
    assert set(called(found)) == programs
    assert problems(found) == {
        "notes.txt": "notes.txt is not a Python program. Hand in the program's .py file."
    }
    assert found.notes == ()


def test_a_students_folder_gives_its_name_to_its_program(there):
    folder = there(
        "li.py", "zhang/server.py", "wang/day08/my server/server.py", "wang/day08/notes.txt",
        "wang/__MACOSX/._server.py", "wang/__pycache__/server.py", "wang/.git/hook.py",
        "chen.py/server.py", "__pycache__/x.py", ".venv/y.py",
    )  # fmt: skip
    found = find_submissions([folder])
    assert called(found) == {
        "li.py": "class/li.py",
        "chen.py": "class/chen.py/server.py",
        "wang": "class/wang/day08/my server/server.py",
        "zhang": "class/zhang/server.py",
    }
    assert (problems(found), found.notes) == ({}, ())


def test_a_bad_folder_does_not_stop_the_others(there):
    folder = there("a/x.py", "b/server.py", "b/more/client.py", "c/server.txt", "d/notes.txt")
    (folder / "d/server.py").symlink_to("../a/x.py")
    (folder / "e").mkdir()
    found = find_submissions([folder])
    assert called(found) == {"a": "class/a/x.py", "d": "class/d/server.py"}
    assert problems(found) == {
        "b": "b contains several programs: more/client.py and server.py. The grader does not "
        "guess which one counts: keep only that one.",
        "c": "There is no Python program in c. Hand in the program's .py file.",
        "e": "There is no Python program in e. Hand in the program's .py file.",
    }


def test_no_link_is_followed(there, tmp_path):
    folder = there("a.py", "zhang/notes.txt", "zhang/readme/notes.txt")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/x.py").touch()
    for link in ("li", "wang.py", "zhang/b", "zhang/a"):
        (folder / link).symlink_to(tmp_path / "elsewhere")
    (folder / "README").symlink_to("zhang/notes.txt")
    found = find_submissions([folder])
    assert called(found) == {
        "a.py": "class/a.py",
        "wang.py": "class/wang.py",
    }
    refused = {e.name: (e.refused.reason, e.refused.file) for e in found.candidates if e.refused}
    assert refused == {"li": ("link", "li"), "zhang": ("link", "zhang/a")}


def test_only_a_single_folder_may_be_a_link(there, tmp_path):
    there("a.py", "b.py", "zhang/x.py")
    (tmp_path / "link").symlink_to("class")
    link = Path("link")
    assert list(called(find_submissions([link]))) == ["a.py", "b.py", "zhang"]
    found = find_submissions([link, Path("class/a.py")])
    assert called(found) == {"link": "link", "a.py": "class/a.py"}


def test_a_problem_names_only_some_of_many_programs(there):
    found = find_submissions(
        [there("b.py", *(f"a/{number:03}.py" for number in range(MAX_NAMED + 5)))]
    )
    (told,) = problems(found).values()
    assert "007.py and 5 others" in told
    assert "008.py" not in told


def test_a_folder_of_too_many_files_is_a_problem(there, monkeypatch):
    monkeypatch.setattr("grader.submissions.student_folder.MAX_ENTRIES", 3)
    found = find_submissions(
        [there("b.py", "a/x.py", "a/1.txt", "a/2.txt", "c/x.py", "c/1.txt", "c/2/3.txt")]
    )
    assert list(called(found)) == ["b.py", "a"]
    assert [(e.name, e.refused.reason) for e in found.candidates if e.refused] == [
        ("c", "too-many-files")
    ]


def test_a_deeply_nested_folder_is_searched(there, monkeypatch):
    folder = there("b.py").resolve()
    monkeypatch.chdir(folder)
    for _ in range(DEEP):
        Path("x").mkdir()
        os.chdir("x")
    Path("s.py").touch()
    try:
        found = find_submissions([folder])
    finally:
        # Whoever removes it by calling itself for each folder fails: pytest, for one.
        Path("s.py").unlink()
        for _ in range(DEEP):
            os.chdir("..")
            Path("x").rmdir()
    assert list(called(found)) == ["b.py", "x"]


def test_a_path_to_a_students_folder_is_noted(there):
    there("zhang/server.py", "zhang/pictures/a.png", "li/server.py")
    found = find_submissions([Path("class/zhang")])
    assert called(found) == {"zhang": "class/zhang/server.py"}
    (note,) = map(str, found.notes)
    assert note.startswith("class/zhang contains one program and is taken for a student's folder")
    both = find_submissions([Path("class/zhang"), Path("class/li/")])
    assert list(called(both)) == ["zhang", "li"]
    assert both.notes == ()


def test_a_class_of_one_folder_is_noted(there):
    there("zhang/day08/server.py")
    found = find_submissions([Path("class/zhang")])
    assert called(found) == {"day08": "class/zhang/day08/server.py"}
    (note,) = map(str, found.notes)
    assert note.startswith(
        "class/zhang contains one folder with a program and is taken for a class"
    )
    assert called(find_submissions([Path("class")])) == {"zhang": "class/zhang/day08/server.py"}


def test_a_path_of_dots_gets_the_folders_name(there, monkeypatch):
    monkeypatch.chdir(there("zhang/server.py") / "zhang")
    assert list(called(find_submissions([Path()]))) == ["zhang"]


def test_a_program_given_twice_counts_once(there):
    folder = there("a.py", "b.py")
    assert list(called(find_submissions([folder / "a.py", folder, folder / "../class/b.py"]))) == [
        "a.py",
        "b.py",
    ]


def test_submissions_with_the_same_name_are_a_problem(there):
    there("one/zhang.py", "one/li.py", "two/zhang.py", "two/wang.py", "three/wang/x.py")
    found = find_submissions([Path("class/one"), Path("class/two"), Path("class/three")])
    assert list(called(found)) == ["li.py"]
    first, second = problems(found).values()
    assert first.startswith("class/one/zhang.py and class/two/zhang.py have the same name,")
    assert "class/two/wang.py and class/three/wang/x.py have the same name," in second


def test_folders_can_be_skipped(there):
    folder = there("a.py", "b.py", "runs/a-1/submission.py")
    found = find_submissions([folder], skip_folder=lambda path: path.name == "runs")
    assert [each.name for each in found.candidates] == ["a.py", "b.py"]


@pytest.mark.parametrize("main", ["", "a.py"])
def test_a_folder_that_is_skipped_is_no_part_of_a_students_program(there, main):
    folder = there("a.py", "data.txt", "runs/a-1/submission.py", "runs/a-1/plan.json")
    found = find_submissions([folder], skip_folder=lambda path: path.name == "runs", main=main)
    (candidate,) = found.candidates
    assert candidate.beside == (folder / "data.txt",)


@pytest.mark.parametrize("content", ["readme.txt", "__init__.py", ".hidden.py"])
def test_a_folder_without_programs_is_an_error(there, content):
    assert "There is no Python program in the folder class" in complaint(there(content))


needs_user = pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")


@needs_user
def test_an_unreadable_folder_is_an_error(tmp_path):
    (tmp_path / "locked").mkdir(mode=0)
    assert "cannot be read: Permission denied" in complaint(tmp_path / "locked")
