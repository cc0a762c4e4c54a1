"""Counts the processes that the kernel has killed for lack of memory."""

from __future__ import annotations

_FILES = (
    "/sys/fs/cgroup/memory.events",  # version 2
    "/sys/fs/cgroup/memory/memory.oom_control",
)
"""A container sees its own control group here. Elsewhere these files are the machine's, or
missing."""


def kills() -> int | None:
    """Return the number of this container's processes that were killed for lack of memory; None:
    unknown."""
    for path in _FILES:
        try:
            with open(path, encoding="ascii") as file:
                return parse_kills(file.read())
        except (OSError, UnicodeDecodeError):
            continue
    return None


def parse_kills(text: str) -> int | None:
    """Read the counter from such a file; None: it has none, as before Linux 4.13."""
    for line in text.splitlines():
        name, _, value = line.partition(" ")
        if name == "oom_kill" and value.strip().isdigit():
            return int(value)
    return None
