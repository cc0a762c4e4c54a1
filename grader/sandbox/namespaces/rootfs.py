"""The root folder of a sandbox of namespaces, made once and kept in the user's cache folder."""

import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path

from grader.atomic import locked
from grader.model.text import say
from grader.sandbox import ReportProgress, SandboxError, host_python
from grader.sandbox.cache import cache_folder
from grader.sandbox.docker.image import Recipe, recipe
from grader.sandbox.interpreter import Interpreter
from grader.sandbox.limits import HOSTNAME
from grader.sandbox.namespaces import launch

MAX_AGE = 30 * 86_400
"""Seconds for which an unused folder is kept. Each version of the agent has a folder of its own."""

FILES = {
    # Without a network the host name does not resolve, and many servers bind to it.
    "etc/hosts": f"127.0.0.1 localhost {HOSTNAME}\n::1 localhost\n",
    "etc/hostname": f"{HOSTNAME}\n",
}

PREPARE_TIMEOUT = 300
"""Seconds for compiling the standard library; 5 is usual."""


def find(made_from: Recipe, cache: Path, python: Interpreter | None = None) -> Path | None:
    """Return the root folder of ``python`` if it is in the folder ``cache``."""
    folder = cache / _name(made_from, python)
    return folder if folder.is_dir() else None


def ensure(
    progress: ReportProgress,
    made_from: Recipe | None = None,
    cache: Path | None = None,
    python: Interpreter | None = None,
) -> Path:
    """Return the root folder, after making it if it does not exist.

    Args:
        progress: receives what is being done while the folder is made.
        made_from: None: this package's recipe.
        cache: the folder that root folders are kept in; None: the user's cache folder.
        python: the Python that the folder contains; None: the one that runs the grader.

    Raises:
        SandboxError: this machine's Python is not suitable, or the folder cannot be written.
    """
    made_from, cache = made_from or recipe(), cache or cache_folder()
    machine = platform.machine()
    incompatibility = host_python.incompatibility(
        "linux", host_python.ARCHITECTURES.get(machine, machine), python
    )
    if incompatibility is not None:
        raise SandboxError(
            say("This machine's Python cannot be used in a sandbox: {why}.", why=incompatibility),
            say("Use CPython 3.11 or newer on Linux, or grade with --sandbox docker."),
        )
    try:
        found = find(made_from, cache, python)
        if found is None:
            with locked(cache / "lock"):
                found = find(made_from, cache, python)
                found = found or _make(made_from, cache, python, progress)
        os.utime(found)
    except OSError as error:
        raise SandboxError(
            say("The sandbox's root folder cannot be made: {error}.", error=error),
            say("Free some disk space, or set XDG_CACHE_HOME to another folder."),
        ) from error
    return found


def _name(made_from: Recipe, python: Interpreter | None = None) -> str:
    identity = f"{host_python.identity(python)}\n{Path(__file__).read_text(encoding='utf-8')}"
    return "root-" + made_from.name(identity).rpartition(":")[2]


def _make(
    made_from: Recipe, cache: Path, python: Interpreter | None, progress: ReportProgress
) -> Path:
    started = time.monotonic()
    progress(say("Making the sandbox's root folder (only the first time)."))
    for old in cache.iterdir():
        unfinished = old.name.startswith("unfinished-")
        if unfinished or (old.is_dir() and old.stat().st_mtime < time.time() - MAX_AGE):
            shutil.rmtree(old, ignore_errors=True)
    unfinished_folder = Path(tempfile.mkdtemp(prefix="unfinished-", dir=cache))
    try:
        _fill(unfinished_folder, made_from, python)
        _prepare(unfinished_folder)
        # The agent runs as another user if root grades.
        unfinished_folder.chmod(0o755)
        folder = cache / _name(made_from, python)
        unfinished_folder.rename(folder)
    finally:
        shutil.rmtree(unfinished_folder, ignore_errors=True)
    seconds = time.monotonic() - started
    progress(say("Made the sandbox's root folder in {seconds:.1f} s.", seconds=seconds))
    return folder


def _fill(folder: Path, made_from: Recipe, python: Interpreter | None) -> None:
    with tempfile.TemporaryFile() as packed:
        host_python.write_root_folder(packed, python)
        packed.seek(0)
        with tarfile.open(fileobj=packed) as archive:
            # We wrote this archive, and its modes matter: no filter may change them.
            archive.extraction_filter = lambda member, _: member
            archive.extractall(folder)
    agent = {f"opt/grader/{path}": content for path, content in made_from.files.items()}
    for path, content in (agent | {path: text.encode() for path, text in FILES.items()}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def _prepare(folder: Path) -> None:
    """Run in the folder what the Dockerfile runs in an image, isolated in the same way."""
    done = subprocess.run(
        launch.command(folder, ["-m", "grader.agent.prepare_image"], root_writable=True),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PREPARE_TIMEOUT,
        check=False,
    )
    last_line = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    if done.returncode == launch.FAILED:
        raise launch.isolation_unavailable(last_line)
    if done.returncode:
        raise SandboxError(
            say("This machine's Python does not run in a sandbox: {error}.", error=last_line),
            say("Grade with --sandbox docker, and please report this problem."),
        )
