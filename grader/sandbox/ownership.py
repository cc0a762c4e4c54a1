"""Whose a container is: written on it as labels, so that the dead leave nothing behind."""

import hashlib
import os
import socket
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

MARK = "select-grader"
"""The label that every container of ours carries; its value is the host's identity."""

PID, STARTED, UNTIL = f"{MARK}.pid", f"{MARK}.started", f"{MARK}.until"


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
            MARK: self.host,
            PID: str(self.pid),
            STARTED: self.started,
            UNTIL: str(int(until)),
        }


def this_process() -> Owner:
    """The owner of what this process starts."""
    return Owner(host=this_host(), pid=os.getpid(), started=started(os.getpid()) or "")


def this_host() -> str:
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


def started(pid: int) -> str | None:
    """When the process started, in a form that only compares; None: not known, or gone."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    # The second field, the name, may hold spaces and brackets.
    ticks = status.rpartition(b")")[2].split()[19]
    return f"{boot}/{ticks.decode()}"


def abandoned(
    labels: Mapping[str, str],
    *,
    host: str,
    now: float,
    started: Callable[[int], str | None] = started,
) -> bool:
    """Whether the container with these labels is one that nobody will remove any more.

    It is, if it is of this ``host`` and its owner is gone, or if its time is over, which is
    the only sign where the system does not tell when a process started. In doubt it is not.
    """
    if labels.get(MARK) != host:
        return False
    try:
        pid, until = int(labels[PID]), int(labels[UNTIL])
    except (KeyError, ValueError):
        return False
    return now > until or bool(labels.get(STARTED) and started(pid) != labels[STARTED])
