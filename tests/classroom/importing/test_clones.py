"""Clones of the repositories of a class."""

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
    students,
    write,
)
from grader.submissions.hand_in import load


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
