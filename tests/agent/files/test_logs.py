"""Finding and reading files in folders that a program may have tampered with."""

import os
import re
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.agent.files import logs
from grader.agent.files.logs import LogFile

pytestmark = pytest.mark.timeout(20)


def read_all(folder: Path, limit: int = 1000, apart_from: str = "") -> dict[str, bytes]:
    found = logs.read_all([str(folder)], apart_from, limit)
    return {str(Path(log.path).relative_to(folder)): log.data for log in found}


def test_files_in_nested_folders(tmp_path: Path):
    (tmp_path / "a.log").write_bytes(b"a")
    (tmp_path / "logs/deep").mkdir(parents=True)
    (tmp_path / "logs/deep/b.log").write_bytes(b"b")
    (tmp_path / "empty.log").touch()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__/x.pyc").write_bytes(b"no log")
    (tmp_path / "submission.py").write_bytes(b"no log")
    assert read_all(tmp_path, apart_from=str(tmp_path / "submission.py")) == {
        "a.log": b"a",
        "empty.log": b"",
        "logs/deep/b.log": b"b",
    }


def test_the_order_is_always_the_same(tmp_path: Path):
    for name in ("c", "a", "b"):
        (tmp_path / name).touch()
    assert list(read_all(tmp_path)) == ["a", "b", "c"]


def test_links_pipes_and_devices_are_skipped(tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link").symlink_to(outside / "secret")
    (inside / "folder").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    (inside / "nowhere").symlink_to("nowhere")
    (inside / "zero").symlink_to("/dev/zero")
    os.mkfifo(inside / "fifo")
    assert read_all(inside) == {}


@pytest.mark.parametrize("kind", ["link", "fifo", "device", "folder", "nothing", "long"])
def test_a_file_that_was_replaced_since_it_was_listed(tmp_path: Path, kind: str):
    """As if it had changed since it was listed: nothing of it is followed or waited for."""
    path = tmp_path / "x"
    if kind == "link":
        (tmp_path / "secret").write_bytes(b"secret")
        path.symlink_to("secret")
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    elif kind == "long":
        path = tmp_path / ("x" * 300)
    assert logs.read(str(path), 100) is None


def test_limits(tmp_path: Path):
    for name in "abc":
        (tmp_path / name).write_bytes(name.encode() * 10)
    assert read_all(tmp_path, 30) == {"a": b"a" * 10, "b": b"b" * 10, "c": b"c" * 10}
    assert read_all(tmp_path, 15) == {"a": b"a" * 10, "b": b"b" * 5, "c": b""}
    assert [log.size for log in logs.read_all([str(tmp_path)], "", 15)] == [10, 10, 10]
    path = str(tmp_path / "a")
    assert content(path, 0) == (10, b"")
    assert content(path, 11) == (10, b"a" * 10)


def content(path: str, limit: int) -> tuple[int, bytes]:
    log = logs.read(path, limit)
    assert log
    assert log.path == path
    return log.size, log.data


def test_a_file_says_when_it_was_last_written(tmp_path: Path):
    path = tmp_path / "log"
    path.write_bytes(b"a")
    os.utime(path, ns=(1, 12_345_678_901))
    log = logs.read(str(path), 10)
    assert log == LogFile(str(path), 1, b"a", 12_345_678_901)


def test_a_file_larger_than_one_read(tmp_path: Path):
    data = os.urandom(1 << 20) * 3 + b"end"
    (tmp_path / "x").write_bytes(data)
    assert read_all(tmp_path, 1 << 30) == {"x": data}


def test_a_file_that_grows_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "x"
    path.write_bytes(b"x" * 100)
    read = os.read

    def grow(file: int, size: int) -> bytes:
        data = read(file, size)
        with path.open("ab") as more:
            more.write(b"x" * 100)
        return data

    monkeypatch.setattr(os, "read", grow)
    assert content(str(path), 1000) == (100, b"x" * 1000)


def test_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    (tmp_path / "closed/c").write_bytes(b"c")
    opened = os.open

    # Modes hold nothing from root.
    def refuse(path: str, *rest: int, dir_fd: int | None = None) -> int:
        if path in ("a", "closed"):
            raise PermissionError(path)
        return opened(path, *rest, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)
    assert read_all(tmp_path) == {"b": b"b"}


def test_a_folder_that_becomes_a_link_while_it_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x").write_bytes(b"secret")
    inside = tmp_path / "inside"
    (inside / "a").mkdir(parents=True)
    (inside / "a/x").write_bytes(b"own")
    found = logs._files

    def swap(roots: list[str]):
        yield from list(found(roots))
        (inside / "a").rename(inside / "b")
        (inside / "a").symlink_to(outside)

    monkeypatch.setattr(logs, "_files", swap)
    assert read_all(inside) == {}


def test_very_deep_folders_are_skipped(tmp_path: Path):
    deep = tmp_path.joinpath(*"d" * 10)
    deeper = deep.joinpath(*"d" * 10)
    deeper.mkdir(parents=True)
    (deep / "x").write_bytes(b"x")
    (deeper / "x").write_bytes(b"xx")
    assert list(read_all(tmp_path).values()) == [b"x"]


def test_the_number_of_entries_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(logs, "_ENTRIES", 50)
    (tmp_path / "many").mkdir()
    for number in range(200):
        (tmp_path / "many" / str(number)).write_bytes(b"x")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/last").write_bytes(b"x")
    found = logs.read_all([str(tmp_path)], "", 1000)
    assert 40 <= len(found) <= 50
    assert logs.total_size([str(tmp_path)]) == len(found)


def test_a_long_listing_takes_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(logs, "_ENTRIES", 5)
    for number in range(20):
        (tmp_path / str(number)).touch()
    seen = []
    scanned = os.scandir

    class Counting:
        def __init__(self, path: str) -> None:
            self._entries = scanned(path)

        def __enter__(self):
            return self

        def __exit__(self, *error: object) -> None:
            self._entries.close()

        def __iter__(self):
            for entry in self._entries:
                seen.append(entry)
                yield entry

    monkeypatch.setattr(os, "scandir", Counting)
    logs.read_all([str(tmp_path)], "", 1000)
    assert len(seen) <= 6


def test_a_missing_folder():
    assert logs.read_all(["/nonexistent-folder"], "", 10) == []
    assert logs.total_size(["/nonexistent-folder"]) == 0


def test_size(tmp_path: Path):
    (tmp_path / "a").write_bytes(bytes(10))
    (tmp_path / "b").mkdir()
    (tmp_path / "b/c").write_bytes(bytes(20))
    (tmp_path / "link").symlink_to("b/c")
    assert logs.total_size([str(tmp_path)]) == 30


@pytest.mark.parametrize(
    "record",
    [
        b"[2024-01-01 10:00:00] jqxz",
        b"JQXZ",
        b"j q\r\nx-z",
        b"\xc4\xe3\xbaj\xc3qxz",
        b'{"t": "jqxz"}',
    ],
)
def test_a_nonce_is_found_in_any_record(record: bytes):
    assert b"jqxz" in list(logs.nonce_letters(record))


@given(st.binary())
def test_letters(data: bytes):
    every, together, labelled = logs.nonce_letters(data)
    assert set(every) <= set(b"jqxz")
    assert set(together) <= set(b"jqxz")
    assert sorted(labelled.replace(b"\n", b"")) == sorted(every)
    longer = list(logs.nonce_letters(data + b" jqxz"))
    assert longer[:2] == [every + b"jqxz", together + b"jqxz"]


@given(st.lists(st.sampled_from([b"j", b"Q", b" ", b"n\n"])).map(b"".join), st.integers(1, 8))
def test_runs_are_whole_wherever_a_chunk_ends(data: bytes, chunk: int):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(logs, "_CHUNK", chunk)
        _, together, _ = logs.nonce_letters(data)
    assert together == b"".join(re.findall(b"[jQ]{2,}", data)).lower()


def test_a_log_of_pairs_of_letters_takes_little_memory():
    """An agent has 128 MiB. Each pair for itself would take thirty times its length."""
    data = b"jj\njq\n" * 700_000
    tracemalloc.start()
    try:
        for letters in logs.nonce_letters(data):
            assert letters
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5 * len(data)


def test_letters_of_prefixes():
    every, together, labelled = logs.nonce_letters(b"[size=5] jqxz\n[size=5] zxqj\n")
    assert (every, together) == (b"zjqxzzzxqj", b"jqxzzxqj")
    assert labelled == b"zz\njqxzzxqj"
