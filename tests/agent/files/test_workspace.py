"""A scenario's folders."""

import errno
import inspect
import os
import sys
from pathlib import Path

import pytest

from grader.agent.files.workspace import Workspace
from grader.agent.isolation.base import PROGRAM
from grader.agent.isolation.no_isolation import NoIsolation
from grader.agent.isolation.other_user import SeparateUser

pytestmark = pytest.mark.timeout(20)


def make(top: Path, name: str = "1", folders: tuple[str, ...] = (), user: int | None = None):
    isolation = NoIsolation() if user is None else SeparateUser(user)
    return Workspace.create(
        name, str(top / "work"), str(top / "home"), folders, isolation, b"source"
    )


def names(folder: str | Path) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def logs(workspace: Workspace, nonce: str = "jqxz") -> dict[str, bytes]:
    return {workspace.name(log.path): log.data for log in workspace.logs(1000, [nonce])}


def test_the_program_has_a_folder_of_its_own(tmp_path: Path):
    workspace = make(tmp_path)
    assert Path(workspace.folder, PROGRAM).read_bytes() == b"source"
    assert names(workspace.folder) == [PROGRAM]
    assert logs(workspace) == {}
    assert make(tmp_path, "2").folder != workspace.folder


def test_what_was_handed_in_lies_beside_the_program_and_is_no_log(tmp_path: Path):
    files = {
        "log.py": b"x = 1",
        "tools/deep/a.py": b"",
        "data.txt": b"old",
        "users.txt": b"a" * 2000,
    }
    workspace = Workspace.create(
        "1", str(tmp_path / "work"), str(tmp_path / "home"), (), NoIsolation(), b"source", files
    )
    folder = Path(workspace.folder)
    assert {name: (folder / name).read_bytes() for name in files} == files
    assert (folder / PROGRAM).read_bytes() == b"source"
    assert logs(workspace) == {}
    (folder / "data.txt").write_bytes(b"old new")
    (folder / "tools/x.log").write_bytes(b"x")
    assert logs(workspace) == {"data.txt": b"old new", "tools/x.log": b"x"}


def test_logs_are_named_as_the_student_knows_them(tmp_path: Path):
    workspace = make(tmp_path, folders=("logs", "../data"))
    relative = ["x.log", "../x.log", "logs/x.log", "../data/x.log", "../../x.log"]
    for name in relative:
        Path(workspace.folder, name).write_bytes(name.encode())
    (tmp_path / "home/x.log").write_bytes(b"home")
    found = logs(workspace)
    assert found.pop("~/x.log") == b"home"
    assert found == {name: name.encode() for name in relative}
    assert workspace.size() == sum(map(len, relative)) + 4 + len(b"source")


def test_a_file_name_that_is_not_text(tmp_path: Path):
    workspace = make(tmp_path)
    Path(os.fsdecode(os.fsencode(workspace.folder) + b"/\xff.log")).write_bytes(b"x")
    assert list(logs(workspace)) == ["\udcff.log"]


def test_files_that_an_earlier_scenario_left_at_home_are_removed(tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").touch()
    first = make(tmp_path)
    home = tmp_path / "home"
    (home / "a/b").mkdir(parents=True)
    (home / "a/b/c").touch()
    (home / "link").symlink_to(outside)
    os.mkfifo(home / "fifo")
    Path(first.folder, "x.log").touch()
    make(tmp_path, "2")
    assert names(home) == []
    assert (outside / "precious").exists()
    assert Path(first.folder, "x.log").exists()


def test_very_deep_folders_are_removed(tmp_path: Path):
    make(tmp_path)
    deep = tmp_path / "home"
    for _ in range(200):
        deep = deep / "d"
    deep.mkdir(parents=True)
    most = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 100)
    try:
        make(tmp_path, "2")
    finally:
        sys.setrecursionlimit(most)
    assert names(tmp_path / "home") == []


@pytest.mark.parametrize("kind", ["link", "file", "fifo", "loop"])
@pytest.mark.parametrize("place", ["home", "work/2"])
def test_obstacles_to_a_folder_are_removed(tmp_path: Path, place: str, kind: str):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_bytes(b"jqxz")
    make(tmp_path)
    path = tmp_path / place
    if path.exists():
        path.rename(tmp_path / "was")
    if kind == "file":
        path.touch()
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to(outside if kind == "link" else path)
    workspace = make(tmp_path, "2")
    assert path.is_dir()
    assert not path.is_symlink()
    assert Path(workspace.folder, PROGRAM).read_bytes() == b"source"
    assert names(outside) == ["precious"]
    assert logs(workspace) == {}


def test_links_to_folders_are_not_followed(tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"jqxz")
    workspace = make(tmp_path)
    (tmp_path / "home").rmdir()
    (tmp_path / "home").symlink_to(outside)
    assert logs(workspace) == {}
    assert workspace.size() == len(b"source")


def test_files_that_cannot_be_removed_are_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    make(tmp_path)
    (tmp_path / "home/a").mkdir()
    (tmp_path / "home/a/kept").touch()
    (tmp_path / "home/b").touch()
    unlink = os.unlink

    def refuse(path: str, *, dir_fd: int) -> None:
        if path == "kept":
            raise PermissionError(path)
        unlink(path, dir_fd=dir_fd)

    monkeypatch.setattr(os, "unlink", refuse)
    make(tmp_path, "2")
    assert names(tmp_path / "home") == ["a"]


def test_folders_that_the_source_names(tmp_path: Path):
    workspace = make(tmp_path, folders=("logs/a/b", "logs/a", "../up", str(tmp_path / "absolute")))
    assert Path(workspace.folder, "logs/a/b").is_dir()
    assert Path(workspace.folder, "../up").is_dir()
    # On a person's own computer nothing is made elsewhere.
    assert not (tmp_path / "absolute").exists()


def test_a_folder_that_cannot_be_made_is_skipped(tmp_path: Path):
    workspace = make(tmp_path, folders=(f"{PROGRAM}/logs", "x" * 300, "good"))
    assert names(workspace.folder) == ["good", PROGRAM]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC])
def test_a_folder_that_may_not_be_made_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
):
    mkdir = os.mkdir

    def refuse(path: str, mode: int = 0o777) -> None:
        if "forbidden" in path:
            raise OSError(number, os.strerror(number))
        mkdir(path, mode)

    monkeypatch.setattr(os, "mkdir", refuse)
    workspace = make(tmp_path, folders=("forbidden/logs", "good"))
    assert names(workspace.folder) == ["good", PROGRAM]


def test_outside_files_count_only_if_they_contain_a_message(tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    workspace = make(tmp_path, folders=(str(outside),))
    (outside / "log.txt").write_bytes(b"12:00 J-Q-X-Z hello")
    (outside / "another.txt").write_bytes(b"somebody else's")
    (outside / "folder").mkdir()
    (outside / "link").symlink_to("log.txt")
    old = outside / "old.txt"
    old.write_bytes(b"jqxz")
    os.utime(old, (0, 0))
    assert logs(workspace) == {str(outside / "log.txt"): b"12:00 J-Q-X-Z hello"}


def test_an_outside_folder_may_be_missing(tmp_path: Path):
    assert logs(make(tmp_path, folders=(str(tmp_path / "missing"),))) == {}


def test_limits_hold_over_all_folders(tmp_path: Path):
    workspace = make(tmp_path)
    Path(workspace.folder, "a").write_bytes(b"a" * 700)
    (tmp_path / "home/b").write_bytes(b"b" * 700)
    found = workspace.logs(1000, [])
    assert [(log.size, len(log.data)) for log in found] == [(700, 700), (700, 300)]
