"""The command that starts a program in a container of namespaces, and the error if it fails."""

import marshal
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.model.text import Text, say
from grader.sandbox import SandboxError
from grader.sandbox.limits import AGENT_FILES, HOSTNAME, SHARED_MEMORY

CONTAINER = """\
import sys
sys.path.append({parent!r})
from grader.agent.isolation.container import main
main()
"""
"""Our folder comes last, so that nothing installed beside the grader hides a standard module."""

FAILED = 125
"""The exit status if the container could not be created; standard error says why."""

PYTHON = "/usr/local/bin/python3"
"""The interpreter in the root folder."""

PARENT = Path(__file__).resolve().parents[3]
"""The folder that contains the package ``grader``."""


def command(
    root: Path,
    arguments: Sequence[str],
    *,
    mounts: Mapping[str, str] | None = None,
    user: int | None = None,
    wait: bool = False,
    writable: bool = False,
) -> list[str]:
    """Return the command that runs Python with ``arguments`` in a container.

    Args:
        root: the container's root folder, mounted read-only unless ``writable``.
        arguments: Python's.
        mounts: each tmpfs mount point and its options.
        user: the user id that the container takes on first; None: it keeps this process's.
        wait: whether it waits for a byte on standard input before it creates any process.
        writable: for preparing the root folder itself.
    """
    spec = {
        "parent": os.getpid(),
        "root": str(root),
        "command": [PYTHON, "-S", *arguments],
        "folder": "/opt/grader",
        "folders": dict(mounts or {}),
        "user": user,
        "waits": wait,
        "writable": writable,
        "files": AGENT_FILES,
        "shared_memory": SHARED_MEMORY,
        "host": HOSTNAME,
    }
    # -I: neither the current folder nor PYTHONPATH may hide a standard module. -S: no packages are
    # needed, and Python starts in half the time.
    code = CONTAINER.format(parent=str(PARENT))
    return [sys.executable, "-I", "-S", "-c", code, marshal.dumps(spec).hex()]


def isolation_unavailable(why: str) -> SandboxError:
    """Make the error for a machine that refuses namespaces; ``why`` may be empty."""
    return SandboxError(
        say(
            "This machine cannot isolate programs with Linux namespaces: {why}.",
            why=why or say("no reason was given"),
        ),
        remedy(),
    )


def remedy(settings: Path = Path("/proc/sys")) -> Text:
    """The most likely remedy, judged by the kernel's settings.

    Args:
        settings: the folder of ``sysctl`` values.
    """
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
                "Allow users to create namespaces; as root, run: sysctl {name}={value}"
                " (add it to /etc/sysctl.d to keep it).",
                name=name.replace("/", "."),
                value=value,
            )
    return say(
        "If this is a container, grade outside it, or mount a Docker Engine's socket into it. If"
        " not, run `unshare --user --map-root-user --pid --fork --mount-proc true` and see its"
        " error: the kernel's configuration or a security module may forbid namespaces."
    )
