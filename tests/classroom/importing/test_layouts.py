"""The layouts of learning platforms, as their makers document them."""

import csv
import io
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from classroom.importing.samples import (
    SERVER,
    files_of,
    import_all,
    problems,
    statuses,
    tarred,
    write,
    zipped,
)
from grader.submissions.discovery import find_submissions
from grader.submissions.hand_in import load

RECEIPT = """\
Name: 张三 (zhang3)
Assignment: Homework 3
Date Submitted: Wednesday, May 1, 2024 12:30:59 PM CST
Current Mark: Needs Marking

Submission Field:
There is no student submission text data for this assignment.

Comments:
There are no student comments for this assignment.

Files:
\tOriginal filename: server.py
\tFilename: Homework 3_zhang3_attempt_2024-05-01-12-30-59_server.py
"""

METADATA = """\
submission_11:
  :submitters:
  - :name: Zhang San
    :sid: '0042'
    :email: zhang@example.org
  :created_at: 2024-05-01 04:30:59.123456789 Z
  :score: 1.0
  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    tests: []
submission_12:
  :submitters:
  - :name: Li Si
    :sid: '0043'
  - :name: Wang Wu
    :sid: '0044'
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2024-05-02 04:30:59 Z
submission_13:
  :submitters:
  - :name: Nobody
    :sid: '0045'
"""


@pytest.fixture
def run(tmp_path):
    """Import an archive or a folder of these files."""

    def run(files, name: str = "export.zip", **options):
        path = tmp_path / name
        if name.endswith(".zip"):
            path.write_bytes(zipped(files))
        else:
            write(path, files)
        return import_all(path, to=tmp_path / "class", **options)

    return run


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "class"


def students(folder: Path) -> list[dict[str, str]]:
    """The rows of the roster, without what is empty."""
    text = (folder / "roster.csv").read_text(encoding="utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    return [{column: value for column, value in row.items() if value} for row in rows]


def graded(folder: Path) -> dict[str, str]:
    """The programs that ``grade`` finds there."""
    found = find_submissions([folder]).candidates
    return {e.name: str(e.path.relative_to(folder)) for e in found if not e.refused}


def test_canvas(run, folder):
    result = run(
        {
            "zhangsan_1001_2001_server.py": SERVER,
            "lisi_LATE_1002_2002_server-1.py": SERVER + "# 2",
            "lisi_LATE_1002_2003_notes.txt": "notes",
            "张三_1003_2004_作业 3.py": SERVER,
            "sunqi_1004_text.html": "<p>",
            "anon_aB3x_2005_server.py": SERVER,
        }
    )
    assert problems(result) == {}
    assert files_of(folder) == {
        "anon_aB3x/server.py": SERVER,
        "lisi_1002/notes.txt": "notes",
        "lisi_1002/server.py": SERVER + "# 2",
        "sunqi_1004/text.html": "<p>",
        "zhangsan_1001/server.py": SERVER,
        "张三_1003/作业 3.py": SERVER,
    }
    assert students(folder) == [
        {"file": "zhangsan_1001", "name": "zhangsan", "id": "1001"},
        {"file": "lisi_1002", "name": "lisi", "id": "1002"},
        {"file": "张三_1003", "name": "张三", "id": "1003"},
        {"file": "sunqi_1004", "name": "sunqi", "id": "1004"},
    ]
    assert load(folder / "lisi_1002").late
    assert not load(folder / "zhangsan_1001").late
    assert sorted(graded(folder)) == ["anon_aB3x", "lisi_1002", "zhangsan_1001", "张三_1003"]


def test_two_files_that_only_a_number_tells_apart_keep_it(run, folder):
    run({"li_1_2_server.py": "1", "li_1_3_server-1.py": "2", "wang_4_5_a-b-12.py": "3"})
    assert files_of(folder) == {
        "li_1/server-1.py": "2",
        "li_1/server.py": "1",
        "wang_4/a-b.py": "3",
    }


def test_moodle(run, folder):
    result = run(
        {
            "Zhang San_12345_assignsubmission_file_/server.py": SERVER,
            "李四_12346_assignsubmission_file/my server/server.py": SERVER,
            "李四_12346_assignsubmission_onlinetext/onlinetext.html": "hi",
            "Group 1_7_assignsubmission_file/server.py": SERVER,
            "Default group_assignsubmission_file/server.py": SERVER,
        }
    )
    assert problems(result) == {}
    assert sorted(files_of(folder)) == [
        "Default group/server.py",
        "Group 1_7/server.py",
        "Zhang San_12345/server.py",
        "李四_12346/my server/server.py",
        "李四_12346/onlinetext.html",
    ]
    assert students(folder)[0] == {
        "file": "Zhang San_12345",
        "name": "Zhang San",
        "participant": "Participant 12345",
    }


def test_moodle_without_folders(run, folder):
    run(
        {
            "Zhang San_12345_assignsubmission_file_server.py": SERVER,
            "Zhang San_12345_assignsubmission_file_my_notes.txt": "",
        }
    )
    assert sorted(files_of(folder)) == [
        "Zhang San_12345/my_notes.txt",
        "Zhang San_12345/server.py",
    ]


def test_blackboard(run, folder):
    stem = "Homework 3_zhang3_attempt_2024-05-01-12-30-59"
    result = run(
        {
            f"{stem}.txt": RECEIPT,
            f"{stem}_server.py": SERVER,
            "Homework 3_li4_attempt_2024-05-01-13-00-00_my_server.py": SERVER,
            "Homework 3_wang5_attempt_2024-05-01-13-00-00.txt": RECEIPT.replace("zhang3", "wang5"),
        }
    )
    assert sorted(files_of(folder)) == ["li4/my_server.py", "张三_zhang3/server.py"]
    assert problems(result) == {
        "export.zip/Homework 3_wang5_attempt_2024-05-01-13-00-00": "no file was attached"
    }
    assert students(folder) == [
        {"file": "张三_zhang3", "name": "张三", "login": "zhang3"},
        {"file": "li4", "login": "li4"},
    ]
    assert load(folder / "张三_zhang3").received == datetime(2024, 5, 1, 12, 30, 59)


def test_blackboards_attempts_of_one_student(run, folder):
    """They may stand in any order; the latest one is graded."""
    result = run(
        {
            f"HW_li4_attempt_2024-05-{day:02}-13-00-00_server.py": SERVER + f"# {day}"
            for day in (2, 3, 1)
        }
    )
    assert [row.status for row in result.rows] == ["new", "later", "earlier"]
    assert files_of(folder) == {"li4/server.py": SERVER + "# 3"}
    assert graded(folder) == {"li4": "li4/server.py"}


def test_gradescope(run, folder):
    """An export has a folder around it, and is a list of submissions; a group is each of its
    members."""
    result = run(
        {
            "assignment_1_export/submission_metadata.yml": METADATA,
            "assignment_1_export/submission_11/server.py": SERVER,
            "assignment_1_export/submission_12/src/server.py": SERVER,
            "assignment_1_export/submission_99/server.py": SERVER,
        }
    )
    assert sorted(files_of(folder)) == [
        "0042_Zhang San/server.py",
        "0043_Li Si/src/server.py",
        "0044_Wang Wu/src/server.py",
    ]
    assert problems(result) == {
        "export.zip/submission_13": "it is in the list, but there are no files of it",
        "export.zip/submission_99": "submission_metadata.yml does not say whose it is",
    }
    assert students(folder)[0] == {
        "file": "0042_Zhang San",
        "name": "Zhang San",
        "number": "0042",
        "email": "zhang@example.org",
    }
    received = load(folder / "0042_Zhang San").received
    assert received == datetime(2024, 5, 1, 4, 30, 59, 123456, UTC)


@pytest.mark.parametrize("text", ["", "- 1", "a: [", "a: &a [*a]\n", "!!python/name:os.system x"])
def test_another_list_is_not_gradescopes(run, folder, text):
    result = run({"submission_metadata.yml": text, "submission_1/server.py": SERVER})
    assert files_of(folder) == {}
    assert list(problems(result))


def clone(folder: Path, when: str = "2024-05-01T12:30:59+08:00") -> Path:
    """A repository with a server, committed at some time."""
    write(folder, {"server.py": SERVER, ".github/workflows/classroom.yml": "on: push\n"})
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "x"]):
        subprocess.run(
            ["git", *command],
            cwd=folder,
            check=True,
            env={
                "PATH": "/usr/bin:/bin:/usr/local/bin",
                "GIT_COMMITTER_DATE": when,
                "GIT_CONFIG_GLOBAL": "/dev/null",
            },
        )
    return folder


def test_github_classroom(tmp_path, folder):
    parent = tmp_path / "select-server-submissions"
    clone(parent / "select-server-li-si")
    clone(parent / "select-server-li-wu")
    result = import_all(parent, to=folder)
    assert problems(result) == {}
    assert files_of(folder) == {"li-si/server.py": SERVER, "li-wu/server.py": SERVER}
    assert students(folder)[0] == {"file": "li-si", "login": "li-si"}
    assert load(folder / "li-si").received == datetime(2024, 5, 1, 4, 30, 59, tzinfo=UTC)
    assert statuses(import_all(parent, to=folder)) == {"li-si": "unchanged", "li-wu": "unchanged"}


def test_the_settings_of_a_clone_start_nothing(tmp_path, folder):
    parent = tmp_path / "hw-submissions"
    made = clone(parent / "hw-li")
    (made / ".git/config").write_text(
        "[core]\nrepositoryformatversion = 0\nfsmonitor = touch STARTED\npager = touch STARTED\n"
        "[log]\nshowSignature = true\n[gpg]\nprogram = touch STARTED\n"
        '[remote "origin"]\nurl = ext::touch STARTED\npromisor = true\n'
        "[include]\npath = /nowhere\n"
    )
    import_all(parent, to=folder)
    assert load(folder / "li").received is not None
    assert not list(tmp_path.rglob("STARTED"))


@pytest.mark.parametrize("head", ["", "ref: refs/../../x", "ref: refs/heads/none", "0" * 40, "\0"])
def test_a_damaged_clone_has_no_time(tmp_path, folder, head):
    parent = tmp_path / "hw-submissions"
    (clone(parent / "hw-li") / ".git/HEAD").write_text(head)
    import_all(parent, to=folder)
    assert files_of(folder) == {"li/server.py": SERVER}
    assert load(folder / "li").received is None


def test_classroom50(tmp_path, folder):
    """Its list says who handed in when."""
    parent = tmp_path / "cs-hw3_submissions_2026_11_30_T_12_00_00"
    for login in ("li-si", "wang-wu"):
        write(
            parent / f"cs-hw3-{login}",
            {"server.py": SERVER, ".git/HEAD": "", "result.json": "{}"},
        )
    head = "username,first_name,last_name,email,section,score,max_score,datetime\n"
    row = "Li-Si,Si,Li,li@example.org,A,1,2,2026-11-30T10:00:00Z\n"
    write(parent, {"scores.csv": head + row, "notes.txt": ""})
    result = import_all(parent, to=folder)
    assert problems(result) == {}
    assert [path for path in files_of(folder) if path.endswith(".py")] == [
        "li-si/server.py",
        "wang-wu/server.py",
    ]
    assert students(folder)[0] == {
        "file": "li-si",
        "name": "Si Li",
        "login": "li-si",
        "section": "A",
        "email": "li@example.org",
    }
    assert load(folder / "li-si").received == datetime(2026, 11, 30, 10, tzinfo=UTC)


def test_any_clones(tmp_path, folder):
    """What all names begin with is the assignment's; a single one is its student's."""
    for name in ("hw-3-li", "hw-3-wang"):
        write(tmp_path / "clones" / name, {"server.py": SERVER, ".git/HEAD": ""})
    import_all(tmp_path / "clones", to=folder)
    assert sorted(files_of(folder)) == ["li/server.py", "wang/server.py"]
    write(tmp_path / "one/hw-3-zhao", {"server.py": SERVER, ".git/HEAD": ""})
    import_all(tmp_path / "one", to=folder)
    assert "hw-3-zhao/server.py" in files_of(folder)


def test_a_class_of_files_and_folders(run, folder):
    result = run(
        {
            "20240042_张三.py": SERVER,
            "li.py": SERVER,
            "li.docx": "x",
            "wang/server.py": SERVER,
            "wang/helper.py": "",
            "赵六.zip": zipped({"赵六/server.py": SERVER}),
            "钱七.tar.gz": tarred({"server.py": SERVER}),
            "README.md": "",
            "roster.csv": "name\nx\n",
            "__MACOSX/._li.py": "",
            ".DS_Store": "",
            "Thumbs.db": "",
        },
        "homework",
    )
    assert problems(result) == {}
    assert sorted(files_of(folder)) == [
        "20240042_张三/20240042_张三.py",
        "li/li.docx",
        "li/li.py",
        "wang/helper.py",
        "wang/server.py",
        "赵六/赵六/server.py",
        "钱七/server.py",
    ]
    assert result.ignored == 5
    assert students(folder) == [
        {"file": "20240042_张三", "name": "张三", "number": "20240042"},
    ]


def test_sections_of_a_class(run, folder):
    run(
        {
            "1班/张三/server.py": SERVER,
            "1班/20240043_李四/server.py": SERVER,
            "2班/张三/server.py": SERVER + "# 2",
            "2班/王五/src/server.py": SERVER,
            "README.md": "",
        },
        "homework",
    )
    assert sorted(files_of(folder)) == [
        "1班_20240043_李四/server.py",
        "1班_张三/server.py",
        "2班_张三/server.py",
        "2班_王五/src/server.py",
    ]
    assert students(folder) == [
        {"file": "1班_20240043_李四", "name": "李四", "number": "20240043", "section": "1班"}
    ]


def test_sections_of_packed_files(run, folder):
    inner = zipped({"server.py": SERVER})
    run({f"{s}/{name}.zip": inner for s in ("a", "b") for name in ("li", "wang")}, "homework")
    assert sorted(files_of(folder)) == [
        *("a_li/server.py", "a_wang/server.py", "b_li/server.py", "b_wang/server.py"),
    ]


def test_students_with_several_folders_are_no_sections(run, folder):
    run({"li/a/x.py": SERVER, "li/b/y.py": SERVER, "wang/day08/server.py": SERVER}, "homework")
    assert sorted(files_of(folder)) == ["li/a/x.py", "li/b/y.py", "wang/day08/server.py"]


def test_a_date_in_names_is_no_number(run, folder):
    """What several students have is nobody's number."""
    names = ("20241130_li", "20241130_wang", "20240042_zhao", "hw2024_sun")
    run({f"{name}.py": SERVER for name in names}, "homework")
    assert sorted(files_of(folder)) == sorted(f"{name}/{name}.py" for name in names)
    assert students(folder) == [
        {"file": "20240042_zhao", "name": "zhao", "number": "20240042"},
        {"file": "20241130_li", "name": "li"},
        {"file": "20241130_wang", "name": "wang"},
    ]


def test_a_student_is_known_by_number_and_name(run, folder):
    """Whatever stands between them; the number alone may be a date."""
    run({"20240042_张三.py": SERVER, "li.py": SERVER}, "one")
    run({"作业-20240042-张三.py": SERVER + "# 2", "li.py": SERVER}, "two")
    assert sorted(files_of(folder)) == ["20240042_张三/作业-20240042-张三.py", "li/li.py"]


def test_a_folder_around_a_class_is_passed_over(run, folder):
    run({"hw3/li.py": SERVER, "hw3/wang/server.py": SERVER})
    assert sorted(files_of(folder)) == ["li/li.py", "wang/server.py"]


def test_an_export_of_one_student(tmp_path, folder):
    """Each is named after its file."""
    exports = [tmp_path / name for name in ("张三.zip", "李四.7z.zip", "wang.py", "zhao.docx")]
    exports[0].write_bytes(zipped({"张三/server.py": SERVER, "张三/log.txt": "x"}))
    exports[1].write_bytes(zipped({"server.py": SERVER, "pictures/a.png": "x"}))
    exports[2].write_text(SERVER)
    exports[3].write_bytes(b"x")
    assert problems(import_all(*exports, to=folder)) == {}
    assert {name.partition("/")[0] for name in files_of(folder)} == {
        *("张三", "李四.7z", "wang", "zhao"),
    }


def test_a_program_of_several_files_is_one_students(run, folder):
    files = {
        "server.py": "import socket, chat.log\nsocket.socket().listen()\n",
        "chat/__init__.py": "",
        "chat/log.py": "",
        "client.py": "import socket\nsocket.socket().connect(('', 1))\n",
        "test_server.py": "",
    }
    run(files, "zhang.zip")
    assert sorted(files_of(folder)) == sorted(f"zhang/{name}" for name in files)


def test_several_programs_of_several_exports(tmp_path, folder):
    """Nobody knows whether they are one student's: `--from` says so."""
    exports = [tmp_path / name for name in ("zhang.zip", "li.zip")]
    for path in exports:
        path.write_bytes(zipped({"server.py": SERVER, "other.py": SERVER}))
    result = import_all(*exports, to=folder)
    assert files_of(folder) == {}
    assert "`--from student` or `--from class`" in problems(result)["zhang.zip/zhang"]
    assert problems(import_all(*exports, to=folder, source="student")) == {}
    assert sorted(files_of(folder)) == [
        *("li/other.py", "li/server.py", "zhang/other.py", "zhang/server.py"),
    ]


def test_a_system_that_it_is_not_of(run, folder):
    result = run({"li.py": SERVER, "wang.py": SERVER}, source="moodle")
    assert problems(result) == {"export.zip": "it is no export of moodle: see --from"}
    assert files_of(folder) == {}


def test_a_file_that_the_system_did_not_name(run):
    result = run({"li_1_2_server.py": SERVER, "wang_3_4_server.py": SERVER, "mine.py": SERVER})
    assert problems(result) == {"export.zip/mine.py": "it is not named as this system names files"}


def test_an_export_that_is_empty(run):
    assert list(problems(run({}))) == ["export.zip"]
    assert list(problems(run({"li/.hidden": ""}, "some"))) == ["some/li"]
