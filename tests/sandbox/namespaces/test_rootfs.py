"""The root folder that namespaces are built around: where it is kept, and when it is made anew."""

import os
import time
from pathlib import Path

import pytest

from grader.sandbox import SandboxError, host_python
from grader.sandbox.docker import image
from grader.sandbox.docker.image import Recipe
from grader.sandbox.namespaces import rootfs

OTHER = Recipe(dockerfile=b"", files={"grader/agent/main.py": b"pass"})


def test_it_is_kept_in_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", "/home/wang")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    assert rootfs.cache_folder() == Path("/home/wang/.cache/select-grader")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert rootfs.cache_folder() == tmp_path / "select-grader"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # which the specification forbids
    assert rootfs.cache_folder() == Path("/home/wang/.cache/select-grader")


def test_roots_is_in_nobodys_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("XDG_CACHE_HOME", "/home/wang/.cache")
    assert rootfs.cache_folder() == Path("/var/cache/select-grader")


@pytest.mark.namespaces
def test_it_is_made_once_and_holds_what_a_container_does(stand_in: Path, tmp_path: Path) -> None:
    said: list[str] = []
    left, old = tmp_path / "unfinished-x", tmp_path / "root-x"
    for each in (left, old):
        each.mkdir()
    os.utime(old, (0, time.time() - rootfs.MAX_AGE - 60))
    made_from = image.recipe(stand_in)
    made = rootfs.ensure(lambda text: said.append(str(text)), made_from, tmp_path)
    assert not left.exists()
    assert not old.exists()
    assert "once" in said[0]
    assert (made / "opt/grader/grader/agent/main.py").read_bytes()
    assert list((made / "opt/grader/grader/agent/__pycache__").iterdir())
    assert "student" in (made / "etc/passwd").read_text()
    assert "127.0.0.1 localhost sandbox" in (made / "etc/hosts").read_text()
    assert rootfs.ensure(lambda _: pytest.fail("made again"), made_from, tmp_path) == made


def test_another_agent_has_another_folder(tmp_path: Path) -> None:
    (tmp_path / rootfs._name(OTHER)).mkdir()
    assert rootfs.find(OTHER, tmp_path)
    changed = Recipe(dockerfile=b"", files={"grader/agent/main.py": b"pass "})
    assert rootfs.find(changed, tmp_path) is None


def test_an_agent_that_does_not_run_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(SandboxError):
        rootfs.ensure(lambda _: None, OTHER, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SandboxError, match="XDG_CACHE_HOME"):
        rootfs.ensure(lambda _: None, OTHER, tmp_path / "file" / "cache")


def test_a_python_that_cannot_serve_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_python, "incompatibility", lambda *_: "it is PyPy")
    with pytest.raises(SandboxError, match="it is PyPy"):
        rootfs.ensure(lambda _: None, OTHER, tmp_path)
