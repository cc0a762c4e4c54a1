import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.sandbox import SandboxError
from grader.sandbox.docker import image
from grader.sandbox.docker.engine import connect
from grader.sandbox.namespaces import cgroups, rootfs
from grader.sandbox.namespaces.sandbox import NamespaceSandbox

if TYPE_CHECKING:
    from docker import DockerClient

TOP = Path(__file__).parents[2]

STAND_IN = """\
import base64, json, os, sys, time

def read_plan(stream):
    return json.loads(stream.read(int(stream.readline())))

def main():
    plan = read_plan(sys.stdin.buffer)
    exec(base64.b64decode(plan["source"]), globals() | {"plan": plan})
"""
"""An agent that executes the plan's source itself."""


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a package ``grader`` with that agent."""
    top = tmp_path_factory.mktemp("stand-in")
    agent = top / "grader" / "agent"
    shutil.copytree(TOP / "grader/agent", agent, ignore=shutil.ignore_patterns("__pycache__"))
    (top / "Dockerfile").write_bytes((TOP / "Dockerfile").read_bytes())
    (agent / "main.py").write_text(STAND_IN, encoding="utf-8")
    return top / "grader"


@pytest.fixture(scope="session")
def client() -> "Iterator[DockerClient]":
    try:
        client = connect()
    except SandboxError as error:
        pytest.skip(str(error))
    yield client
    client.close()


@pytest.fixture(scope="session")
def image_name(client: "DockerClient", stand_in: Path) -> str:
    return image.ensure(client, print, image.recipe(stand_in))


@pytest.fixture(scope="session")
def root_folder(stand_in: Path) -> Iterator[Path]:
    # Not in pytest's folder, through which an ordinary user is not let.
    kept = Path(tempfile.mkdtemp(prefix="root-folder-"))
    kept.chmod(0o755)
    yield rootfs.ensure(lambda _: None, image.recipe(stand_in), kept)
    shutil.rmtree(kept)


@pytest.fixture
def isolated(root_folder: Path) -> Iterator[NamespaceSandbox]:
    """A sandbox that must leave no control group behind."""
    yield NamespaceSandbox(root_folder)
    assert list(cgroups.TOP.glob(f"*/select-grader-{os.getpid()}-*")) == []


@pytest.fixture
def no_groups(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No control groups can be created, as for ordinary users on most machines."""
    monkeypatch.setattr(cgroups, "TOP", tmp_path)
