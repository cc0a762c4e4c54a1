"""A git repository, read through plumbing commands: its objects only, never its working tree."""

import os
import subprocess
from pathlib import Path

from grader.ci.changes import PathChange, TreeEntry, parse_diff, parse_tree
from grader.errors import UserError
from grader.model.text import Text, say

TIMEOUT = 120
"""Seconds for one git command. In a class's repository, one takes a few hundredths."""

_SETTINGS = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    # Stars and colons in a path are not a pattern.
    "GIT_LITERAL_PATHSPECS": "1",
    # Reading a missing object must not start a download.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
}


class RepositoryError(UserError):
    """The repository cannot be read, or lacks a commit."""

    remedy: Text

    def __init__(self, what: Text, remedy: Text) -> None:
        super().__init__(what, remedy)


class GitRepository:
    """The clone in ``folder``: of the base, with the head fetched into it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def commit(self, revision: str) -> str:
        """The object name of the commit ``revision``.

        Raises:
            RepositoryError: there is no such commit.
        """
        try:
            name = self._git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
        except _GitFailedError as error:
            raise RepositoryError(
                say(
                    "There is no commit {revision} in {folder}.",
                    revision=revision,
                    folder=self._folder,
                ),
                say(
                    "Fetch it first: `git fetch origin refs/pull/NUMBER/head` fetches a pull "
                    "request without changing any file."
                ),
            ) from error
        return name.decode("ascii").strip()

    def merge_base(self, base: str, head: str) -> str:
        """The commit at which ``head`` left ``base``.

        Raises:
            RepositoryError: there is none, or it was not fetched.
        """
        try:
            return self._git("merge-base", base, head).decode("ascii").split()[0]
        except _GitFailedError as error:
            raise RepositoryError(
                say("{base} and {head} have no commit in common.", base=base, head=head),
                say("Fetch the whole history (fetch-depth: 0): a shallow clone may end before it."),
            ) from error

    def diff(self, before: str, after: str) -> tuple[PathChange, ...]:
        """The paths that differ between two commits."""
        return parse_diff(
            self._read(
                "diff-tree", "-r", "-z", "--raw", "--full-index", "--no-renames",
                "--no-ext-diff", before, after,
            )
        )  # fmt: skip

    def tree(self, commit: str, path: str) -> tuple[TreeEntry, ...]:
        """The entries at and below ``path`` in ``commit``; empty if there are none."""
        return parse_tree(self._read("ls-tree", "-r", "-z", "--full-tree", commit, "--", path))

    def size(self, blob: str) -> int:
        """The size of an object in bytes."""
        return int(self._read("cat-file", "-s", blob))

    def content(self, blob: str) -> bytes:
        """The bytes of an object; check its :meth:`size` first."""
        return self._read("cat-file", "blob", blob)

    def beginning(self, blob: str, most: int) -> bytes:
        """The first ``most`` bytes of an object, however large it is."""
        if self.size(blob) <= most:
            return self.content(blob)
        with subprocess.Popen(
            ["git", "-C", str(self._folder), "cat-file", "blob", blob],
            env={**os.environ, **_SETTINGS},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                return process.stdout.read(most) if process.stdout else b""
            finally:
                process.kill()

    def adders(self, commit: str, path: str) -> frozenset[str]:
        """The mail addresses of those who added ``path``, or files below it, up to ``commit``."""
        return _addresses(
            self._read("log", "--no-renames", "--diff-filter=A", "--format=%ae", commit, "--", path)
        )

    def authors(self, before: str, after: str) -> frozenset[str]:
        """The mail addresses of the authors of the commits in ``after`` but not in ``before``."""
        return _addresses(self._read("log", "--format=%ae", f"{before}..{after}"))

    def _read(self, *arguments: str) -> bytes:
        try:
            return self._git(*arguments)
        except _GitFailedError as error:
            raise RepositoryError(
                say("git failed in {folder}: {reason}", folder=self._folder, reason=error),
                say("Make a full clone: a partial one lacks objects that are read here."),
            ) from error

    def _git(self, *arguments: str) -> bytes:
        try:
            done = subprocess.run(
                ["git", "-C", str(self._folder), *arguments],
                env={**os.environ, **_SETTINGS},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=TIMEOUT,
            )
        except FileNotFoundError as error:
            raise RepositoryError(
                say("git is not installed."), say("Install git 2.24 or newer.")
            ) from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _GitFailedError(str(error)) from error
        if done.returncode:
            raise _GitFailedError(done.stderr.decode("utf-8", "replace").strip()[-500:])
        return done.stdout


class _GitFailedError(Exception):
    """A git command failed, or timed out."""


def _addresses(output: bytes) -> frozenset[str]:
    lines = output.decode("utf-8", "replace").splitlines()
    return frozenset(line.lower() for line in lines if line)
