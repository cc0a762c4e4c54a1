"""The command that starts a program in new namespaces, and the error if that fails."""

import marshal
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.model.text import Text, say
from grader.sandbox import SandboxError
from grader.sandbox.limits import AGENT_FILES, HOSTNAME, SHARED_MEMORY

LAUNCHER = """\
import sys
sys.path.append({parent!r})
from grader.agent.isolation.launcher import main
main()
"""
"""Our folder comes last, so that nothing installed beside the grader hides a standard module."""

FAILED = 125
"""The exit status if the namespaces could not be created; standard error says why."""

PYTHON = "/usr/local/bin/python3"
"""The interpreter in the root folder."""

PARENT = Path(__file__).resolve().parents[3]
"""The folder that contains the package ``grader``."""


def command(
    root: Path,
    arguments: Sequence[str],
    *,
    tmpfs: Mapping[str, str] | None = None,
    addresses: Sequence[str] = (),
    user: int | None = None,
    wait_for_limits: bool = False,
    root_writable: bool = False,
) -> list[str]:
    """Return the command that runs Python with ``arguments`` in new namespaces.

    Args:
        root: the root folder there, mounted read-only unless ``root_writable``.
        arguments: Python's.
        tmpfs: each mount point of a tmpfs and its options.
        addresses: what the loopback interface has besides its usual addresses.
        user: the user id that the launcher takes on first; None: it keeps this process's.
        wait_for_limits: whether the launcher waits for a byte on standard input before it creates
            any process.
        root_writable: for preparing the root folder itself.
    """
    # As in launcher.Spec.
    spec = {
        "parent": os.getpid(),
        "wait_for_limits": wait_for_limits,
        "user": user,
        "open_files": AGENT_FILES,
        "root": str(root),
        "root_writable": root_writable,
        "tmpfs": dict(tmpfs or {}),
        "shared_memory": SHARED_MEMORY,
        "hostname": HOSTNAME,
        "addresses": list(addresses),
        "working_folder": "/opt/grader",
        "command": [PYTHON, "-S", *arguments],
    }
    # -I: neither the current folder nor PYTHONPATH may hide a standard module. -S: no packages are
    # needed, and Python starts in half the time.
    code = LAUNCHER.format(parent=str(PARENT))
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
