"""The Docker Engine: how it is reached, and what to say when it is not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader.model.text import Text, say
from grader.sandbox import SandboxError

if TYPE_CHECKING:
    from docker import DockerClient

FIRST_ANSWER = 5
"""Seconds until an engine that is there has told its version; a local one takes 5 ms, one
behind ssh a second or two."""

ANSWER = 60
"""Seconds for any later request: creating and starting dozens of containers at once on a
slow disk has taken more than ten."""


CONNECTIONS = 64
"""Kept for later requests; where more submissions run at once, theirs are made anew."""


def connect() -> "DockerClient":
    """A client of the engine that ``DOCKER_HOST`` or Docker's context names.

    Raises:
        SandboxError: no engine can be used, with what to do about it.
    """
    try:
        import docker
    except ImportError as error:
        raise SandboxError(
            say("The Docker SDK for Python cannot be imported: {error}.", error=error),
            say("Install it: pip install 'docker>=7.1'."),
        ) from error
    try:
        client = docker.from_env(timeout=FIRST_ANSWER, max_pool_size=CONNECTIONS)
    except (docker.errors.DockerException, OSError, ValueError) as error:
        raise unreachable(error) from error
    client.api.timeout = ANSWER
    return client


def address() -> str:
    """What names the engine, for a message."""
    return os.environ.get("DOCKER_HOST") or "its usual address"


def unreachable(error: BaseException) -> SandboxError:
    """Say why the first request to an engine failed, and what to do."""
    causes = list(_causes(error))

    def among(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    # By their names: the module ssl takes as long to import as all of this package.
    names = {kind.__name__ for cause in causes for kind in type(cause).__mro__}
    if among(NameError):  # so the SDK fails where what it speaks ssh or pipes with is missing
        return SandboxError(
            say("The Docker SDK cannot reach {address}: {error}.", address=address(), error=error),
            say("Install what it needs: pip install 'docker[ssh]'."),
        )
    if among(PermissionError):
        return SandboxError(
            say("You may not use the Docker Engine at {address}.", address=address()),
            say("Ask to be added to the group docker and log in again, or set up rootless Docker."),
        )
    if among(FileNotFoundError):
        return SandboxError(
            say("No Docker Engine is at {address}.", address=address()),
            say("Install and start Docker, or name an engine in DOCKER_HOST."),
        )
    if among(ConnectionRefusedError):
        return SandboxError(
            say("The Docker Engine at {address} is not running.", address=address()),
            say("Start it: systemctl start docker, or Docker Desktop."),
        )
    if names & {"TLSParameterError", "SSLError"}:
        return SandboxError(
            say(
                "The Docker Engine at {address} and this machine do not trust each other: {error}.",
                address=address(),
                error=_innermost(error),
            ),
            say("Check DOCKER_TLS_VERIFY and the certificates in DOCKER_CERT_PATH."),
        )
    if among(TimeoutError) or any("Timeout" in name for name in names):
        return SandboxError(
            say(
                "The Docker Engine at {address} has not answered within {seconds} s.",
                address=address(),
                seconds=FIRST_ANSWER,
            ),
            say("See whether `docker version` answers; if not, restart Docker."),
        )
    return SandboxError(
        say(
            "The Docker Engine at {address} cannot be used: {error}.",
            address=address(),
            error=_innermost(error),
        ),
        say("See whether `docker version` answers, and whether DOCKER_HOST is right."),
    )


@contextmanager
def engine_errors(what: Text) -> Iterator[None]:
    """Turn an engine's refusal or its going away into a SandboxError.

    Args:
        what: the sentence if the engine refused; why it did is added.
    """
    import docker
    import requests

    try:
        yield
    except docker.errors.APIError as error:
        # An APIError is also a requests error: this clause comes first.
        raise SandboxError(
            what,
            say("The Docker Engine said: {error}", error=explanation(error)),
        ) from error
    except (requests.RequestException, OSError) as error:
        raise connection_lost(error) from error


def connection_lost(error: BaseException | None = None) -> SandboxError:
    """The engine was there, and is not any more."""
    why = "the connection ended" if error is None else _innermost(error)
    return SandboxError(
        say("The Docker Engine went away midway: {error}.", error=why),
        say("See whether `docker version` answers, then grade again."),
    )


def explanation(error: BaseException) -> str:
    """What the engine itself said, on one line."""
    told = getattr(error, "explanation", None) or error
    return " ".join(str(told).split())


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, also where a library only keeps it as an argument."""
    seen: set[int] = set()
    left: list[object] = [error]
    while left:
        cause = left.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        left += [cause.__cause__, cause.__context__, *cause.args]
        left.append(getattr(cause, "reason", None))


def _innermost(error: BaseException) -> str:
    *_, last = _causes(error)
    return " ".join(str(last).split()).rstrip(".") or type(last).__name__
