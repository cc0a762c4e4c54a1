"""Which programs paths stand for, and how each is called."""

import os
from pathlib import Path

import pytest

from grader.submissions.discovery import TOLD, find
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
    return {each.name: str(each.path) for each in found.programs}


def problems(found) -> list[str]:
    return [str(problem) for problem in found.problems]


def complaint(path: Path) -> str:
    with pytest.raises(SubmissionError) as caught:
        find([path])
    return str(caught.value.what)


def test_a_file_stands_for_itself(tmp_path):
    """Whatever its name, and even if it is not there: that is said when it is loaded."""
    for name in ("a.py", "a.txt", "a", ".a.py", "__a__.py"):
        assert called(find([tmp_path / name])) == {name: str(tmp_path / name)}


def test_a_folder_stands_for_its_programs(there):
    folder = there("b.py", "a.py", "c.PY", "notes.txt", ".hidden.py", "__init__.py", "早.py")
    (folder / "lost.py").symlink_to("nowhere")
    (folder / "link.py").symlink_to("a.py")
    os.mkfifo(folder / "pipe.py")
    found = find([folder])
    assert list(called(found)) == ["a.py", "b.py", "link.py", "早.py"]
    assert (found.problems, found.notes) == ((), ())


def test_a_students_folder_is_called_by_its_name(there):
    folder = there(
        "li.py", "zhang/server.py", "wang/day08/my server/server.py", "wang/day08/notes.txt",
        "wang/__MACOSX/._server.py", "wang/__pycache__/server.py", "wang/.git/hook.py",
        "chen.py/server.py", "__pycache__/x.py", ".venv/y.py",
    )  # fmt: skip
    found = find([folder])
    assert called(found) == {
        "li.py": "class/li.py",
        "chen.py": "class/chen.py/server.py",
        "wang": "class/wang/day08/my server/server.py",
        "zhang": "class/zhang/server.py",
    }
    assert (found.problems, found.notes) == ((), ())


def test_what_a_students_folder_may_not_be_stops_no_other(there):
    folder = there("a/x.py", "b/server.py", "b/test/client.py", "c/server.txt", "d/notes.txt")
    (folder / "d/server.py").symlink_to("../a/x.py")
    (folder / "e").symlink_to("a")
    found = find([folder])
    assert list(called(found)) == ["a"]
    assert problems(found) == [
        "There are several programs in class/b: server.py and test/client.py. Which one counts is "
        "not guessed: leave that one there.",
        "There is no Python program in class/c.",
        "class/d/server.py is a link, and no program.",
    ]


def test_of_very_many_programs_some_are_named(there):
    found = find([there("b.py", *(f"a/{number:03}.py" for number in range(TOLD + 5)))])
    (told,) = problems(found)
    assert "007.py and 5 others" in told
    assert "008.py" not in told


def test_a_folder_of_too_many_files_is_given_up(there, monkeypatch):
    monkeypatch.setattr("grader.submissions.discovery.MOST_FILES", 3)
    found = find([there("b.py", "a/x.py", "a/1.txt", "a/2.txt", "c/x.py", "c/1.txt", "c/2/3.txt")])
    assert list(called(found)) == ["b.py", "a"]
    assert problems(found) == [
        "There are more than 3 files in class/c: that is no program that a person wrote."
    ]


def test_a_deep_folder(there, monkeypatch):
    folder = there("b.py").resolve()
    monkeypatch.chdir(folder)
    for _ in range(DEEP):
        Path("x").mkdir()
        os.chdir("x")
    Path("s.py").touch()
    try:
        found = find([folder])
    finally:
        # Whoever removes it by calling itself for each folder fails: pytest, for one.
        Path("s.py").unlink()
        for _ in range(DEEP):
            os.chdir("..")
            Path("x").rmdir()
    assert list(called(found)) == ["b.py", "x"]


def test_a_students_folder_that_is_named(there):
    there("zhang/server.py", "zhang/pictures/a.png", "li/server.py")
    found = find([Path("class/zhang")])
    assert called(found) == {"zhang": "class/zhang/server.py"}
    (note,) = map(str, found.notes)
    assert note.startswith("class/zhang has one program in it, and is taken for a student's")
    both = find([Path("class/zhang"), Path("class/li/")])
    assert list(called(both)) == ["zhang", "li"]
    assert both.notes == ()


def test_a_class_of_one_students_folder(there):
    there("zhang/day08/server.py")
    found = find([Path("class/zhang")])
    assert called(found) == {"day08": "class/zhang/day08/server.py"}
    (note,) = map(str, found.notes)
    assert note.startswith("class/zhang has one folder with a program in it, and is taken for a cl")
    assert called(find([Path("class")])) == {"zhang": "class/zhang/day08/server.py"}


def test_a_folder_that_is_named_by_dots(there, monkeypatch):
    monkeypatch.chdir(there("zhang/server.py") / "zhang")
    assert list(called(find([Path()]))) == ["zhang"]


def test_what_is_named_twice_counts_once(there):
    folder = there("a.py", "b.py")
    assert list(called(find([folder / "a.py", folder, folder / "../class/b.py"]))) == [
        "a.py",
        "b.py",
    ]


def test_what_is_called_alike_is_not_graded(there):
    there("one/zhang.py", "one/li.py", "two/zhang.py", "two/wang.py", "three/wang/x.py")
    found = find([Path("class/one"), Path("class/two"), Path("class/three")])
    assert list(called(found)) == ["li.py"]
    first, second = problems(found)
    assert first.startswith(
        "class/one/zhang.py and class/two/zhang.py are called alike, zhang: one"
    )
    assert "class/two/wang.py and class/three/wang/x.py are called alike, wang" in second


def test_folders_may_be_left_out(there):
    folder = there("a.py", "b.py", "runs/a-1/submission.py")
    found = find([folder], left_out=lambda path: path.name == "runs")
    assert (list(called(found)), found.problems) == (["a.py", "b.py"], ())


@pytest.mark.parametrize("content", ["readme.txt", "__init__.py", ".hidden.py"])
def test_a_folder_without_a_program(there, content):
    assert "There is no Python program in the folder class" in complaint(there(content))


needs_user = pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")


@needs_user
def test_a_folder_that_may_not_be_read(tmp_path):
    (tmp_path / "locked").mkdir(mode=0)
    assert "cannot be read: Permission denied" in complaint(tmp_path / "locked")
