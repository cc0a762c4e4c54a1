"""The cache folder, and the lock of the processes that fill it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.sandbox.cache import cache_folder, locked

HOLD = """\
import sys
from pathlib import Path
from grader.sandbox.cache import locked
with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="about Linux's folders")
def test_the_folder_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", "/home/wang")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    assert cache_folder() == Path("/home/wang/.cache/select-grader")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "select-grader"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # which the specification forbids
    assert cache_folder() == Path("/home/wang/.cache/select-grader")


@pytest.mark.skipif(sys.platform != "linux", reason="about Linux's folders")
def test_roots_folder_is_in_nobodys_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("XDG_CACHE_HOME", "/home/wang/.cache")
    assert cache_folder() == Path("/var/cache/select-grader")


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
    with locked(path, lambda: pytest.fail("nobody holds it")):
        pass
    assert path.exists()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"), locked(tmp_path / "file" / "lock"):
        pass
