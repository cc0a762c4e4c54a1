"""A program may consist of several files: which is run, and which lie beside it."""

import os
from pathlib import Path

import pytest

from grader.checks.handed_in import explain_ungradable
from grader.model.program import LARGEST_IN_ALL, MOST_FILES
from grader.model.refusal import LARGEST
from grader.submissions.discovery import find_submissions

LISTENS = "import socket\ns = socket.socket()\ns.bind(('', 1))\ns.listen()\n"
CONNECTS = "import socket\nsocket.create_connection(('', 1))\n"


@pytest.fixture
def student(tmp_path):
    """Make a class whose student zhang has handed in these files, and another student."""

    def make(**files: str | bytes) -> Path:
        for name, text in {"li/server.py": LISTENS, **files}.items():
            path = tmp_path / "class" / (name if "/" in name else f"zhang/{name}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        return tmp_path / "class"

    return make


def load(folder: Path, main: str = "", name: str = "zhang"):
    found = {each.name: each for each in find_submissions([folder], main=main).candidates}
    return found[name].load()


def run(submission) -> tuple[str, list[str]]:
    """The file that is run, and those beside it."""
    assert submission.refused is None
    return submission.file_name, sorted(submission.files)


def test_modules_and_data_belong_to_the_program(student):
    files = {"server.py": LISTENS + "import tools.log", "users.csv": "a,b", "tools/log.py": "x = 1"}
    files["zhang/tools/log.py"], files["zhang/data/a.txt"] = files.pop("tools/log.py"), "data"
    found = load(student(**files))
    assert found.source == files["server.py"].encode()
    assert found.files == {"users.csv": b"a,b", "tools/log.py": b"x = 1", "data/a.txt": b"data"}
    assert (found.name, found.file_name) == ("zhang", "server.py")


@pytest.mark.parametrize(
    ("files", "entry"),
    [
        ({"server.py": LISTENS, "client.py": CONNECTS}, "server.py"),
        ({"a.py": LISTENS, "b.py": CONNECTS}, "a.py"),
        ({"main.py": "import net\nnet.serve()", "net.py": LISTENS}, "main.py"),
        ({"main.py": "import app", "app.py": "import net", "net.py": LISTENS}, "main.py"),
        ({"server.py": LISTENS + "import log", "log.py": "import server"}, "server.py"),
        ({"server.py": "s.listen(", "client.py": CONNECTS}, "server.py"),
        ({"server.py": "import socket\ns.bind(('', 1))", "client.py": CONNECTS}, "server.py"),
        ({"server.py": LISTENS, "window.py": "root.bind('<Return>', send)"}, "server.py"),
        (
            {"server.py": "import socket\nsocket.create_server(('', 1))", "c.py": CONNECTS},
            "server.py",
        ),
        ({"zhang/src/server.py": LISTENS, "zhang/client/client.py": CONNECTS}, "server.py"),
        ({"server.py": LISTENS, "test_server.py": LISTENS}, "server.py"),
        ({"server.py": LISTENS, "setup.py": LISTENS}, "server.py"),
        ({"server.py": LISTENS, "zhang/venv/lib/server.py": LISTENS}, "server.py"),
        ({"server.py": LISTENS, "__init__.py": ""}, "server.py"),
        ({"a.py": "import b", "b.py": "x = 1"}, "a.py"),
    ],
)
def test_the_file_that_is_run_listens_and_is_imported_by_no_other(student, files, entry):
    assert load(student(**files)).file_name == entry


@pytest.mark.parametrize(
    "files",
    [
        {"server1.py": LISTENS, "server2.py": LISTENS},
        {"a.py": "import b\n" + LISTENS, "b.py": "import a\n" + LISTENS},
        {"a.py": "x = 1", "b.py": "x = 1"},
        {"server.py": LISTENS, "server (1).py": LISTENS},
    ],
)
def test_the_grader_does_not_guess(student, files):
    found = load(student(**files))
    assert (found.refused.reason, len(found.refused.files or "ab")) == ("several-programs", 2)


def test_a_named_file_is_run(student):
    folder = student(**{"server1.py": LISTENS, "server2.py": LISTENS})
    assert run(load(folder, "server2.py")) == ("server2.py", ["server1.py"])
    # Whoever has none of this name hands in the only one.
    assert run(load(folder, "server2.py", "li")) == ("server.py", [])


def test_rules_ignore_what_lies_beside_a_program(student):
    found = load(
        student(
            **{
                "server.py": LISTENS, "README.md": "", "report.docx": "", "screen.png": "",
                "server.log": "", "log.txt": "", "chat_log.txt": "", "test_server.py": "",
                "requirements.txt": "", ".hidden": "", "zhang/tests/a.py": "",
                "zhang/__pycache__/a.pyc": "", "logo.txt": "",
            }
        )
    )  # fmt: skip
    assert run(found) == ("server.py", ["logo.txt"])


def test_a_test_that_the_program_imports_is_part_of_it(student):
    found = load(student(**{"server.py": LISTENS + "import test_log", "test_log.py": ""}))
    assert run(found) == ("server.py", ["test_log.py"])


def test_only_what_lies_beside_or_below_the_file_belongs_to_it(student):
    found = load(student(**{"zhang/src/server.py": LISTENS, "a.txt": "", "zhang/src/b/c.txt": ""}))
    assert run(found) == ("server.py", ["b/c.txt"])


def test_packages_are_whole(student):
    files = {
        "server.py": LISTENS + "import a",
        "zhang/a/__init__.py": "",
        "zhang/a/__main__.py": "",
    }
    assert run(load(student(**files)))[1] == ["a/__init__.py", "a/__main__.py"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({f"{number}.txt": "" for number in range(MOST_FILES)}, "large-program"),
        ({"a.txt": "x" * LARGEST_IN_ALL}, "large-program"),
        ({"a.py": "#" * (LARGEST + 1)}, "too-large"),
        ({"submission.py": "x = 1"}, "reserved-name"),
    ],
)
def test_a_program_has_limits(student, files, reason):
    assert load(student(**{"server.py": LISTENS, **files})).refused.reason == reason


def test_the_limits_are_named(student):
    folder = student(**{"server.py": LISTENS, "a.txt": "x" * LARGEST_IN_ALL})
    assert str(explain_ungradable(load(folder).refused)) == (
        "Not gradable: zhang/server.py and what lies beside it are more than 100 files or 1024 "
        "KiB. Keep only what it needs."
    )


def test_no_link_is_followed(student, tmp_path):
    folder = student(**{"server.py": LISTENS + "import helper"})
    secret = tmp_path / "secret.py"
    secret.write_text("SECRET = 1")
    (folder / "zhang/other.py").symlink_to(secret)
    (folder / "zhang/other.txt").symlink_to(secret)
    assert run(load(folder)) == ("server.py", [])
    (folder / "zhang/helper.py").symlink_to(secret)
    assert load(folder).refused.reason == "link"
    (folder / "zhang/helper.py").unlink()
    os.mkfifo(folder / "zhang/helper.py")
    assert load(folder).refused.reason == "not-a-file"


def test_a_students_folder_is_told_from_a_class(student, tmp_path):
    def names(**files: str) -> list[str]:
        folder = student(**files) / "zhang"
        found = find_submissions([folder]).candidates
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        return sorted(each.name for each in found)

    assert names(**{"server.py": LISTENS, "client.py": CONNECTS}) == ["zhang"]
    assert names(**{"server.py": LISTENS + "import log", "log.py": ""}) == ["zhang"]
    assert names(**{"server.py": LISTENS + "import a.b", "zhang/a/b.py": ""}) == ["zhang"]
    assert names(**{"server.py": LISTENS, "zhang/client/a_client.py": CONNECTS}) == ["zhang"]
    loose = {"server.py": LISTENS + "import log", "log.py": "", "old.py": "x = 1"}
    assert names(**loose) == ["zhang"]
    # One of them may be another student's, whose program does not even listen.
    assert names(**{"wang.py": LISTENS, "chen.py": "x = 1"}) == ["chen.py", "wang.py"]
    assert names(**{"wang.py": LISTENS, "zhang/chen/x.py": "x = 1"}) == ["chen", "wang.py"]


def test_a_note_says_what_is_not_part_of_the_program(student):
    folder = student(**{"server.py": LISTENS + "import a.b", "zhang/a/b.py": "", "test_a.py": ""})
    (note,) = map(str, find_submissions([folder / "zhang"]).notes)
    assert note.endswith("Not graded: test_a.py.")


def test_a_large_program_is_not_graded_in_part(student):
    folder = student(**{"server.py": LISTENS, "a.txt": "x" * LARGEST_IN_ALL}) / "zhang"
    (only,) = find_submissions([folder]).candidates
    assert (only.name, only.load().refused.reason) == ("zhang", "large-program")
    (folder / "a.txt").unlink()
    for number in range(MOST_FILES):
        (folder / f"{number}.txt").touch()
    (only,) = find_submissions([folder]).candidates
    assert (only.name, only.load().refused.reason) == ("zhang", "large-program")


@pytest.fixture
def sections(tmp_path):
    """What is found in a class with programs at these paths: the names; or why not."""

    def find(*paths: str, text: str = LISTENS) -> dict[str, str]:
        for path in paths:
            (tmp_path / "class" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "class" / path).write_text(text if path.endswith(".py") else "hello")
        found = find_submissions([tmp_path / "class"])
        find.notes = [str(note) for note in found.notes]
        return {each.name: each.refused.reason if each.refused else "" for each in found.candidates}

    return find


def test_sections_are_told_from_students(sections):
    found = sections("one/zhang/server.py", "one/li/src/server.py", "two/wang/a.py", "two/wu/b.py")
    assert found == dict.fromkeys(("zhang", "li", "wang", "wu"), "")
    (note,) = sections.notes
    assert note.endswith(
        "are taken for sections, and each folder in them for a student's: one and two."
    )


def test_a_section_may_have_a_single_student_or_none(sections):
    found = sections("one/zhang/s.py", "one/li/s.py", "two/wang/s.py", "three/notes.txt")
    assert found == {"zhang": "", "li": "", "wang": "", "notes.txt": "other-file"}


def test_what_else_lies_in_a_section_is_accounted_for(sections):
    found = sections("one/zhang/s.py", "one/li/s.py", "one/wang/notes.txt", "one/report.txt")
    assert found == {"zhang": "", "li": "", "wang": "no-program", "report.txt": "other-file"}


def test_a_student_may_have_programs_in_several_folders(sections):
    found = sections("zhang/first/s.py", "zhang/second/s.py", "li/server.py")
    assert found == {"zhang": "several-programs", "li": ""}


def test_two_students_of_one_name_are_not_graded(sections):
    found = sections("one/zhang/s.py", "one/li/s.py", "two/zhang/s.py", "two/wu/s.py")
    assert found == {"zhang": "same-name", "li": "", "wu": ""}


def test_parts_of_a_program_are_no_students(sections):
    found = sections("zhang/server/server.py", "li/server/server.py")
    sections("zhang/client/client.py", "li/client/client.py", text=CONNECTS)
    assert found == sections() == {"zhang": "", "li": ""}


def test_a_file_that_is_named_alone_has_the_modules_that_it_imports(student, tmp_path):
    source = LISTENS + "import log, tools.names"
    files = {
        "server.py": source,
        "log.py": "import deep",
        "deep.py": "",
        "other.py": "",
        "a.csv": "",
    }
    folder = student(**files, **{"zhang/tools/names.py": ""}) / "zhang"
    (only,) = find_submissions([folder / "server.py"]).candidates
    found = only.load()
    assert (found.name, sorted(found.files)) == (
        "server.py",
        ["deep.py", "log.py", "tools/names.py"],
    )
    both = find_submissions([folder / "server.py", folder / "other.py"]).candidates
    assert [each.load().files for each in both[:1]] == [{}]
    (folder / "deep.py").unlink()
    (folder / "deep.py").symlink_to(folder / "other.py")
    assert only.load().refused.reason == "link"
