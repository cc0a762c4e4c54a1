"""The layouts of learning platforms, as their makers document them."""

from datetime import UTC, datetime

import pytest

from classroom.importing.samples import (
    SERVER,
    files_of,
    graded,
    problems,
    students,
)
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
