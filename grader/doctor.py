"""Looks at the machine: what grading needs, whether it is there, what to do where it is not.

It prints nothing, and changes nothing but that it makes the root folder of the sandbox of
namespaces, which is kept in the user's cache. What it starts, it ends.
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
"""The oldest Docker Engine that this was tried with."""

OLDEST_PODMAN = (4, 3)
"""The same of Podman, which answers as an engine, too."""

SPACE = 1 << 30
"""Bytes that should be free: the image takes a tenth of it, a class's runs another."""

SLOW_DRIVERS = {"vfs", "fuse-overlayfs", "devicemapper"}
"""Storage drivers that take 0.1 s and more to start a container where overlay2 takes 0.03 s."""


class Ok(msgspec.Struct, frozen=True, kw_only=True):
    """Something that grading needs, and that is as it should be."""

    what: Text


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not as it should be."""

    what: Text
    remedy: Text
    prevents: bool = True
    """Whether nothing can be graded with it; otherwise it costs time, or a limit."""


Finding = Ok | Problem


def examine(
    *,
    runs: Path,
    connect: Callable[[], "DockerClient"] = connect,
    prove_walls: Callable[[], None] | None = None,
    kernel_tells: Callable[[], tuple[bool, bool]] | None = None,
) -> tuple[Finding, ...]:
    """Look at everything that grading needs, and tell of each.

    Args:
        runs: the folder in which runs are kept; it need not exist yet.
        connect: as :func:`grader.sandbox.docker.engine.connect`.
        prove_walls: raises a SandboxError where there are no walls of namespaces; this machine is
            asked otherwise.
        kernel_tells: as :func:`kernel_tells`, which is asked otherwise.
    """
    found = [python(sys.version_info[:3]), *_folder(runs)]
    found += one_is_enough(list(_docker(connect)), [walls(prove_walls or _prove_walls)])
    if sys.platform.startswith("linux"):
        found += kernel(*(kernel_tells or _kernel_tells)())
    return tuple(found)


def python(version: tuple[int, ...]) -> Finding:
    """Judge this Python's ``version``."""
    text = ".".join(map(str, version))
    if version >= OLDEST_PYTHON:
        return Ok(what=say("Python {version}.", version=text))
    return Problem(
        what=say("This is Python {version}.", version=text),
        remedy=say("Install the grader with Python 3.11 or newer."),
    )


def one_is_enough(*sandboxes: list[Finding]) -> list[Finding]:
    """What was found of all ``sandboxes``: where one can be used, the others prevent nothing."""
    usable = [not any(isinstance(f, Problem) and f.prevents for f in found) for found in sandboxes]
    return [
        msgspec.structs.replace(finding, prevents=finding.prevents and not any(usable))
        if isinstance(finding, Problem)
        else finding
        for found in sandboxes
        for finding in found
    ]


def walls(prove: Callable[[], None]) -> Finding:
    """Whether submissions can be graded behind namespaces, without Docker."""
    try:
        prove()
    except SandboxError as error:
        return Problem(what=error.what, remedy=error.remedy)
    return Ok(what=say("Without Docker, walls of namespaces can be built."))


def _prove_walls() -> None:
    choice.open_namespaces()


def _docker(connect: Callable[[], "DockerClient"]) -> Iterator[Finding]:
    try:
        client = connect()
    except SandboxError as error:
        yield Problem(what=error.what, remedy=error.remedy)
        return
    try:
        with engine_errors(say("The Docker Engine does not tell about itself.")):
            info = client.info()
            yield from engine(info)
            yield _image(client, info)
            yield leftovers(len(list_abandoned(client)))
    except SandboxError as error:
        yield Problem(what=error.what, remedy=error.remedy)
        return
    folder = Path(str(info.get("DockerRootDir") or "/nonexistent"))
    with suppress(OSError):
        yield space(folder, shutil.disk_usage(folder).free)


def engine(info: Mapping[str, Any]) -> Iterator[Finding]:
    """Judge an engine by what ``docker info`` tells of it."""
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
            remedy=say("Use {oldest} or newer: nothing older was tried.", oldest=_dotted(oldest)),
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
            remedy=say("It works; overlay2, where the engine can use it, is twice as fast."),
            prevents=False,
        )
    else:
        yield Ok(what=say("Storage driver {driver}.", driver=driver))
    yield from _limits(info)
    if str(info.get("DefaultRuntime", "runc")).startswith("runsc"):
        yield Problem(
            what=say("gVisor does not tell what a program sleeps in."),
            remedy=say("It works, with waiting in place of proof; runc is faster."),
            prevents=False,
        )


def _limits(info: Mapping[str, Any]) -> Iterator[Finding]:
    """Which of the limits that a container is given the engine can keep."""
    missing = [
        name
        for key, name in {
            "MemoryLimit": "memory",
            "SwapLimit": "swap",
            "PidsLimit": "processes",
            "CpuCfsQuota": "processor time",
        }.items()
        # Not every engine tells each: only a plain "no" is one.
        if info.get(key) is False
    ]
    if not missing:
        yield Ok(what=say("Memory, processes and processor time can be limited."))
        return
    yield Problem(
        what=say("The engine cannot limit: {missing}.", missing=", ".join(missing)),
        remedy=say(
            "A submission gone wild may slow the machine. A rootless engine needs cgroup v2 with"
            " these controllers delegated to its user; an older kernel needs"
            " `cgroup_enable=memory swapaccount=1` when it starts."
        ),
        prevents=False,
    )


def _image(client: "DockerClient", info: Mapping[str, Any]) -> Finding:
    """Whether the image is there, and if not, what it can be built from."""
    try:
        made_from = image.recipe()
        found = image.find(client, made_from)
        wanted = image.requested_base() or made_from.default_base
    except SandboxError as error:
        return Problem(what=error.what, remedy=error.remedy)
    if found is not None:
        return Ok(what=say("The image {name} is there.", name=found))
    if image.exists(client, wanted):
        return Ok(what=say("The image will be built on {base}.", base=wanted))
    machine = str(info.get("Architecture", ""))
    unsuited = host_python.incompatibility(
        str(info.get("OSType", "")), host_python.ARCHITECTURES.get(machine, machine)
    )
    if image.requested_base() is None and unsuited is None:
        return Ok(
            what=say(
                "The image will be built on {base} if a registry gives it, and on this machine's"
                " own Python if not.",
                base=wanted,
            )
        )
    return Problem(
        what=say("The image's base {base} is not here yet.", base=wanted),
        remedy=say(
            "It is fetched when the image is built. Where no registry can be reached, bring it"
            " with `docker load`, or name another in GRADER_BASE."
        ),
        prevents=False,
    )


def leftovers(count: int) -> Finding:
    """Judge how many containers dead runs of the grader have left on this machine."""
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
            remedy=say("Grade in a folder that you may write to, or name another one."),
        )
        return
    yield Ok(what=say("Runs can be written to {runs}.", runs=runs))
    yield space(existing, shutil.disk_usage(existing).free)


def space(folder: Path, free: int) -> Finding:
    """Judge how many bytes are ``free`` where ``folder`` is."""
    gib = round(free / (1 << 30), 1)
    if free >= SPACE:
        return Ok(what=say("{gib} GiB are free at {folder}.", gib=gib, folder=folder))
    return Problem(
        what=say("Only {gib} GiB are free at {folder}.", gib=gib, folder=folder),
        remedy=say("Make room: 1 GiB is enough for the image and a class's runs."),
        prevents=False,
    )


def kernel(system_call: bool, processor_time: bool) -> Iterator[Finding]:
    """Judge what the kernel lets one's own programs be asked, for ``--sandbox none``.

    Args:
        system_call: whether it tells what a program sleeps in.
        processor_time: whether it tells, in nanoseconds, how long a program has run.
    """
    if system_call and processor_time:
        yield Ok(what=say("Without a sandbox, the kernel tells what a program waits for."))
        return
    if not system_call:
        yield Problem(
            what=say("Without a sandbox, the kernel does not tell what a program sleeps in."),
            remedy=say(
                "--sandbox docker is not touched by that. Otherwise: `sysctl"
                " kernel.yama.ptrace_scope=1`; meanwhile waiting takes the place of proof."
            ),
            prevents=False,
        )
    if not processor_time:
        yield Problem(
            what=say("The kernel does not tell how long a program has run (no schedstat)."),
            remedy=say("Coarser figures are used: small differences are not seen."),
            prevents=False,
        )


def _kernel_tells() -> tuple[bool, bool]:
    """Whether a program's system call, and its processor time, can be read by its parent."""
    try:
        program = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", "input()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return False, False
    with program:
        folder = Path(f"/proc/{program.pid}")
        told = _told(folder / "syscall"), _told(folder / "schedstat")
        program.kill()
    return told


def _told(file: Path) -> bool:
    try:
        return bool(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return False


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(
        int(digits)
        for part in version.split(".")[:2]
        if (digits := "".join(filter(str.isdigit, part)))
    )
