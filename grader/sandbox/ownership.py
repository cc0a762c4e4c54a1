"""Whose a container is: written on it as labels, so that the dead leave nothing behind."""

import hashlib
import os
import socket
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

LABEL = "select-grader"
"""The label that every container of ours carries; its value is the host's identity."""

PID_LABEL, STARTED_LABEL, UNTIL_LABEL = f"{LABEL}.pid", f"{LABEL}.started", f"{LABEL}.until"


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """A process that starts containers."""

    host: str
    """The machine, and on Linux the process id namespace: numbers mean processes there only."""
    pid: int
    started: str
    """Tells it from a later process of the same number; empty where the system does not say."""

    def labels(self, until: float) -> dict[str, str]:
        """A container's, if its owner removes it before ``until`` (seconds since 1970)."""
        return {
            LABEL: self.host,
            PID_LABEL: str(self.pid),
            STARTED_LABEL: self.started,
            UNTIL_LABEL: str(int(until)),
        }


def current_process() -> Owner:
    """The owner of what this process starts."""
    return Owner(host=host_identity(), pid=os.getpid(), started=start_time(os.getpid()) or "")


def host_identity() -> str:
    """Names this host among all that may use the same engine."""
    known = [str(uuid.getnode()), socket.gethostname()]
    for path in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        try:
            known = [Path(path).read_text(encoding="ascii").strip()]
        except (OSError, ValueError):
            continue
        if known[0]:
            break
    with suppress(OSError):
        # A grader in a container with the engine's socket: its numbers mean nothing out here.
        known.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("\n".join(known).encode("utf-8", "replace")).hexdigest()[:16]


def start_time(pid: int) -> str | None:
    """When the process started, in a form that only compares; None: not known, or gone."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    # The second field, the name, may hold spaces and brackets.
    ticks = status.rpartition(b")")[2].split()[19]
    return f"{boot}/{ticks.decode()}"


def is_abandoned(
    labels: Mapping[str, str],
    *,
    host: str,
    now: float,
    start_time_of: Callable[[int], str | None] = start_time,
) -> bool:
    """Whether the container with these labels is one that nobody will remove any more.

    It is, if it is of this ``host`` and its owner is gone, or if its time is over, which is
    the only sign where the system does not tell when a process started. In doubt it is not.
    """
    if labels.get(LABEL) != host:
        return False
    try:
        pid, until = int(labels[PID_LABEL]), int(labels[UNTIL_LABEL])
    except (KeyError, ValueError):
        return False
    return now > until or bool(
        labels.get(STARTED_LABEL) and start_time_of(pid) != labels[STARTED_LABEL]
    )
