"""What the kernel says of memory that ran out."""

from __future__ import annotations

_FILES = (
    "/sys/fs/cgroup/memory.events",  # version 2
    "/sys/fs/cgroup/memory/memory.oom_control",
)
"""Where a container sees its own control group. Elsewhere these are the machine's, if they are
there at all."""


def kills() -> int | None:
    """How many processes of this container were ended for want of memory; None: not known."""
    for path in _FILES:
        try:
            with open(path, encoding="ascii") as file:
                return parse_kills(file.read())
        except (OSError, UnicodeDecodeError):
            continue
    return None


def parse_kills(text: str) -> int | None:
    """Take the figure from such a file; None: it has none, as before Linux 4.13."""
    for line in text.splitlines():
        name, _, value = line.partition(" ")
        if name == "oom_kill" and value.strip().isdigit():
            return int(value)
    return None
