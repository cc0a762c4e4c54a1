"""When a run dies midway, the user learns why and can grade again."""

import contextlib
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from attacks import ATTACKS, left_behind, program

from grader.model.plan import Plan, nonces
from grader.sandbox import SandboxError, ownership
from grader.sandbox.docker.containers import list_containers, remove_own
from grader.sandbox.docker.engine import connect
from grader.sandbox.docker.image import ensure
from grader.sandbox.docker.sandbox import DockerSandbox

if TYPE_CHECKING:
    from docker import DockerClient

pytestmark = pytest.mark.slow

ENGINE = "/var/run/docker.sock"


@pytest.fixture
def client() -> "Iterator[DockerClient]":
    client = connect()
    yield client
    client.close()


@pytest.fixture
def submission(tmp_path: Path) -> Path:
    """A correct server, on a free port."""
    path = tmp_path / "zhang.py"
    path.write_text(program(ATTACKS["exhaustion/open_files"]), "utf-8")
    return path


def start(
    submission: Path, sandbox: str, *, largest: int | None = None
) -> "subprocess.Popen[bytes]":
    """Grade it; ``largest``: the file size limit in bytes, which simulates a full disk."""

    def limited() -> None:
        if largest is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    command = [
        sys.executable,
        "-m",
        "grader",
        "--sandbox",
        sandbox,
        "--fresh",
        submission.name,
    ]
    return subprocess.Popen(
        command,
        cwd=submission.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=limited,
    )


def end(grader: "subprocess.Popen[bytes]") -> tuple[int, str, str]:
    out, err = grader.communicate(timeout=100)
    assert b"Traceback" not in err
    assert left_behind(grader.pid) == []
    return grader.returncode, out.decode(), err.decode()


def kill_container(client: "DockerClient", grader: "subprocess.Popen[bytes]") -> None:
    """Kill the container of ``grader`` as soon as it runs."""
    while grader.poll() is None:
        for container in list_containers(client, f"{ownership.PID_LABEL}={grader.pid}"):
            if container["State"] == "running":
                client.api.kill(str(container["Id"]))
                return
        time.sleep(0.01)
    pytest.fail("it had no container")


@pytest.mark.docker
def test_a_container_that_is_killed_from_outside(client: "DockerClient", submission: Path) -> None:
    grader = start(submission, "docker")
    kill_container(client, grader)
    status, out, err = end(grader)
    assert status == 3
    assert "100 points" not in out
    assert "zhang.py was not judged. The sandbox was stopped from outside" in err
    assert "Grade the submission again" in err
    assert list(submission.parent.glob("runs/*/lost.jsonl"))
    assert not list(submission.parent.glob("runs/*/events.jsonl"))

    status, out, _ = end(start(submission, "docker"))
    assert (status, "100 of 100 points" in out) == (0, True)


def test_a_disk_that_is_full(submission: Path) -> None:
    assert end(start(submission, "none"))[0] == 0
    (first,) = (submission.parent / "runs").glob("*/")
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}

    status, out, err = end(start(submission, "none", largest=64 << 10))
    assert status == 3
    assert "points" not in out
    assert "The run cannot be stored in runs/zhang-" in err
    assert "File too large" in err

    assert {path: path.read_bytes() for path in before} == before
    assert end(start(submission, "none"))[0] == 0


class Proxy:
    """Relays between a grader and the engine until it is cut."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(50)
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near = self._listener.accept()[0]
                far = socket.socket(socket.AF_UNIX)
                far.connect(ENGINE)
                self._sockets += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(1 << 16):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        """Make the engine unreachable."""
        Path(self.path).unlink()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@pytest.fixture
def cut_midway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Plan], list[bytes]]:
    """Play a plan behind a proxy that is cut at the agent's first line."""

    def play(plan: Plan) -> list[bytes]:
        proxy = Proxy(str(tmp_path / "engine.sock"))
        monkeypatch.setenv("DOCKER_HOST", f"unix://{proxy.path}")
        client = connect()
        sandbox = DockerSandbox(client, ensure(client, lambda _: None))
        lines: list[bytes] = []

        def receive(line: bytes) -> None:
            if not lines:
                proxy.cut()
            lines.append(line)

        try:
            sandbox.run(plan, receive)
        finally:
            monkeypatch.delenv("DOCKER_HOST")
            client.close()
        return lines

    return play


@pytest.mark.docker
@pytest.mark.skipif(
    "DOCKER_HOST" in os.environ or not os.path.exists(ENGINE),  # noqa: PTH110
    reason="the engine is not reached by its usual socket",
)
def test_an_engine_that_goes_away(
    client: "DockerClient", submission: Path, cut_midway: Callable[[Plan], list[bytes]]
) -> None:
    plan = Plan(source=submission.read_bytes(), nonces=nonces(1))
    with pytest.raises(SandboxError, match="Docker Engine was lost") as caught:
        cut_midway(plan)
    assert "then grade again" in str(caught.value.remedy)
    # Without the engine it cannot remove its container; the next grading does.
    remove_own(client)
    assert not list_containers(client, f"{ownership.PID_LABEL}={os.getpid()}")
