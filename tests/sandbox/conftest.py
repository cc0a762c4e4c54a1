from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.sandbox import SandboxError, image
from grader.sandbox.engine import connect

if TYPE_CHECKING:
    from docker import DockerClient

TOP = Path(__file__).parents[2]

STAND_IN = """\
import base64, json, os, sys, time

def main():
    length = int(sys.stdin.buffer.readline())
    plan = json.loads(sys.stdin.buffer.read(length))
    exec(base64.b64decode(plan["source"]), globals() | {"plan": plan})
"""
"""An agent that does what the plan's source says, in its own place."""


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a package ``grader`` whose agent is the stand-in."""
    top = tmp_path_factory.mktemp("stand-in")
    agent = top / "grader" / "agent"
    agent.mkdir(parents=True)
    (top / "Dockerfile").write_bytes((TOP / "Dockerfile").read_bytes())
    (agent / "__init__.py").touch()
    (agent / "main.py").write_text(STAND_IN, encoding="utf-8")
    prepare = TOP / "grader/agent/prepare.py"
    (agent / "prepare.py").write_bytes(prepare.read_bytes())
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
