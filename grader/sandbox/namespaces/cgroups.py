"""Limits by control groups (``cgroups(7)``), if this process may create any."""

import os
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from grader.model.plan import Limits
from grader.sandbox import ownership
from grader.sandbox.limits import AGENT_MEMORY, AGENT_PROCESSES, CPU_PERIOD

TOP = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")

REMOVAL_TIMEOUT = 5.0
"""Seconds until the kernel releases a group whose processes have ended; 0.01 is usual."""


class ControlGroups(msgspec.Struct, frozen=True, kw_only=True):
    """The control groups of one run."""

    folders: tuple[Path, ...] = ()
    """Empty if none may be created; with version 1, one for each controller."""

    def add(self, process: int) -> None:
        """Limit a process and everything that it starts from now on.

        Raises:
            OSError: the kernel refuses.
        """
        for folder in self.folders:
            (folder / "cgroup.procs").write_text(str(process), encoding="ascii")

    def out_of_memory(self) -> bool:
        """Whether the kernel has killed a process in them because memory ran out."""
        for folder in self.folders:
            for name in ("memory.events", "memory.oom_control"):
                with suppress(OSError):
                    words = (folder / name).read_text(encoding="ascii").split()
                    if "oom_kill" in words[:-1] and words[words.index("oom_kill") + 1] != "0":
                        return True
        return False


@contextmanager
def limited(limits: Limits, *, top: Path = TOP, own: Path = OWN) -> Iterator[ControlGroups]:
    """Create control groups that enforce ``limits``; remove them at the end.

    If the machine allows none, the groups are empty: the sandbox has other, weaker limits.

    Args:
        limits: the submission's; the agent's own needs are added.
        top: where the kernel's control groups are mounted.
        own: the file that names the group of this process.
    """
    created: list[Path] = []
    name = f"{ownership.LABEL}-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        for parent, settings in _wanted(limits, top, own):
            _remove_abandoned(parent)
            folder = parent / name
            try:
                folder.mkdir()
                created.append(folder)
                _set(folder, settings)
            except OSError:
                with suppress(OSError):
                    folder.rmdir()
                    created.remove(folder)
        yield ControlGroups(folders=tuple(created))
    finally:
        for folder in created:
            _remove(folder)


def _wanted(limits: Limits, top: Path, own: Path) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """Yield each folder in which to create a group, and the group's settings."""
    memory = str(limits.memory + AGENT_MEMORY)
    processes = str(limits.processes + AGENT_PROCESSES)
    quota = int(limits.processors * CPU_PERIOD)
    if (top / "cgroup.controllers").exists():
        parent = _unified(top, own)
        if parent is not None:
            yield (
                parent,
                {
                    "memory.max": memory,
                    "memory.swap.max": "0",
                    "pids.max": processes,
                    "cpu.max": f"{quota} {CPU_PERIOD}",
                },
            )
        return
    for controller, settings in {
        "memory": {"memory.limit_in_bytes": memory, "memory.memsw.limit_in_bytes": memory},
        "pids": {"pids.max": processes},
        "cpu": {"cpu.cfs_period_us": str(CPU_PERIOD), "cpu.cfs_quota_us": str(quota)},
    }.items():
        if os.access(top / controller, os.W_OK):
            yield top / controller, settings


def _unified(top: Path, own: Path) -> Path | None:
    """The folder that contains our own group, if effective groups can be created there."""
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
        path = next(line.removeprefix("0::") for line in lines if line.startswith("0::"))
        group = top / path.strip("/")
        # A group that contains processes cannot enable controllers for groups below it.
        parent = group.parent if group != top else top
        enabled = (parent / "cgroup.subtree_control").read_text(encoding="ascii").split()
    except (OSError, StopIteration):
        return None
    usable = "memory" in enabled and os.access(parent, os.W_OK)
    # Moving a process takes write permission in the common ancestor of both groups.
    return parent if usable and os.access(parent / "cgroup.procs", os.W_OK) else None


def _set(folder: Path, settings: Mapping[str, str]) -> None:
    first = True
    for name, value in settings.items():
        try:
            (folder / name).write_text(value, encoding="ascii")
        except OSError:
            # The first one, memory, is essential. A kernel may lack swap accounting, or the
            # controller for processor time.
            if first:
                raise
        first = False


def _remove(folder: Path) -> None:
    until = time.monotonic() + REMOVAL_TIMEOUT
    while time.monotonic() < until:
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.002)  # the kernel releases processes a moment after they end
        else:
            return


def _remove_abandoned(parent: Path) -> None:
    """Remove the groups that dead processes of this program left behind."""
    for folder in _ours(parent):
        number = folder.name.removeprefix(f"{ownership.LABEL}-").partition("-")[0]
        if number.isdigit() and not Path(f"/proc/{number}").exists():
            with suppress(OSError):
                folder.rmdir()


def _ours(parent: Path) -> Sequence[Path]:
    try:
        return list(parent.glob(f"{ownership.LABEL}-*"))
    except OSError:
        return []
