"""The sandbox's image: found in the engine, or built there the first time.

An image is a **base** (a system with Python) plus the agent. The ``Dockerfile`` builds on any base
whose Python is 3.11 or newer; it uses no shell, since a base may have none. The base is, in this
order:

1. the image that the rubric names; no other one replaces it;
2. the one that ``GRADER_BASE`` names, such as a school's mirror, or an image that was brought with
   ``docker load``, unless the rubric names a version of Python; no other one replaces it;
3. the ``Dockerfile``'s default, a pinned slim official Python, or the official one of the version
   that the rubric names, if the engine has or can pull it;
4. one made of this machine's own Python, or of its Python of that version: its binary, its standard
   library, and the shared libraries that they need (:mod:`grader.sandbox.host_python`), imported as
   by ``docker import``. This takes seconds and no privileges beyond the engine's, but it works only
   if the engine runs this machine's system and architecture.

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
import re
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader import atomic
from grader.model.text import say
from grader.sandbox import ReportProgress, SandboxError, cache, host_python
from grader.sandbox.docker.engine import engine_errors, explanation
from grader.sandbox.docker.pull import pull
from grader.sandbox.interpreter import Interpreter, find_python, is_version

if TYPE_CHECKING:
    from docker import DockerClient

REPOSITORY = "select-grader"
BASE_REPOSITORY = "select-grader-base"


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
                say("Add a line to it such as: ARG BASE=python:3.14.6-slim-trixie"),
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


def wanted_base(made_from: Recipe, python: str = "") -> tuple[str, bool]:
    """The name of the base to use if it can be had, and whether no other one may replace it.

    Args:
        made_from: the recipe, which names the default base.
        python: the version or the image that the rubric names; empty: none.
    """
    default = made_from.default_base
    if is_version(python):
        fits = default.startswith((f"python:{python}.", f"python:{python}-"))
        return (default if fits else f"python:{python}-slim"), False
    required = python or requested_base()
    return (required, True) if required else (default, False)


def find(client: "DockerClient", made_from: Recipe, python: str = "") -> str | None:
    """Return the name of the image that :func:`ensure` would use; None: it would build one."""
    wanted, required = wanted_base(made_from, python)
    name = made_from.name(wanted)
    if exists(client, name):
        return name
    if required or exists(client, wanted):
        # If the engine has the base by now, it is preferred to this machine's Python.
        return None
    try:
        name = made_from.name(_host_identity(find_python(python)))
    except SandboxError:
        return None
    return name if exists(client, name) else None


def ensure(
    client: "DockerClient",
    progress: ReportProgress,
    made_from: Recipe | None = None,
    python: str = "",
) -> str:
    """Return the image's name, after building the image if the engine does not have it.

    Args:
        client: from :func:`grader.sandbox.docker.engine.connect`.
        progress: receives what is being done while the image is built.
        made_from: None: this package's recipe.
        python: the version of Python or the image that the rubric names; empty: none.

    Raises:
        SandboxError: no base is available, or the engine cannot build.
    """
    made_from = made_from or recipe()
    with engine_errors(say("The engine cannot look for the image.")):
        found = find(client, made_from, python)
        if found is not None:
            return found
        with _build_lock(progress):
            found = find(client, made_from, python)
            return found or _build(client, made_from, python, progress)


def _build(client: "DockerClient", made_from: Recipe, python: str, progress: ReportProgress) -> str:
    started = time.monotonic()
    progress(say("Building the image (only the first time)."))
    base_name, base_identity = _base(client, made_from, python, progress)
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


def _base(
    client: "DockerClient", made_from: Recipe, python: str, progress: ReportProgress
) -> tuple[str, str]:
    """Make a base available; return its name in the engine and its identity for a recipe's name."""
    wanted, required = wanted_base(made_from, python)
    if exists(client, wanted):
        return wanted, wanted
    progress(say("Building the image (only the first time): asking for {base}.", base=wanted))
    failure = pull(client, wanted, progress)
    if failure is None:
        return wanted, wanted
    if required:
        raise SandboxError(
            say("The base image {base} is not available: {why}.", base=wanted, why=failure),
            say("Load it with `docker load`, or correct its name in the rubric.")
            if python
            else say(
                "Load it with `docker load`, or correct its name in GRADER_BASE, or unset"
                " GRADER_BASE."
            ),
        )
    version = client.version()
    replacement: Interpreter | None = None
    try:
        replacement = find_python(python)
        incompatibility = host_python.incompatibility(
            str(version["Os"]), str(version["Arch"]), replacement
        )
    except SandboxError:
        incompatibility = say("it is not Python {wanted}", wanted=python)
    if replacement is None or incompatibility is not None:
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
            )
            if not python
            else say(
                "Load {base} with `docker load`, or name an image in the rubric.", base=wanted
            ),
        )
    progress(
        say(
            "Building the image (only the first time): {base} cannot be pulled; making a base from"
            " this machine's Python {version}.",
            base=wanted,
            version=".".join(map(str, replacement.number)),
        )
    )
    return make_base(client, replacement), _host_identity(replacement)


def make_base(client: "DockerClient", python: Interpreter | None = None) -> str:
    """Return the name of a base made of a Python of this machine, which is imported if it is new.

    Args:
        client: the engine.
        python: None: the one that runs the grader.

    Raises:
        SandboxError: the engine cannot import it, or its libraries cannot be found.
    """
    tag = hashlib.sha256(_host_identity(python).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    name = f"{BASE_REPOSITORY}:{tag}"
    if not exists(client, name):
        with (
            engine_errors(say("The engine cannot import a base image.")),
            tempfile.TemporaryFile() as archive,
        ):
            host_python.write_root_folder(archive, python)
            archive.seek(0)
            # The tag is part of the name, since Podman ignores a separate tag argument.
            client.api.import_image(src=archive, repository=name)
    return name


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


def _host_identity(python: Interpreter | None = None) -> str:
    return "this machine's Python\n" + host_python.identity(python)


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
