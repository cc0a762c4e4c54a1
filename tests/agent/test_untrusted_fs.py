"""Folders in which an untrusted program has written are emptied, and nothing else is."""

import os
import stat
from pathlib import Path

import pytest

from grader.agent import untrusted_fs

pytestmark = pytest.mark.timeout(20)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def deepen(folder: Path, levels: int, name: str) -> None:
    """Nest ``levels`` folders in ``folder``, with a file in the innermost one."""
    current = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=current)
        inner = os.open(name, os.O_RDONLY, dir_fd=current)
        os.close(current)
        current = inner
    os.close(os.open("kept", os.O_CREAT | os.O_WRONLY, dir_fd=current))
    os.close(current)


def test_folders_deeper_than_the_longest_path_are_removed(tmp_path: Path) -> None:
    deepen(tmp_path, 20, "d" * 250)
    untrusted_fs.empty(str(tmp_path), 0o755)
    assert names(tmp_path) == []


def test_thousands_of_nested_folders_are_removed(tmp_path: Path) -> None:
    deepen(tmp_path, 3000, "d")
    untrusted_fs.empty(str(tmp_path), 0o755)
    assert names(tmp_path) == []


def test_moved_folders_avoid_existing_names(tmp_path: Path) -> None:
    """The folders at the top already have names that a moved one might get."""
    for name in ("0", "1", "3"):
        (tmp_path / name / "2" / "0").mkdir(parents=True)
        (tmp_path / name / "2" / "x").touch()
    untrusted_fs.empty(str(tmp_path), 0o755)
    assert names(tmp_path) == []


@pytest.mark.parametrize("mode", [0, 0o555, 0o4711])
def test_folder_gets_its_mode_whatever_the_modes_in_it(tmp_path: Path, mode: int) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b").chmod(mode)
    (tmp_path / "a").chmod(mode)
    tmp_path.chmod(mode)
    untrusted_fs.empty(str(tmp_path), 0o1777)
    assert names(tmp_path) == []
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777


def test_in_a_folder_of_another_owner_our_own_folders_are_emptied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ours").mkdir()
    deepen(tmp_path / "ours", 5, "d")
    answers = [False]  # for the first folder only: it is not writable
    monkeypatch.setattr(os, "access", lambda *_, **__: not answers or answers.pop())
    rename = os.rename
    moved: list[str] = []

    def note(name: str, to: str, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        moved.append(str(Path(f"/proc/self/fd/{dst_dir_fd}").readlink()))
        rename(name, to, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    monkeypatch.setattr(os, "rename", note)
    untrusted_fs.empty(str(tmp_path), 0o755)
    assert names(tmp_path / "ours") == []
    assert set(moved) == {str(tmp_path / "ours")}


@pytest.mark.parametrize("below", ["", "/folder"])
def test_links_are_not_followed(tmp_path: Path, below: str) -> None:
    outside = tmp_path / "outside"
    (outside / "folder").mkdir(parents=True)
    (outside / "folder/precious").touch()
    (tmp_path / "link").symlink_to(outside)
    untrusted_fs.empty(f"{tmp_path}/link{below}", 0o700)
    assert (outside / "folder/precious").exists()
    with pytest.raises(NotADirectoryError), untrusted_fs.opened(f"{tmp_path}/link{below}", 0o500):
        pass


def test_links_on_a_read_only_file_system_are_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")

    class ReadOnly:
        f_flag = os.ST_RDONLY

    monkeypatch.setattr(os, "fstatvfs", lambda _: ReadOnly)
    with untrusted_fs.opened(f"{tmp_path}/link", 0o500) as folder:
        assert os.fstat(folder).st_ino == (tmp_path / "there").stat().st_ino


def test_missing_folder_is_ignored(tmp_path: Path) -> None:
    untrusted_fs.empty(str(tmp_path / "nothing"), 0o755)
    assert names(tmp_path) == []


def test_no_descriptor_leaks(tmp_path: Path) -> None:
    before = len(names(Path("/proc/self/fd")))
    deepen(tmp_path, 30, "d")
    untrusted_fs.empty(str(tmp_path), 0o755)
    untrusted_fs.empty(str(tmp_path / "nothing"), 0o755)
    assert len(names(Path("/proc/self/fd"))) == before


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/home/tarena/day08", "/home/tarena"),
        ("/home/tarena", "/home/tarena"),
        ("/home/", None),
        ("/homes/tarena", None),
        ("/home/../etc", None),
    ],
)
def test_first_below(path: str, part: str | None) -> None:
    assert untrusted_fs.first_below("/home", path) == part


def test_writable_part(monkeypatch: pytest.MonkeyPatch) -> None:
    class FileSystem:
        def __init__(self, path: str) -> None:
            if path.startswith("/srv/log"):
                raise FileNotFoundError
            self.f_flag = 0 if path.startswith("/data/own") else os.ST_RDONLY

    monkeypatch.setattr(os, "statvfs", FileSystem)
    assert untrusted_fs.writable_part("/data/own/a/b") == "/data/own"
    assert untrusted_fs.writable_part("/data/other") == "/data/other"
    assert untrusted_fs.writable_part("/srv/log/x") == "/srv/log/x"
