"""The processes that own containers, so that the containers of dead ones can be removed.

The owner is written on each container as labels. An engine may be shared by several machines, and a
process id is reused; so the labels also identify the host and the time when the process started.
"""

import hashlib
import os
import socket
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

LABEL = "select-grader"
"""The label of all our containers; its value identifies the host."""

PID_LABEL, STARTED_LABEL, UNTIL_LABEL = f"{LABEL}.pid", f"{LABEL}.started", f"{LABEL}.until"


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """A process that starts containers."""

    host: str
    """Identifies the machine and, on Linux, the PID namespace."""
    pid: int
    started: str
    """Its start time, as :func:`start_time` has it; empty if the system does not say."""

    def labels(self, until: float) -> dict[str, str]:
        """The labels of a container that the owner removes before ``until`` (Unix time)."""
        return {
            LABEL: self.host,
            PID_LABEL: str(self.pid),
            STARTED_LABEL: self.started,
            UNTIL_LABEL: str(int(until)),
        }


def current_process() -> Owner:
    """This process as an owner."""
    return Owner(host=host_identity(), pid=os.getpid(), started=start_time(os.getpid()) or "")


def host_identity() -> str:
    """A hash that identifies this host among all that may use the same engine."""
    known = [str(uuid.getnode()), socket.gethostname()]
    for path in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        try:
            known = [Path(path).read_text(encoding="ascii").strip()]
        except (OSError, ValueError):
            continue
        if known[0]:
            break
    with suppress(OSError):
        # If the grader is in a container with the engine's socket, its pids are valid only there.
        known.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("\n".join(known).encode("utf-8", "replace")).hexdigest()[:16]


def start_time(pid: int) -> str | None:
    """The start time of the process, as an opaque string; None: it is gone, or not on Linux."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    # The second field is the name in parentheses; it may contain spaces and parentheses.
    ticks = status.rpartition(b")")[2].split()[19]
    return f"{boot}/{ticks.decode()}"


def is_abandoned(
    labels: Mapping[str, str],
    *,
    host: str,
    now: float,
    start_time_of: Callable[[int], str | None] = start_time,
) -> bool:
    """Whether the container with these labels is abandoned: nobody will remove it any more.

    True if it belongs to this ``host`` and either its owner is dead or its time is over; the latter
    is the only sign on systems without start times. In doubt, False.
    """
    if labels.get(LABEL) != host:
        return False
    try:
        pid, until = int(labels[PID_LABEL]), int(labels[UNTIL_LABEL])
    except (KeyError, ValueError):
        return False
    started = labels.get(STARTED_LABEL)
    return now > until or bool(started and start_time_of(pid) != started)
