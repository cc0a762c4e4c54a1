"""Which sandbox there is: the strongest that this machine has, or the one that is asked for."""

import sys
from collections.abc import Callable

from grader.model.text import Text, say
from grader.sandbox import Sandbox, SandboxError
from grader.sandbox.docker import image, sandbox
from grader.sandbox.docker.image import Tell

Note = Callable[[Text, Text], None]
"""Takes what the user should know about the choice, and what to do if it does not suit."""


def containers(tell: Tell, note: Note) -> Sandbox:
    """Containers of the Docker Engine.

    Raises:
        SandboxError: no engine can be used.
    """
    client = sandbox.connect()
    sandbox.sweep(client)
    return sandbox.DockerSandbox(client, image.ensure(client, tell))


def walls(tell: Tell, note: Note) -> Sandbox:
    """Walls of namespaces.

    Raises:
        SandboxError: this machine allows none.
    """
    if not sys.platform.startswith("linux"):
        raise SandboxError(
            say("Namespaces are Linux's, and this is another system."),
            say("Install Docker Desktop and start it: Docker is what serves here."),
        )
    # It imports what other systems have not.
    from grader.sandbox.namespaces import sandbox

    return sandbox.NamespaceSandbox(sandbox.ready(tell))


def strongest(tell: Tell, note: Note) -> Sandbox:
    """Containers where an engine answers, else namespaces where they work; never less.

    Raises:
        SandboxError: there is neither; the ways on are named.
    """
    try:
        client = sandbox.connect()
    except SandboxError as error:
        no_engine = error
    else:
        # An engine that is there and does not work is to be mended, not gone around.
        client.close()
        return containers(tell, note)
    try:
        found = walls(tell, note)
    except SandboxError as error:
        raise neither(no_engine, error) from error
    note(
        say("{engine} So this is graded behind Linux's namespaces.", engine=no_engine.what),
        say("For the stronger walls of a container: {engine}", engine=no_engine.remedy),
    )
    return found


def neither(no_engine: SandboxError, no_walls: SandboxError) -> SandboxError:
    """Say that there is no sandbox, and name the ways on."""
    return SandboxError(
        say(
            "There is no sandbox here. {engine} {walls}", engine=no_engine.what, walls=no_walls.what
        ),
        say(
            "One of these: (1) Docker: {engine} (2) Namespaces: {walls} (3) For your own program"
            " only: --sandbox none.",
            engine=no_engine.remedy,
            walls=no_walls.remedy,
        ),
    )


SANDBOXES: dict[str, Callable[[Tell, Note], Sandbox]] = {
    "auto": strongest,
    "docker": containers,
    "namespaces": walls,
}
"""By their names on the command line; the one without walls is not among them."""


def open_sandbox(
    name: str, *, progress: Tell = lambda _: None, notify: Note = lambda *_: None
) -> Sandbox:
    """Open the sandbox ``name``, preparing what it needs (the image, the root folder).

    Args:
        name: as on the command line.
        progress: receives what is being done if that takes more than a moment.
        notify: receives the reason if ``auto`` falls back from Docker to namespaces.

    Raises:
        SandboxError: this machine does not support it.
    """
    if name == "none":
        from grader.sandbox.local import LocalSandbox

        return LocalSandbox()
    return SANDBOXES[name](progress, notify)
