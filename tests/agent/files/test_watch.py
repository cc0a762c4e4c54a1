"""Files are read again only if they may have changed."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.agent.files import logs, watch
from grader.agent.files.watch import FileWatch


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[FileWatch]:
    found = FileWatch([str(tmp_path)], str(tmp_path / "submission.py"), 1000)
    yield found
    found.close()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were read."""
    paths: list[str] = []
    read = logs.read

    def note(path: str, limit: int, folder: int | None = None) -> logs.LogFile | None:
        paths.append(Path(path).name)
        return read(path, limit, folder)

    monkeypatch.setattr(logs, "read", note)
    return paths


def content(watched: FileWatch) -> dict[str, bytes]:
    watched.reread()
    watched.rescan()
    return {Path(path).name: file.data for path, file in watched.files.items()}


def test_files_come_change_and_go(tmp_path: Path, watched: FileWatch):
    assert content(watched) == {}
    (tmp_path / "submission.py").write_bytes(b"x")
    (tmp_path / "a").write_bytes(b"a")
    assert content(watched) == {"a": b"a"}
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b").write_bytes(b"b")
    assert content(watched) == {"a": b"a", "b": b"b"}
    (tmp_path / "a").write_bytes(b"c")  # as long, and perhaps at the same tick of the clock
    assert content(watched) == {"a": b"c", "b": b"b"}
    (tmp_path / "a").unlink()
    (tmp_path / "folder" / "b").rename(tmp_path / "a")
    assert content(watched) == {"a": b"b"}


def test_a_folder_that_has_moved_away(tmp_path: Path, watched: FileWatch):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b").write_bytes(b"b")
    watched.rescan()
    (tmp_path / "folder").rename(tmp_path / "other")
    watched.rescan()
    watched.reread()  # once the folders have been listed without it
    assert [Path(path).parent.name for path in watched.files] == ["other"]


def test_what_has_rested_is_not_read_again(
    tmp_path: Path, watched: FileWatch, reads: list[str], monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "a").write_bytes(b"a")
    later = time.time_ns() + 10**9
    monkeypatch.setattr(time, "time_ns", lambda: later)
    assert content(watched) == content(watched) == {"a": b"a"}
    assert reads == ["a"]
    (tmp_path / "b").write_bytes(b"b")
    assert content(watched) == {"a": b"a", "b": b"b"}
    assert reads == ["a", "b"]


def test_links_are_no_files(tmp_path: Path, watched: FileWatch):
    (tmp_path / "a").write_bytes(b"a")
    assert content(watched) == {"a": b"a"}
    (tmp_path / "a").unlink()
    (tmp_path / "a").symlink_to("/etc/passwd")
    assert content(watched) == {}


def test_what_was_handed_in_is_followed_and_counts_once_it_changes(tmp_path: Path):
    (tmp_path / "data.txt").write_bytes(b"old\n")
    (tmp_path / "other.txt").write_bytes(b"other\n")
    before = {
        str(tmp_path / name): (tmp_path / name).read_bytes() for name in ("data.txt", "other.txt")
    }
    watched = FileWatch([str(tmp_path)], "", 1000, before)
    assert content(watched) == {}
    with (tmp_path / "data.txt").open("ab") as file:
        file.write(b"new\n")
    watched.reread()
    assert {Path(path).name: file.data for path, file in watched.files.items()} == {
        "data.txt": b"old\nnew\n"
    }
    watched.close()


def test_too_much_is_not_read(tmp_path: Path, watched: FileWatch):
    (tmp_path / "a").write_bytes(b"a" * 1001)
    assert content(watched) == {}
    assert watched.overflowed


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_few_folders_are_held_open(tmp_path: Path, watched: FileWatch):
    for number in range(2 * watch._MOST_FOLDERS):
        (tmp_path / str(number)).mkdir()
    (tmp_path / "a").write_bytes(b"a")
    before = open_files()
    assert content(watched) == {"a": b"a"}
    assert open_files() - before <= watch._MOST_FOLDERS
    watched.close()
    assert open_files() == before
