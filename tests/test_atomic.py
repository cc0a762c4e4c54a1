"""Files are written whole or not at all."""

from pathlib import Path

import pytest

from grader import atomic


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    atomic.write(path, b"first")
    atomic.write(path, b"second")
    assert path.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "report"
    (path / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match="report"):
        atomic.write(path, b"data")
    assert list(tmp_path.iterdir()) == [path]


def test_no_link_is_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"kept")
    (tmp_path / "report").symlink_to(precious)
    atomic.write(tmp_path / "report", b"data")
    assert precious.read_bytes() == b"kept"
    assert (tmp_path / "report").read_bytes() == b"data"
