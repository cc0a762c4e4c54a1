"""The connection to a Docker Engine, and the error for each way in which it can fail."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader.model.text import Text, say
from grader.sandbox import SandboxError

if TYPE_CHECKING:
    from docker import DockerClient

CONNECT_TIMEOUT = 5
"""Seconds for the first request, the engine's version. A local engine takes 5 ms, one behind ssh a
second or two."""

REQUEST_TIMEOUT = 60
"""Seconds for any later request. Creating and starting dozens of containers at once on a slow disk
has taken more than ten."""

MAX_CONNECTIONS = 64
"""Connections kept for later requests; more submissions at once open new ones."""


def connect() -> "DockerClient":
    """Connect to the engine that ``DOCKER_HOST`` or Docker's current context names.

    Raises:
        SandboxError: it cannot be used.
    """
    try:
        import docker
    except ImportError as error:
        raise SandboxError(
            say("The Docker SDK for Python cannot be imported: {error}.", error=error),
            say("Install it: pip install 'docker>=7.2'."),
        ) from error
    try:
        _require_context()
        client = docker.from_env(timeout=CONNECT_TIMEOUT, max_pool_size=MAX_CONNECTIONS)
    except SandboxError:
        raise
    except Exception as error:
        # The SDK raises the errors of Windows' pipes as they are: they are only Exceptions.
        raise connection_failed(error) from error
    client.api.timeout = REQUEST_TIMEOUT
    return client


def _require_context() -> None:
    """Make sure that the context exists, for without it the SDK would ask another engine.

    Raises:
        SandboxError: there is none of this name, or it is damaged.
    """
    from docker.context import ContextAPI, config

    if os.environ.get("DOCKER_HOST"):
        return
    name = os.environ.get("DOCKER_CONTEXT") or config.get_current_context_name()
    remedy = say("`docker context ls` lists them; choose one with `docker context use NAME`.")
    try:
        context = ContextAPI.get_context(name)
    except Exception as error:  # The SDK raises a bare one.
        raise SandboxError(
            say("The Docker context {name} cannot be read: {error}.", name=name, error=error),
            remedy,
        ) from error
    if context is None:
        raise SandboxError(say("There is no Docker context {name}.", name=name), remedy)


def engine_address() -> str | Text:
    """The engine's address, for messages."""
    if host := os.environ.get("DOCKER_HOST"):
        return host
    try:
        from docker.context import ContextAPI

        context = ContextAPI.get_context(os.environ.get("DOCKER_CONTEXT"))
    except Exception:  # The SDK raises a bare one for a damaged context.
        context = None
    if context is None or context.name == "default":
        return say("its default address")
    return say("{host} (context {name})", host=context.Host, name=context.name)


def windows_code(error: BaseException) -> int | None:
    """The code of an error of Windows, which those of its named pipes have although they are no
    :class:`OSError`; None: it is another error."""
    code = getattr(error, "winerror", None)
    return code if isinstance(code, int) else None


def connection_failed(error: BaseException) -> SandboxError:
    """Make the error for a failed first request, with the most likely cause and its remedy."""
    causes = list(_causes(error))

    def caused_by(kind: type[BaseException]) -> bool:
        return any(isinstance(cause, kind) for cause in causes)

    # Compared by name: importing ssl takes as long as importing this whole package.
    names = {kind.__name__ for cause in causes for kind in type(cause).__mro__}
    codes = {windows_code(cause) for cause in causes}
    address = engine_address()
    if caused_by(NameError):  # how the SDK fails without the package for ssh or for named pipes
        return SandboxError(
            say("The Docker SDK cannot reach {address}: {error}.", address=address, error=error),
            say(
                "Install the missing package: pip install {package}.",
                package="pywin32" if _is_windows() else "'docker[ssh]'",
            ),
        )
    if caused_by(PermissionError) or _DENIED in codes:
        return SandboxError(
            say(
                "You do not have permission to use the Docker Engine at {address}.", address=address
            ),
            _permission_remedy(),
        )
    if caused_by(FileNotFoundError) or _NOT_FOUND in codes:
        return SandboxError(
            say("There is no Docker Engine at {address}.", address=address),
            say("Install and start Docker, or set DOCKER_HOST to an engine's address.")
            if _is_linux()
            else say("Install Docker Desktop and start it."),
        )
    if caused_by(ConnectionRefusedError):
        return SandboxError(
            say("The Docker Engine at {address} is not running.", address=address),
            say("Start it with `systemctl start docker`, or start Docker Desktop.")
            if _is_linux()
            else say("Start Docker Desktop."),
        )
    if names & {"TLSParameterError", "SSLError"}:
        return SandboxError(
            say(
                "The TLS connection to the Docker Engine at {address} failed: {error}.",
                address=address,
                error=_innermost(error),
            ),
            say("Check DOCKER_TLS_VERIFY and the certificates in DOCKER_CERT_PATH."),
        )
    if caused_by(TimeoutError) or any("Timeout" in name for name in names):
        return SandboxError(
            say(
                "The Docker Engine at {address} did not answer within {seconds} s.",
                address=address,
                seconds=CONNECT_TIMEOUT,
            ),
            say("Run `docker version`; if it does not answer either, restart Docker."),
        )
    return SandboxError(
        say(
            "The Docker Engine at {address} cannot be used: {error}.",
            address=address,
            error=_innermost(error),
        ),
        say("Run `docker version`; if it fails too, check DOCKER_HOST."),
    )


_NOT_FOUND, _DENIED = 2, 5
"""Windows' codes for a pipe that does not exist, and for one that the user may not use."""


def _is_linux() -> bool:
    return sys.platform.startswith("linux")


def _is_windows() -> bool:
    return sys.platform == "win32"


def _permission_remedy() -> Text:
    if _is_linux():
        return say(
            "Have yourself added to the group docker and log in again, or set up rootless Docker."
        )
    if _is_windows():
        return say("Have yourself added to the group docker-users and log in again.")
    return say("Start Docker Desktop as the user who grades.")


def connection_lost(error: BaseException | None = None) -> SandboxError:
    """Make the error for an engine that went away after it had answered."""
    cause = say("the connection ended") if error is None else _innermost(error)
    return SandboxError(
        say("The connection to the Docker Engine was lost: {cause}.", cause=cause),
        say("Check with `docker version` that it answers, then grade again."),
    )


@contextmanager
def engine_errors(what: Text) -> Iterator[None]:
    """Turn the SDK's exceptions into a :class:`SandboxError`.

    Args:
        what: the error's first sentence if the engine refuses a request; its reason is added.
    """
    import docker
    import requests

    try:
        yield
    except docker.errors.APIError as error:
        # This clause comes first, since an APIError is also a RequestException.
        raise SandboxError(
            what, say("The Docker Engine's reason: {error}", error=explanation(error))
        ) from error
    except (requests.RequestException, OSError) as error:
        raise connection_lost(error) from error
    except Exception as error:
        if windows_code(error) is None:
            raise
        raise connection_lost(error) from error


def explanation(error: BaseException) -> str:
    """The engine's own explanation of an error, on one line."""
    return " ".join(str(getattr(error, "explanation", None) or error).split())


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything that led to it, breadth first.

    Libraries keep a cause as ``__cause__``, ``__context__``, ``reason``, or just an argument.
    """
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
