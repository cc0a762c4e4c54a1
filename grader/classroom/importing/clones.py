"""Reads when the last commit of a clone was made, without trusting the clone's settings.

A clone's ``.git/config`` may name programs that git would start. So git gets an empty repository,
with the clone's objects alone.
"""

import os
import re
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from grader.bounded import read_below

TIMEOUT = 20
"""Seconds for one look."""

_SMALL = 1 << 20
_NAME = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_COMMITTER = re.compile(rb"^committer .*> (\d{1,12}) [+-]\d{4}$", re.MULTILINE)


def last_commit(clone: Path) -> tuple[str, datetime] | None:
    """The name and the time of the commit that is checked out in ``clone``; None: unknown."""
    try:
        name = _head(clone)
        return (name, _time(clone, name)) if name else None
    except (OSError, ValueError, OverflowError, subprocess.SubprocessError):
        return None


def _head(clone: Path) -> str | None:
    head = _text(clone, clone / ".git/HEAD")
    if not head.startswith("ref: "):
        return head if _NAME.fullmatch(head) else None
    ref = head.removeprefix("ref: ")
    if ".." in ref or not ref.startswith("refs/"):
        return None
    try:
        name = _text(clone, clone / ".git" / ref)
    except OSError:
        lines = _text(clone, clone / ".git/packed-refs").splitlines()
        name = next((line.partition(" ")[0] for line in lines if line.endswith(" " + ref)), "")
    return name if _NAME.fullmatch(name) else None


def _text(clone: Path, path: Path) -> str:
    return read_below(clone, path, _SMALL).decode("utf-8", "replace").strip()


def _time(clone: Path, name: str) -> datetime:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "GIT_DIR": folder,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "LC_ALL": "C",
        }

        def git(*arguments: str) -> bytes:
            return subprocess.run(
                ["git", *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=True,
                timeout=TIMEOUT,
            ).stdout

        form = "sha1" if len(name) == 40 else "sha256"
        git("init", "--quiet", "--bare", f"--object-format={form}", folder)
        environment["GIT_OBJECT_DIRECTORY"] = str((clone / ".git/objects").resolve())
        match = _COMMITTER.search(git("cat-file", "commit", name))
    if match is None:
        raise ValueError("it has no committer")
    return datetime.fromtimestamp(int(match[1]), UTC)
