"""Limits by control groups (``cgroups(7)``), where this process may make any."""

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

LEAVING = 5.0
"""Seconds until the kernel lets go of a group whose processes have ended; 0.01 are usual."""


class ControlGroups(msgspec.Struct, frozen=True, kw_only=True):
    """The groups of one run; none where none are allowed."""

    folders: tuple[Path, ...] = ()

    def add(self, process: int) -> None:
        """Limit a process, with all that it starts from now on.

        Raises:
            OSError: the kernel does not allow it.
        """
        for folder in self.folders:
            (folder / "cgroup.procs").write_text(str(process), encoding="ascii")

    def out_of_memory(self) -> bool:
        """Whether the kernel had to end a process of theirs for want of memory."""
        for folder in self.folders:
            for name in ("memory.events", "memory.oom_control"):
                with suppress(OSError):
                    told = (folder / name).read_text(encoding="ascii").split()
                    if "oom_kill" in told[:-1] and told[told.index("oom_kill") + 1] != "0":
                        return True
        return False


@contextmanager
def limited(limits: Limits, *, top: Path = TOP, own: Path = OWN) -> Iterator[ControlGroups]:
    """Control groups that keep a run to ``limits``, as far as this machine allows any.

    Nothing is raised where it does not: the sandbox has other limits, if weaker ones.
    """
    made: list[Path] = []
    name = f"{ownership.LABEL}-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        for parent, settings in _wanted(limits, top, own):
            _remove_abandoned(parent)
            folder = parent / name
            try:
                folder.mkdir()
                made.append(folder)
                _set(folder, settings)
            except OSError:
                with suppress(OSError):
                    folder.rmdir()
                    made.remove(folder)
        yield ControlGroups(folders=tuple(made))
    finally:
        for folder in made:
            _remove(folder)


def _wanted(limits: Limits, top: Path, own: Path) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """Each folder in which a group is to be made, and what is to be written in it."""
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
    """The folder beside our own group, if groups can be made there that limit anything."""
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
        path = next(line.removeprefix("0::") for line in lines if line.startswith("0::"))
        group = top / path.strip("/")
        # A group with processes in it can hand no limits to groups below it.
        parent = group.parent if group != top else top
        enabled = (parent / "cgroup.subtree_control").read_text(encoding="ascii").split()
    except (OSError, StopIteration):
        return None
    usable = "memory" in enabled and os.access(parent, os.W_OK)
    # Who moves a process must be allowed to in the group above both.
    return parent if usable and os.access(parent / "cgroup.procs", os.W_OK) else None


def _set(folder: Path, settings: Mapping[str, str]) -> None:
    first = True
    for name, value in settings.items():
        try:
            (folder / name).write_text(value, encoding="ascii")
        except OSError:
            # A kernel may count no swap, or have no controller for processor time.
            if first:
                raise
        first = False


def _remove(folder: Path) -> None:
    until = time.monotonic() + LEAVING
    while time.monotonic() < until:
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.002)  # the kernel lets go of its processes a moment after their end
        else:
            return


def _remove_abandoned(parent: Path) -> None:
    """Remove the groups that dead processes of this program have left."""
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
