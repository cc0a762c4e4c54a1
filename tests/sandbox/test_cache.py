"""The cache folder is the user's."""

import os
import sys
from pathlib import Path

import pytest

from grader.sandbox.cache import cache_folder


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
