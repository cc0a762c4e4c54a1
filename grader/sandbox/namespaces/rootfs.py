"""The root folder of a sandbox of namespaces: made once, and cache in the user's cache."""

import fcntl
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.model.text import say
from grader.sandbox import ReportProgress, SandboxError, host_python
from grader.sandbox.docker.image import Recipe, recipe
from grader.sandbox.limits import HOSTNAME
from grader.sandbox.namespaces import launch

MAX_AGE = 30 * 86_400
"""Seconds for which a folder is cache that nobody uses. A changed agent makes another one."""

FILES = {
    # Without a network nothing else knows the name, and many a server binds to it.
    "etc/hosts": f"127.0.0.1 localhost {HOSTNAME}\n::1 localhost\n",
    "etc/hostname": f"{HOSTNAME}\n",
}

PREPARE_TIMEOUT = 300
"""Seconds for compiling the standard library; 5 are usual."""


def cache_folder() -> Path:
    """Where root folders are cache. Root's are not in a home folder, which may be another's."""
    if os.geteuid() == 0:
        return Path("/var/cache/select-grader")
    asked = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(asked) if asked.startswith("/") else Path.home() / ".cache") / "select-grader"


def find(made_from: Recipe, cache: Path) -> Path | None:
    """The folder, if it was made before."""
    folder = cache / _name(made_from)
    return folder if folder.is_dir() else None


def ensure(
    progress: ReportProgress, made_from: Recipe | None = None, cache: Path | None = None
) -> Path:
    """The root folder; it is made first if there is none, and ``progress`` hears of it.

    Args:
        progress: hears what is being done.
        made_from: the agent; this program's own by default.
        cache: as :func:`cache_folder`.

    Raises:
        SandboxError: this machine's Python cannot serve, or the folder cannot be written.
    """
    made_from, cache = made_from or recipe(), cache or cache_folder()
    unsuited = host_python.incompatibility(
        "linux", host_python.ARCHITECTURES.get(platform.machine(), platform.machine())
    )
    if unsuited is not None:
        raise SandboxError(
            say("This machine's Python cannot serve in a sandbox: {why}.", why=unsuited),
            say("Use CPython 3.11 or newer on Linux, or --sandbox docker."),
        )
    try:
        found = find(made_from, cache)
        if found is None:
            with _locked(cache):
                found = find(made_from, cache) or _make(made_from, cache, progress)
        os.utime(found)
    except OSError as error:
        raise SandboxError(
            say("The sandbox's root folder cannot be made: {error}.", error=error),
            say("Make room, or name another folder for it in XDG_CACHE_HOME."),
        ) from error
    return found


def _name(made_from: Recipe) -> str:
    identity = f"{host_python.identity()}\n{Path(__file__).read_text(encoding='utf-8')}"
    return "root-" + made_from.name(identity).rpartition(":")[2]


def _make(made_from: Recipe, cache: Path, progress: ReportProgress) -> Path:
    began = time.monotonic()
    progress(say("Making the sandbox's root folder, once."))
    for old in cache.iterdir():
        unfinished = old.name.startswith("unfinished-")
        if unfinished or (old.is_dir() and old.stat().st_mtime < time.time() - MAX_AGE):
            shutil.rmtree(old, ignore_errors=True)
    unfinished_folder = Path(tempfile.mkdtemp(prefix="unfinished-", dir=cache))
    try:
        _fill(unfinished_folder, made_from)
        _prepare(unfinished_folder)
        # Whoever the agent becomes is let in.
        unfinished_folder.chmod(0o755)
        folder = cache / _name(made_from)
        unfinished_folder.rename(folder)
    finally:
        shutil.rmtree(unfinished_folder, ignore_errors=True)
    seconds = time.monotonic() - began
    progress(say("Made the sandbox's root folder in {seconds:.1f} s.", seconds=seconds))
    return folder


def _fill(folder: Path, made_from: Recipe) -> None:
    with tempfile.TemporaryFile() as packed:
        host_python.write_root_folder(packed)
        packed.seek(0)
        with tarfile.open(fileobj=packed) as archive:
            # It is our own, and its modes are meant.
            archive.extraction_filter = lambda member, _: member
            archive.extractall(folder)
    agent = {f"opt/grader/{path}": content for path, content in made_from.files.items()}
    for path, content in (agent | {path: text.encode() for path, text in FILES.items()}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def _prepare(folder: Path) -> None:
    """Do in the folder what an image's building does, behind the same walls."""
    done = subprocess.run(
        launch.command(folder, ["-m", "grader.agent.prepare_image"], writable=True),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PREPARE_TIMEOUT,
        check=False,
    )
    said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    if done.returncode == launch.FAILED:
        raise launch.unavailable(said)
    if done.returncode:
        raise SandboxError(
            say("This machine's Python does not run in a sandbox: {said}.", said=said),
            say("Use --sandbox docker, and please report it."),
        )


@contextmanager
def _locked(cache: Path) -> Iterator[None]:
    """Let one process make a folder, and the others wait for it."""
    cache.mkdir(parents=True, exist_ok=True, mode=0o755)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
