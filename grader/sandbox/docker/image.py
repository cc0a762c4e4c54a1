"""The sandbox's image: found, or built the first time, from what can be had."""

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
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from grader.model.text import say
from grader.sandbox import ReportProgress, SandboxError, host_python
from grader.sandbox.docker.engine import engine_errors, explanation

if TYPE_CHECKING:
    from docker import DockerClient

REPOSITORY = "select-grader"
BASE_REPOSITORY = "select-grader-base"

SILENCE = 15
"""Seconds without a word of progress after which a registry is given up. A name that is not
resolved is told at once; a network that drops packets says nothing for minutes."""


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """What an image is made of, besides its base."""

    dockerfile: bytes
    files: dict[str, bytes]
    """What the agent needs, each under its path below ``/opt/grader``."""

    @property
    def default_base(self) -> str:
        """The base that the Dockerfile names."""
        match = re.search(rb"^ARG BASE=(\S+)\s*$", self.dockerfile, re.MULTILINE)
        if match is None:
            raise SandboxError(
                say("The Dockerfile names no base."),
                say("Give it a line such as: ARG BASE=python:3.12.8-slim-bookworm"),
            )
        return match[1].decode()

    def name(self, base_identity: str) -> str:
        """The image's name: another one as soon as any byte that goes into it is another."""
        digest = hashlib.sha256()
        for part in (
            base_identity.encode("utf-8", "surrogateescape"),
            self.dockerfile,
            *(part for path in sorted(self.files) for part in (path.encode(), self.files[path])),
        ):
            digest.update(b"%d:" % len(part) + part)
        return f"{REPOSITORY}:{digest.hexdigest()[:16]}"

    def context(self) -> bytes:
        """What the engine builds from, as a tar archive; the same recipe, the same bytes."""
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT) as archive:
            for path, content in {"Dockerfile": self.dockerfile, **self.files}.items():
                entry = tarfile.TarInfo(path)
                entry.size, entry.mode = len(content), 0o644
                archive.addfile(entry, io.BytesIO(content))
        return target.getvalue()


def recipe(package: Path | None = None) -> Recipe:
    """Read the recipe that lies beside the package ``grader``.

    Raises:
        SandboxError: this is no whole copy of the program.
    """
    package = package or Path(__file__).resolve().parents[2]
    # At the repository's top; a wheel has no place outside the package.
    candidates = (package.parent / "Dockerfile", package / "Dockerfile")
    dockerfile = next((path for path in candidates if path.is_file()), None)
    agent = package / "agent"
    files = {
        f"grader/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in sorted(agent.rglob("*.py"))
    }
    if dockerfile is None or "grader/agent/main.py" not in files:
        raise SandboxError(
            say("The agent or its Dockerfile is missing below {package}.", package=package),
            say("Install the grader again."),
        )
    # Our own __init__ may come to import what the image has not: theirs is empty.
    return Recipe(dockerfile=dockerfile.read_bytes(), files={"grader/__init__.py": b"", **files})


def requested_base() -> str | None:
    """The base that ``GRADER_BASE`` names, if it names one."""
    return os.environ.get("GRADER_BASE", "").strip() or None


def find(client: "DockerClient", made_from: Recipe) -> str | None:
    """The image's name, if it was built before and nothing better came since."""
    asked = requested_base()
    if asked is not None:
        name = made_from.name(asked)
        return name if exists(client, name) else None
    name = made_from.name(made_from.default_base)
    if exists(client, name):
        return name
    if exists(client, made_from.default_base):
        return None
    name = made_from.name(_host_identity())
    return name if exists(client, name) else None


def ensure(
    client: "DockerClient", progress: ReportProgress, made_from: Recipe | None = None
) -> str:
    """The image's name; it is built first if there is none, and ``progress`` hears of it.

    Raises:
        SandboxError: no base can be had, or the engine cannot build.
    """
    made_from = made_from or recipe()
    with engine_errors(say("The image cannot be looked for.")):
        found = find(client, made_from)
        if found is not None:
            return found
        with _one_at_a_time(progress):
            return find(client, made_from) or _build(client, made_from, progress)


def _build(client: "DockerClient", made_from: Recipe, progress: ReportProgress) -> str:
    began = time.monotonic()
    progress(say("Building the image, once."))
    base_name, base_identity = _base(client, made_from, progress)
    name = made_from.name(base_identity)
    progress(say("Building the image, once: compiling on {base}.", base=base_name))
    _build_on(client, made_from, base_name, name)
    progress(
        say(
            "Built the image {name} in {seconds:.1f} s.",
            name=name,
            seconds=time.monotonic() - began,
        )
    )
    return name


def _base(client: "DockerClient", made_from: Recipe, progress: ReportProgress) -> tuple[str, str]:
    """A base that the engine has now: its name, and what stands for it in the image's name."""
    asked = requested_base()
    wanted = asked or made_from.default_base
    if exists(client, wanted):
        return wanted, wanted
    progress(say("Building the image, once: asking for {base}.", base=wanted))
    failure = pull(client, wanted, progress)
    if failure is None:
        return wanted, wanted
    if asked is not None:
        raise SandboxError(
            say("The base {base} cannot be had: {error}.", base=asked, error=failure),
            say(
                "Bring it with `docker load`, check its name in GRADER_BASE, or unset GRADER_BASE."
            ),
        )
    version = client.version()
    unsuited = host_python.incompatibility(str(version["Os"]), str(version["Arch"]))
    if unsuited is not None:
        raise SandboxError(
            say(
                "The base {base} cannot be had ({error}), and this machine's own Python cannot"
                " serve: {unsuited}.",
                base=wanted,
                error=failure,
                unsuited=unsuited,
            ),
            say(
                "Bring {base} with `docker load`, or name a base that the engine has, or that"
                " a registry in reach has, in GRADER_BASE.",
                base=wanted,
            ),
        )
    progress(
        say(
            "Building the image, once: no registry gives {base}; making a base of this"
            " machine's Python {version}.",
            base=wanted,
            version=".".join(map(str, sys.version_info[:3])),
        )
    )
    return make_base(client), _host_identity()


def make_base(client: "DockerClient") -> str:
    """Make a base of this machine's own Python, unless there is one; return its name."""
    tag = hashlib.sha256(_host_identity().encode("utf-8", "surrogateescape")).hexdigest()[:16]
    name = f"{BASE_REPOSITORY}:{tag}"
    if not exists(client, name):
        with (
            engine_errors(say("The engine cannot import a base.")),
            tempfile.TemporaryFile() as archive,
        ):
            host_python.write_root_folder(archive)
            archive.seek(0)
            # The tag is part of the name: Podman passes over one that is told by itself.
            client.api.import_image(src=archive, repository=name)
    return name


def pull(client: "DockerClient", name: str, progress: ReportProgress) -> str | None:
    """Have the engine fetch an image; return why it could not, or None.

    It takes as long as it tells of progress, and is given up :data:`SILENCE` seconds after.
    """
    news: queue.Queue[dict[str, Any] | BaseException | None] = queue.Queue()

    def listen() -> None:
        try:
            for line in client.api.pull(name, stream=True, decode=True):
                news.put(line)
            news.put(None)
        except Exception as error:
            news.put(error)

    # The SDK waits for a pull without a limit: a thread that dies with us can be left to it.
    threading.Thread(target=listen, daemon=True).start()
    said = ""
    while True:
        try:
            line = news.get(timeout=SILENCE)
        except queue.Empty:
            return f"no answer from the registry for {SILENCE} s"
        if line is None:
            return None
        if isinstance(line, BaseException):
            return explanation(line).rstrip(".")
        if "error" in line:
            return " ".join(str(line["error"]).split()).rstrip(".")
        status = str(line.get("status", ""))
        if status in ("Downloading", "Extracting") and status != said:
            said = status
            doing = status.lower()
            progress(say("Building the image, once: {doing} {base}.", doing=doing, base=name))


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
                "Use a base whose `python3` is 3.11 or newer. The build said: {error}; {last}",
                error=explanation(error),
                last=(log.strip().splitlines() or [""])[-1].strip(),
            )
            raise SandboxError(what, remedy) from error


def _host_identity() -> str:
    return "this machine's Python\n" + host_python.identity()


def exists(client: "DockerClient", name: str) -> bool:
    """Whether the engine has the image, whatever a registry has."""
    import docker

    try:
        client.images.get(name)
    except docker.errors.NotFound:
        return False
    return True


@contextmanager
def _one_at_a_time(progress: ReportProgress) -> Iterator[None]:
    """Let one process of this user build, and the others wait for its image.

    It saves them the work only: two builds at once are harmless, since a name is moved in one
    step. So where there is no such lock, there is none.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    path = Path(tempfile.gettempdir()) / f"{REPOSITORY}-{os.getuid()}.lock"
    try:
        # Not through a link: the folder is everybody's.
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        yield
        return
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            progress(say("Waiting for another `grade`, which is building the image."))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
