"""The sandbox's image: found in the engine, or built there the first time.

An image is a **base** (a system with Python) plus the agent. The ``Dockerfile`` builds on any base
whose Python is 3.11 or newer; it uses no shell, since a base may have none. The base is, in this
order:

1. the one that ``GRADER_BASE`` names, such as a school's mirror, or an image that was brought with
   ``docker load``; no other one replaces it;
2. the ``Dockerfile``'s default, a pinned slim official Python, if the engine has or can pull it;
3. one made of this machine's own Python (:mod:`grader.sandbox.host_python`): its binary, its
   standard library, and the shared libraries that they need, imported as by ``docker import``. This
   takes seconds and no privileges beyond the engine's, but it works only if the engine runs this
   machine's system and architecture.

The image's name is a hash of everything that goes into it, so a changed agent never runs in an old
image, and :func:`find` is exact.

Bytecode is compiled while the image is built: with a read-only root, each process would otherwise
compile everything it imports, which takes half a second. The image also has what a beginner's
server may expect of an ordinary computer: a name for its user id, a Chinese locale and, in a base
made here, a shell, ``date`` and similar programs.
"""

import hashlib
import io
import os
import queue
import re
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from grader import atomic
from grader.model.text import Text, say
from grader.sandbox import ReportProgress, SandboxError, cache, host_python
from grader.sandbox.docker.engine import engine_errors, explanation

if TYPE_CHECKING:
    from docker import DockerClient

REPOSITORY = "select-grader"
BASE_REPOSITORY = "select-grader-base"

PULL_TIMEOUT = 15
"""Seconds without progress after which a pull is given up. A name that does not resolve fails at
once; a network that drops packets would take minutes."""


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that goes into an image except its base."""

    dockerfile: bytes
    files: dict[str, bytes]
    """The agent's files, by their paths below ``/opt/grader``."""

    @property
    def default_base(self) -> str:
        """The base that the Dockerfile names.

        Raises:
            SandboxError: it names none.
        """
        match = re.search(rb"^ARG BASE=(\S+)\s*$", self.dockerfile, re.MULTILINE)
        if match is None:
            raise SandboxError(
                say("The Dockerfile does not name a base image."),
                say("Add a line to it such as: ARG BASE=python:3.12.8-slim-bookworm"),
            )
        return match[1].decode()

    def name(self, base_identity: str) -> str:
        """The image's name, a hash of ``base_identity`` and every byte of the recipe."""
        digest = hashlib.sha256()
        for part in (
            base_identity.encode("utf-8", "surrogateescape"),
            self.dockerfile,
            *(part for path in sorted(self.files) for part in (path.encode(), self.files[path])),
        ):
            digest.update(b"%d:" % len(part) + part)
        return f"{REPOSITORY}:{digest.hexdigest()[:16]}"

    def context(self) -> bytes:
        """The build context as a tar archive, which depends on nothing but the recipe."""
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT) as archive:
            for path, content in {"Dockerfile": self.dockerfile, **self.files}.items():
                entry = tarfile.TarInfo(path)
                entry.size, entry.mode = len(content), 0o644
                archive.addfile(entry, io.BytesIO(content))
        return target.getvalue()


def recipe(package: Path | None = None) -> Recipe:
    """Read the recipe of the package in the folder ``package``; None: this package.

    Raises:
        SandboxError: the installation is incomplete.
    """
    package = package or Path(__file__).resolve().parents[2]
    # A repository has the Dockerfile at its top, a wheel inside the package.
    candidates = (package.parent / "Dockerfile", package / "Dockerfile")
    dockerfile = next((path for path in candidates if path.is_file()), None)
    agent = package / "agent"
    files = {
        f"grader/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in sorted(agent.rglob("*.py"))
    }
    if dockerfile is None or "grader/agent/main.py" not in files:
        raise SandboxError(
            say("The agent or its Dockerfile is missing in {package}.", package=package),
            say("Install the grader again."),
        )
    # Empty in the image, because ours may import modules that the image does not have.
    return Recipe(dockerfile=dockerfile.read_bytes(), files={"grader/__init__.py": b"", **files})


def requested_base() -> str | None:
    """The base that ``GRADER_BASE`` names, if it is set."""
    return os.environ.get("GRADER_BASE", "").strip() or None


def find(client: "DockerClient", made_from: Recipe) -> str | None:
    """Return the name of the image that :func:`ensure` would use; None: it would build one."""
    requested = requested_base()
    if requested is not None:
        name = made_from.name(requested)
        return name if exists(client, name) else None
    name = made_from.name(made_from.default_base)
    if exists(client, name):
        return name
    if exists(client, made_from.default_base):
        # It has arrived since an image was built on this machine's Python, and it is preferred.
        return None
    name = made_from.name(_host_identity())
    return name if exists(client, name) else None


def ensure(
    client: "DockerClient", progress: ReportProgress, made_from: Recipe | None = None
) -> str:
    """Return the image's name, after building the image if the engine does not have it.

    Args:
        client: from :func:`grader.sandbox.docker.engine.connect`.
        progress: receives what is being done while the image is built.
        made_from: None: this package's recipe.

    Raises:
        SandboxError: no base is available, or the engine cannot build.
    """
    made_from = made_from or recipe()
    with engine_errors(say("The engine cannot look for the image.")):
        found = find(client, made_from)
        if found is not None:
            return found
        with _build_lock(progress):
            return find(client, made_from) or _build(client, made_from, progress)


def _build(client: "DockerClient", made_from: Recipe, progress: ReportProgress) -> str:
    started = time.monotonic()
    progress(say("Building the image (only the first time)."))
    base_name, base_identity = _base(client, made_from, progress)
    name = made_from.name(base_identity)
    progress(say("Building the image (only the first time): compiling on {base}.", base=base_name))
    _build_on(client, made_from, base_name, name)
    progress(
        say(
            "Built the image {name} in {seconds:.1f} s.",
            name=name,
            seconds=time.monotonic() - started,
        )
    )
    return name


def _base(client: "DockerClient", made_from: Recipe, progress: ReportProgress) -> tuple[str, str]:
    """Make a base available; return its name in the engine and its identity for a recipe's name."""
    requested = requested_base()
    wanted = requested or made_from.default_base
    if exists(client, wanted):
        return wanted, wanted
    progress(say("Building the image (only the first time): asking for {base}.", base=wanted))
    failure = pull(client, wanted, progress)
    if failure is None:
        return wanted, wanted
    if requested is not None:
        raise SandboxError(
            say("The base image {base} is not available: {why}.", base=requested, why=failure),
            say(
                "Load it with `docker load`, or correct its name in GRADER_BASE, or unset"
                " GRADER_BASE."
            ),
        )
    version = client.version()
    incompatibility = host_python.incompatibility(str(version["Os"]), str(version["Arch"]))
    if incompatibility is not None:
        raise SandboxError(
            say(
                "The base image {base} is not available ({why}), and this machine's own Python"
                " cannot replace it: {incompatibility}.",
                base=wanted,
                why=failure,
                incompatibility=incompatibility,
            ),
            say(
                "Load {base} with `docker load`, or set GRADER_BASE to an image that the engine"
                " has or can pull.",
                base=wanted,
            ),
        )
    progress(
        say(
            "Building the image (only the first time): {base} cannot be pulled; making a base from"
            " this machine's Python {version}.",
            base=wanted,
            version=".".join(map(str, sys.version_info[:3])),
        )
    )
    return make_base(client), _host_identity()


def make_base(client: "DockerClient") -> str:
    """Return the name of a base made of this machine's Python, which is imported if it is new.

    Raises:
        SandboxError: the engine cannot import it, or its libraries cannot be found.
    """
    tag = hashlib.sha256(_host_identity().encode("utf-8", "surrogateescape")).hexdigest()[:16]
    name = f"{BASE_REPOSITORY}:{tag}"
    if not exists(client, name):
        with (
            engine_errors(say("The engine cannot import a base image.")),
            tempfile.TemporaryFile() as archive,
        ):
            host_python.write_root_folder(archive)
            archive.seek(0)
            # The tag is part of the name, since Podman ignores a separate tag argument.
            client.api.import_image(src=archive, repository=name)
    return name


def pull(client: "DockerClient", name: str, progress: ReportProgress) -> str | Text | None:
    """Have the engine pull an image; return why it failed, or None.

    It may take any time while it makes progress; it fails :data:`PULL_TIMEOUT` seconds after the
    last progress.
    """
    messages: queue.Queue[dict[str, Any] | BaseException | None] = queue.Queue()

    def listen() -> None:
        try:
            for line in client.api.pull(name, stream=True, decode=True):
                messages.put(line)
            messages.put(None)
        except Exception as error:
            messages.put(error)

    # The SDK has no timeout for a pull, so it runs in a thread that can be abandoned.
    threading.Thread(target=listen, daemon=True).start()
    last_status = ""
    while True:
        try:
            line = messages.get(timeout=PULL_TIMEOUT)
        except queue.Empty:
            return say("the registry did not answer for {seconds} s", seconds=PULL_TIMEOUT)
        if line is None:
            return None
        if isinstance(line, BaseException):
            return explanation(line).rstrip(".")
        if "error" in line:
            return " ".join(str(line["error"]).split()).rstrip(".")
        status = str(line.get("status", ""))
        if status != last_status and status in ("Downloading", "Extracting"):
            last_status = status
            progress(
                say("Building the image (only the first time): downloading {base}.", base=name)
                if status == "Downloading"
                else say("Building the image (only the first time): unpacking {base}.", base=name)
            )


def _build_on(client: "DockerClient", made_from: Recipe, base_name: str, name: str) -> None:
    import docker

    what = say("The image cannot be built on {base}.", base=base_name)
    with engine_errors(what):
        try:
            client.images.build(
                fileobj=io.BytesIO(made_from.context()),
                custom_context=True,
                buildargs={"BASE": base_name},
                network_mode="none",
                tag=name,
                rm=True,
                forcerm=True,
            )
        except docker.errors.BuildError as error:
            log = "".join(str(line.get("stream", "")) for line in error.build_log)
            remedy = say(
                "Use a base image whose `python3` is 3.11 or newer. The build failed with: {error};"
                " {last}",
                error=explanation(error),
                last=(log.strip().splitlines() or [""])[-1].strip(),
            )
            raise SandboxError(what, remedy) from error


def _host_identity() -> str:
    return "this machine's Python\n" + host_python.identity()


def exists(client: "DockerClient", name: str) -> bool:
    """Whether the engine has the image; no registry is queried."""
    import docker

    try:
        client.images.get(name)
    except docker.errors.NotFound:
        return False
    return True


@contextmanager
def _build_lock(progress: ReportProgress) -> Iterator[None]:
    """Let one process of this user build while others wait for its image.

    The lock only saves work: two builds at once are harmless, since a tag moves in one step. So
    where the lock cannot be had, the build goes on without it.
    """

    def waiting() -> None:
        progress(say("Waiting for another `grade`, which is building the image."))

    with ExitStack() as stack:
        with suppress(OSError):
            stack.enter_context(atomic.locked(cache.cache_folder() / "image.lock", waiting))
        yield
