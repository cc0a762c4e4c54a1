"""Opens a sandbox: the one that is named, or the most isolated one that this machine supports."""

import sys
from collections.abc import Callable
from typing import assert_never

from grader.model.text import Text, say
from grader.sandbox import ReportProgress, Sandbox, SandboxError, SandboxName
from grader.sandbox.docker import containers, engine, image
from grader.sandbox.docker import sandbox as docker
from grader.sandbox.interpreter import find_python

Notify = Callable[[Text, Text], None]
"""Takes something about the choice that the user should know, and what to do to change it."""


def ignore(*_: Text) -> None:
    """Discard progress and notices."""


def open_sandbox(
    name: SandboxName,
    *,
    python: str = "",
    progress: ReportProgress = ignore,
    notify: Notify = ignore,
) -> Sandbox:
    """Open the sandbox ``name``, preparing what it needs (the image, the root folder).

    Args:
        name: as on the command line.
        python: the Python that runs programs, as a rubric names it: a version, or an image, which
            takes Docker; empty: any.
        progress: receives what is being done if that takes more than a moment.
        notify: receives the reason if ``auto`` falls back from Docker to namespaces.

    Raises:
        SandboxError: this machine does not support it.
    """
    if name == "auto":
        return choose_automatically(progress, notify, python)
    if name == "docker":
        return open_docker(progress, python)
    if name == "namespaces":
        return open_namespaces(progress, python)
    if name == "none":
        if not sys.platform.startswith("linux"):
            raise SandboxError(
                say("Without a sandbox, submissions run only on Linux."),
                say("Grade with --sandbox docker."),
            )
        from grader.sandbox.local import LocalSandbox

        return LocalSandbox(find_python(python)) if python else LocalSandbox()
    assert_never(name)


def open_docker(progress: ReportProgress = ignore, python: str = "") -> Sandbox:
    """Open the sandbox of containers, and remove containers that earlier runs left behind.

    Raises:
        SandboxError: no Docker Engine can be used.
    """
    client = engine.connect()
    containers.remove_abandoned(client)
    name = image.ensure(client, progress, python=python)
    return docker.DockerSandbox(client, name, runtime=docker.requested_runtime())


def open_namespaces(progress: ReportProgress = ignore, python: str = "") -> Sandbox:
    """Open the sandbox of Linux namespaces.

    Raises:
        SandboxError: this machine does not allow users to create them.
    """
    if not sys.platform.startswith("linux"):
        raise SandboxError(
            say("Only Linux has namespaces, and this is another system."),
            say("Grade with --sandbox docker."),
        )
    # It imports modules that only Linux has.
    from grader.sandbox.namespaces import sandbox as namespaces

    return namespaces.NamespaceSandbox(namespaces.prepare(progress, find_python(python)))


def choose_automatically(
    progress: ReportProgress = ignore, notify: Notify = ignore, python: str = ""
) -> Sandbox:
    """Open Docker's sandbox if an engine answers, else namespaces; never run unprotected.

    Raises:
        SandboxError: neither is available; the remedy lists every way to get one.
    """
    try:
        client = engine.connect()
    except SandboxError as error:
        if not sys.platform.startswith("linux"):
            raise _docker_only(error) from error
        no_engine = error
    else:
        # If an engine answers but fails later, its error is reported: the user should repair it
        # rather than silently get a weaker sandbox.
        client.close()
        return open_docker(progress, python)
    try:
        found = open_namespaces(progress, python)
    except SandboxError as error:
        raise no_sandbox(no_engine, error) from error
    notify(
        say("{engine} Falling back to Linux namespaces.", engine=no_engine.what),
        say("{engine} Containers isolate better than namespaces.", engine=no_engine.remedy),
    )
    return found


def _docker_only(no_engine: SandboxError) -> SandboxError:
    """The error for a machine that cannot have another sandbox than Docker's."""
    if sys.platform == "win32":
        otherwise = say("Or grade in WSL 2, which is a Linux: docs/windows-and-macos.md.")
    else:
        otherwise = say("What works without it: docs/windows-and-macos.md.")
    return SandboxError(
        no_engine.what, say("{engine} {otherwise}", engine=no_engine.remedy, otherwise=otherwise)
    )


def no_sandbox(no_engine: SandboxError, no_namespaces: SandboxError) -> SandboxError:
    """Make the error for a machine with neither sandbox: why, and every way to get one."""
    return SandboxError(
        say(
            "This machine has no sandbox. {engine} {namespaces}",
            engine=no_engine.what,
            namespaces=no_namespaces.what,
        ),
        say(
            "Do one of these: (1) Docker: {engine} (2) Namespaces: {namespaces} (3) To grade only"
            " your own program: --sandbox none.",
            engine=no_engine.remedy,
            namespaces=no_namespaces.remedy,
        ),
    )
