"""Walls of namespaces: how a program is started behind them, and what to say if it cannot be."""

import marshal
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.model.text import Text, say
from grader.sandbox import SandboxError
from grader.sandbox.limits import AGENT_FILES, HOSTNAME, SHARED_MEMORY

BUILDER = """\
import sys
sys.path.append({parent!r})
from grader.agent.isolation.container import main
main()
"""
"""The folder comes last: what is installed beside the grader hides no standard module."""

FAILED = 125
"""The builder's exit status where it could not build them; it says why on standard error."""

PYTHON = "/usr/local/bin/python3"

PARENT = Path(__file__).resolve().parents[3]
"""The folder in which the package ``grader`` is."""


def command(
    root: Path,
    inside: Sequence[str],
    *,
    folders: Mapping[str, str] | None = None,
    user: int | None = None,
    waits: bool = False,
    writable: bool = False,
) -> list[str]:
    """What to run on this machine, for Python to run with the arguments ``inside`` there.

    Args:
        root: the folder that is to be the root, read-only unless ``writable``.
        inside: Python's arguments.
        folders: where a tmpfs is to be, and its options.
        user: whom root becomes first; None: nobody else.
        waits: whether it waits, before it starts anything, for a byte on its standard input.
        writable: for the preparation of the folder itself, and for nothing else.
    """
    asked = {
        "parent": os.getpid(),
        "root": str(root),
        "command": [PYTHON, "-S", *inside],
        "folder": "/opt/grader",
        "folders": dict(folders or {}),
        "user": user,
        "waits": waits,
        "writable": writable,
        "files": AGENT_FILES,
        "shared_memory": SHARED_MEMORY,
        "host": HOSTNAME,
    }
    # -I: neither this folder nor PYTHONPATH may hide a standard module; -S: it needs no
    # packages, and starts in half the time.
    builder = BUILDER.format(parent=str(PARENT))
    return [sys.executable, "-I", "-S", "-c", builder, marshal.dumps(asked).hex()]


def unavailable(why: str) -> SandboxError:
    """Say that this machine does not allow such walls, and what to do about it."""
    return SandboxError(
        say("No walls of namespaces can be built here: {why}.", why=why or "no reason is told"),
        remedy(),
    )


def remedy(settings: Path = Path("/proc/sys")) -> Text:
    """What to do where the kernel refuses a user's namespaces; the most likely thing."""
    for name, forbids, value in (
        ("kernel/unprivileged_userns_clone", "0", "1"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "0"),
        ("user/max_user_namespaces", "0", "10000"),
    ):
        try:
            found = (settings / name).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if found == forbids:
            return say(
                "Allow users their namespaces, as root: sysctl {name}={value}"
                " (kept in /etc/sysctl.d).",
                name=name.replace("/", "."),
                value=value,
            )
    return say(
        "In a container, grade outside of it, or give it a Docker Engine's socket. Elsewhere see"
        " what `unshare --user --map-root-user --pid --fork --mount-proc true` says: the kernel's"
        " configuration, or a security module, may forbid it."
    )
