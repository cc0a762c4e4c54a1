import gc
import hashlib
import json
import os
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import docker.errors
import pytest
import requests

from grader.model.text import say
from grader.sandbox import SandboxError
from grader.sandbox.docker import engine


@pytest.fixture(autouse=True)
def no_engine_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def sockets_that_the_sdk_leaves_open() -> Iterator[None]:
    """Closes the sockets of refused connections; elsewhere an unclosed one is an error."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def unavailable(monkeypatch: pytest.MonkeyPatch, host: str) -> SandboxError:
    monkeypatch.setenv("DOCKER_HOST", host)
    with pytest.raises(SandboxError) as caught:
        engine.connect()
    assert host in str(caught.value.what)
    return caught.value


def test_no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    error = unavailable(monkeypatch, f"unix://{tmp_path}/none.sock")
    assert str(error.what).startswith("There is no Docker Engine at")
    assert "DOCKER_HOST" in str(error.remedy)


def test_an_engine_that_is_not_running(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "left.sock"))
    error = unavailable(monkeypatch, f"unix://{tmp_path}/left.sock")
    assert "is not running" in str(error.what)
    assert "systemctl start docker" in str(error.remedy)


def test_an_engine_that_says_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engine, "CONNECT_TIMEOUT", 0.05)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "silent.sock"))
        silent.listen()
        error = unavailable(monkeypatch, f"unix://{tmp_path}/silent.sock")
    assert "did not answer within 0.05 s" in str(error.what)


def test_something_else_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    error = unavailable(monkeypatch, "gopher://there")
    assert "cannot be used" in str(error.what)


def test_certificates_that_are_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path))
    error = unavailable(monkeypatch, "tcp://127.0.0.1:9")
    assert "TLS connection" in str(error.what)
    assert "DOCKER_CERT_PATH" in str(error.remedy)


def test_a_socket_that_is_another_groups() -> None:
    # Not made with a real socket: tests may run as root, who may use any.
    error = requests.exceptions.ConnectionError("aborted", PermissionError(13, "Permission denied"))
    said = engine.connection_failed(docker.errors.DockerException(error))
    assert str(said.what).startswith("You do not have permission to use the Docker Engine")
    assert "group docker" in str(said.remedy)


# --- other systems ---


class PipeError(Exception):
    """As pywin32 raises it, which is no OSError."""

    def __init__(self, code: int) -> None:
        super().__init__(code, "CreateFile", "The system says no.")
        self.winerror = code


def failed(error: BaseException) -> SandboxError:
    wrapped = docker.errors.DockerException(f"Error while fetching server API version: {error}")
    wrapped.__context__ = error
    return engine.connection_failed(wrapped)


def test_a_named_pipe_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    error = failed(PipeError(2))
    assert str(error.what).startswith("There is no Docker Engine at")
    assert str(error.remedy) == "Install Docker Desktop and start it."


def test_a_named_pipe_that_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    error = failed(PipeError(5))
    assert str(error.what).startswith("You do not have permission")
    assert "docker-users" in str(error.remedy)


def test_a_named_pipe_that_breaks_during_a_request() -> None:
    with (
        pytest.raises(SandboxError, match="was lost"),
        engine.engine_errors(say("It cannot be done.")),
    ):
        raise PipeError(233)


LINUX_ONLY = ("systemctl", "group docker ", "rootless", "DOCKER_HOST")


@pytest.mark.parametrize("system", ["darwin", "win32"])
@pytest.mark.parametrize(
    "error", [PermissionError(13, "no"), FileNotFoundError(2, "no"), ConnectionRefusedError()]
)
def test_advice_can_be_followed_on_another_system(
    monkeypatch: pytest.MonkeyPatch, system: str, error: OSError
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    remedy = str(failed(error).remedy)
    assert "docker-users" in remedy or "Docker Desktop" in remedy
    assert [each for each in LINUX_ONLY if each in remedy] == []


# --- contexts ---


@pytest.fixture
def contexts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of Docker's settings, whose current context is ``desktop``."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    folder = tmp_path / "contexts" / "meta" / hashlib.sha256(b"desktop").hexdigest()
    folder.mkdir(parents=True)
    host = f"unix://{tmp_path}/desktop.sock"
    meta = {"Name": "desktop", "Metadata": {}, "Endpoints": {"docker": {"Host": host}}}
    (folder / "meta.json").write_text(json.dumps(meta))
    (tmp_path / "config.json").write_text(json.dumps({"currentContext": "desktop"}))
    monkeypatch.setattr("docker.context.config.METAFILE", "meta.json")
    return folder


def test_the_engine_of_the_current_context(contexts: Path, tmp_path: Path) -> None:
    with pytest.raises(SandboxError) as caught:
        engine.connect()
    assert str(caught.value.what) == (
        f"There is no Docker Engine at unix://{tmp_path}/desktop.sock (context desktop)."
    )


def test_docker_host_comes_before_a_context(
    contexts: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "context" not in str(unavailable(monkeypatch, f"unix://{tmp_path}/other.sock").what)


def test_a_context_that_does_not_exist(contexts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONTEXT", "nowhere")
    with pytest.raises(SandboxError, match="There is no Docker context nowhere"):
        engine.connect()


def test_a_context_that_is_damaged(contexts: Path) -> None:
    (contexts / "meta.json").write_text("{")
    with pytest.raises(SandboxError, match="The Docker context desktop cannot be read"):
        engine.connect()


def test_an_sdk_that_lacks_what_speaks_ssh() -> None:
    error = docker.errors.DockerException("Install paramiko package")
    error.__cause__ = NameError("SSHHTTPAdapter")
    said = engine.connection_failed(error)
    assert "Install paramiko package" in str(said.what)
    assert "docker[ssh]" in str(said.remedy)


def test_what_an_engine_refuses_is_in_its_own_words() -> None:
    with (
        pytest.raises(SandboxError) as caught,
        engine.engine_errors(say("It cannot be done.")),
    ):
        raise docker.errors.APIError("HTTP 500", explanation="no\n  space")
    assert str(caught.value.what) == "It cannot be done."
    assert str(caught.value.remedy) == "The Docker Engine's reason: no space"


def test_an_engine_that_is_gone_refuses_nothing() -> None:
    with (
        pytest.raises(SandboxError, match="was lost: reset by peer"),
        engine.engine_errors(say("It cannot be done.")),
    ):
        raise requests.exceptions.ConnectionError(ConnectionResetError("reset by peer"))


def test_nobody_pays_for_the_sdk_before_it_is_used() -> None:
    code = (
        "import sys, grader.doctor;"
        " from grader.sandbox.docker import containers, engine, image, sandbox, stream;"
        " from grader.sandbox import agent_process, cache, choice, framing, host_python, local;"
        " from grader.sandbox import ownership, tmpfs;"
        " print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        check=True,
        text=True,
    )
    assert {"docker", "requests", "urllib3"}.isdisjoint(done.stdout.split())
