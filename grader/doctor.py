"""Checks whether this machine can grade, and suggests a fix for each problem.

It returns findings and prints nothing. It changes nothing except that it makes the root folder for
the sandbox of namespaces, which stays in the user's cache folder.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from grader.model.text import Text, say, say_count
from grader.sandbox import SandboxError, choice, host_python
from grader.sandbox.docker import image
from grader.sandbox.docker.containers import list_abandoned
from grader.sandbox.docker.engine import connect, engine_errors

if TYPE_CHECKING:
    from docker import DockerClient

OLDEST_PYTHON = (3, 11)

OLDEST_ENGINE = (20, 10)
"""The oldest Docker Engine that has been tested."""

OLDEST_PODMAN = (4, 3)
"""The oldest Podman that has been tested; it has an engine's interface."""

ENOUGH_SPACE = 1 << 30
"""Bytes that should be free. The image takes a tenth of that, the runs of a class another."""

SLOW_DRIVERS = {"vfs", "fuse-overlayfs", "devicemapper"}
"""Storage drivers that take at least 0.1 s to start a container; overlay2 takes 0.03 s."""


class Ok(msgspec.Struct, frozen=True, kw_only=True):
    """A check that passed."""

    what: Text


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A check that failed, with what to do about it."""

    what: Text
    remedy: Text
    prevents: bool = True
    """Whether it prevents grading; otherwise it costs time or weakens a limit."""


Finding = Ok | Problem


def _problem(error: SandboxError) -> Problem:
    return Problem(what=error.what, remedy=error.remedy)


def examine(
    *,
    runs: Path,
    connect: Callable[[], "DockerClient"] = connect,
    check_isolation: Callable[[], None] | None = None,
    check_kernel: Callable[[], tuple[bool, bool]] | None = None,
) -> tuple[Finding, ...]:
    """Check everything that grading needs.

    Args:
        runs: the folder for runs; it need not exist yet.
        connect: like :func:`grader.sandbox.docker.engine.connect`.
        check_isolation: raises a :class:`SandboxError` if namespaces cannot be used; None: this
            machine is tested.
        check_kernel: returns the arguments of :func:`kernel`; None: this machine is tested.
    """
    found = [python(sys.version_info[:3]), *_folder(runs)]
    if not sys.platform.startswith("linux"):
        found += _docker(connect)  # no other sandbox runs here
    else:
        found += one_is_enough(
            list(_docker(connect)), [namespaces(check_isolation or _check_isolation)]
        )
        found += kernel(*(check_kernel or _check_kernel)())
    return tuple(found)


def python(version: tuple[int, ...]) -> Finding:
    """Check the version of Python."""
    text = ".".join(map(str, version))
    if version >= OLDEST_PYTHON:
        return Ok(what=say("Python {version}.", version=text))
    return Problem(
        what=say("This is Python {version}.", version=text),
        remedy=say("Install the grader with Python 3.11 or newer."),
    )


def one_is_enough(*sandboxes: list[Finding]) -> list[Finding]:
    """All findings about ``sandboxes``; if one is usable, the others' problems are warnings."""
    usable = [not any(isinstance(f, Problem) and f.prevents for f in found) for found in sandboxes]
    return [
        msgspec.structs.replace(finding, prevents=finding.prevents and not any(usable))
        if isinstance(finding, Problem)
        else finding
        for found in sandboxes
        for finding in found
    ]


def namespaces(check_isolation: Callable[[], None]) -> Finding:
    """Check whether submissions can be graded without Docker."""
    try:
        check_isolation()
    except SandboxError as error:
        return _problem(error)
    return Ok(what=say("Linux namespaces can isolate submissions without Docker."))


def _check_isolation() -> None:
    choice.open_namespaces()


def _docker(connect: Callable[[], "DockerClient"]) -> Iterator[Finding]:
    try:
        client = connect()
    except SandboxError as error:
        yield _problem(error)
        return
    try:
        with engine_errors(say("The Docker Engine cannot report its configuration.")):
            info = client.info()
            yield from engine(info)
            yield _image(client, info)
            yield leftovers(len(list_abandoned(client)))
    except SandboxError as error:
        yield _problem(error)
        return
    folder = Path(str(info.get("DockerRootDir") or "/nonexistent"))
    with suppress(OSError):
        yield space(folder, shutil.disk_usage(folder).free)


def engine(info: Mapping[str, Any]) -> Iterator[Finding]:
    """Check an engine by its ``docker info``."""
    version = str(info.get("ServerVersion", "?"))
    if str(info.get("OSType", "linux")) != "linux":
        yield Problem(
            what=say("The Docker Engine runs {system} containers.", system=info["OSType"]),
            remedy=say("Switch Docker Desktop to Linux containers."),
        )
        return
    is_podman = "BuildahVersion" in info
    oldest = OLDEST_PODMAN if is_podman else OLDEST_ENGINE
    name = "Podman" if is_podman else "Docker Engine"
    if _numbers(version) < oldest:
        yield Problem(
            what=say("The engine is {name} {version}.", name=name, version=version),
            remedy=say("Update it to {oldest} or newer.", oldest=".".join(map(str, oldest))),
            prevents=False,
        )
    else:
        yield Ok(
            what=say(
                "{name} {version} on {processor}, processors: {processors}.",
                name=name,
                version=version,
                processor=info.get("Architecture", "?"),
                processors=info.get("NCPU", "?"),
            )
        )
    driver = str(info.get("Driver", "?"))
    if driver in SLOW_DRIVERS:
        yield Problem(
            what=say("The storage driver {driver} starts containers slowly.", driver=driver),
            remedy=say("Use overlay2 if the engine supports it; it is twice as fast."),
            prevents=False,
        )
    else:
        yield Ok(what=say("Storage driver {driver}.", driver=driver))
    yield from _limits(info)
    if str(info.get("DefaultRuntime", "runc")).startswith("runsc"):
        yield Problem(
            what=say("gVisor does not reveal which system call a program is blocked in."),
            remedy=say("Use runc to grade faster; with gVisor the grader has to rely on waiting."),
            prevents=False,
        )


def _limits(info: Mapping[str, Any]) -> Iterator[Finding]:
    """Check which of a container's limits the engine can enforce."""
    missing = [
        name
        for key, name in {
            "MemoryLimit": say("memory"),
            "SwapLimit": say("swap"),
            "PidsLimit": say("processes"),
            "CpuCfsQuota": say("processor time"),
        }.items()
        # Not every engine reports all of them; only False means that it cannot.
        if info.get(key) is False
    ]
    if not missing:
        yield Ok(what=say("Memory, processes and processor time can be limited."))
        return
    yield Problem(
        what=say("The engine cannot limit: {missing}.", missing=tuple(missing)),
        remedy=say(
            "Without them a runaway submission may slow the machine. For a rootless engine,"
            " delegate these cgroup v2 controllers to its user; on an older kernel, boot with"
            " `cgroup_enable=memory swapaccount=1`."
        ),
        prevents=False,
    )


def _image(client: "DockerClient", info: Mapping[str, Any]) -> Finding:
    """Check that the image exists, or else what it can be built from."""
    try:
        made_from = image.recipe()
        found = image.find(client, made_from)
        wanted = image.requested_base() or made_from.default_base
    except SandboxError as error:
        return _problem(error)
    if found is not None:
        return Ok(what=say("The image {name} exists.", name=found))
    if image.exists(client, wanted):
        return Ok(what=say("The image will be built on {base}.", base=wanted))
    machine = str(info.get("Architecture", ""))
    incompatibility = host_python.incompatibility(
        str(info.get("OSType", "")), host_python.ARCHITECTURES.get(machine, machine)
    )
    if image.requested_base() is None and incompatibility is None:
        return Ok(
            what=say(
                "The image will be built on {base} if it can be pulled, else on this machine's own"
                " Python.",
                base=wanted,
            )
        )
    return Problem(
        what=say("The base image {base} is not in the engine yet.", base=wanted),
        remedy=say(
            "It is pulled when the image is built. If no registry can be reached, load it with"
            " `docker load`, or set GRADER_BASE to another image."
        ),
        prevents=False,
    )


def leftovers(count: int) -> Finding:
    """Check the number of containers that dead runs left on this machine."""
    if not count:
        return Ok(what=say("No containers are left over."))
    return Problem(
        what=say_count(
            "{count} container is left over from a run that was cut off.",
            "{count} containers are left over from runs that were cut off.",
            count=count,
        ),
        remedy=say_count(
            "The next grading removes it.", "The next grading removes them.", count=count
        ),
        prevents=False,
    )


def _folder(runs: Path) -> Iterator[Finding]:
    existing = next((path for path in (runs, *runs.absolute().parents) if path.exists()), Path("/"))
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        yield Problem(
            what=say("Runs cannot be written to {runs}.", runs=runs),
            remedy=say("Grade in a folder that you may write to, or choose one with --runs."),
        )
        return
    yield Ok(what=say("Runs can be written to {runs}.", runs=runs))
    yield space(existing, shutil.disk_usage(existing).free)


def space(folder: Path, free: int) -> Finding:
    """Check the number of ``free`` bytes on the disk of ``folder``."""
    gib = round(free / (1 << 30), 1)
    if free >= ENOUGH_SPACE:
        return Ok(what=say("{gib} GiB are free at {folder}.", gib=gib, folder=folder))
    return Problem(
        what=say("Only {gib} GiB are free at {folder}.", gib=gib, folder=folder),
        remedy=say("Free some space: 1 GiB is enough for the image and the runs of a class."),
        prevents=False,
    )


def kernel(system_call: bool, processor_time: bool) -> Iterator[Finding]:
    """Check what the kernel reveals about one's own processes, which matters without a sandbox.

    Args:
        system_call: whether it reveals which system call a process is blocked in.
        processor_time: whether it reveals a process's CPU time in nanoseconds.
    """
    if system_call and processor_time:
        yield Ok(what=say("Without a sandbox, the kernel reveals what a program waits for."))
        return
    if not system_call:
        yield Problem(
            what=say(
                "Without a sandbox, the kernel does not reveal which system call a program is"
                " blocked in."
            ),
            remedy=say(
                "Use --sandbox docker, or run `sysctl kernel.yama.ptrace_scope=1` as root. Until"
                " then grading without a sandbox has to rely on waiting."
            ),
            prevents=False,
        )
    if not processor_time:
        yield Problem(
            what=say("The kernel does not report precise CPU times (no schedstat)."),
            remedy=say("Use a kernel with schedstat; now short activity may be missed."),
            prevents=False,
        )


def _check_kernel() -> tuple[bool, bool]:
    """Return the arguments of :func:`kernel`, measured on a child process."""
    try:
        program = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", "input()"], stdin=subprocess.PIPE
        )
    except OSError:
        return False, False
    with program:
        folder = Path(f"/proc/{program.pid}")
        readable = _readable(folder / "syscall"), _readable(folder / "schedstat")
        program.kill()
    return readable


def _readable(file: Path) -> bool:
    try:
        return bool(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return False


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(
        int(digits)
        for part in version.split(".")[:2]
        if (digits := "".join(filter(str.isdigit, part)))
    )
