"""The root folder of a sandbox of namespaces: when it is made, and when it is made again."""

import os
import time
from pathlib import Path

import pytest

from grader.sandbox import SandboxError, host_python
from grader.sandbox.docker import image
from grader.sandbox.docker.image import Recipe
from grader.sandbox.namespaces import rootfs

OTHER = Recipe(dockerfile=b"", files={"grader/agent/main.py": b"pass"})


@pytest.mark.namespaces
def test_it_is_made_once_and_holds_what_a_docker_image_does(stand_in: Path, tmp_path: Path) -> None:
    said: list[str] = []
    left, old = tmp_path / "unfinished-x", tmp_path / "root-x"
    for each in (left, old):
        each.mkdir()
    os.utime(old, (0, time.time() - rootfs.MAX_AGE - 60))
    made_from = image.recipe(stand_in)
    made = rootfs.ensure(lambda text: said.append(str(text)), made_from, tmp_path)
    assert not left.exists()
    assert not old.exists()
    assert "only the first time" in said[0]
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
