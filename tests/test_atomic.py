"""Files are written whole or not at all, and locked by one process at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from grader import atomic
from grader.atomic import locked

HOLD = """\
import sys
from pathlib import Path
from grader.atomic import locked
with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    atomic.write(path, b"first")
    atomic.write(path, b"second")
    assert path.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_changes_nothing(tmp_path: Path) -> None:
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


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path, waited = tmp_path / "new" / "lock", list[bool]()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"locked\n"

        def waiting() -> None:
            waited.append(True)
            holder.kill()

        with locked(path, waiting):
            assert waited == [True]
    with locked(path, lambda: pytest.fail("no process holds it")):
        pass
    assert path.exists()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"), locked(tmp_path / "file" / "lock"):
        pass
