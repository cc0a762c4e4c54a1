"""A repository, asked with git's plumbing: of objects only, and never of a file that lies there."""

import os
import subprocess
from pathlib import Path

from grader.ci.changes import Change, parse, parse_tree
from grader.errors import UserError
from grader.model.text import Text, say

PATIENCE = 120
"""Seconds for one question to git; a class's repository answers in a few hundredths."""

_SETTINGS = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    # A path is a path, whatever stars and colons a stranger put into it.
    "GIT_LITERAL_PATHSPECS": "1",
    # What is not here is asked of nobody: a question must not become a download.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
}


class RepositoryError(UserError):
    """The repository does not hold what is asked of it."""

    remedy: Text

    def __init__(self, what: Text, remedy: Text) -> None:
        super().__init__(what, remedy)


class Repository:
    """The clone of the base in ``folder``, into which the head was fetched."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def commit(self, revision: str) -> str:
        """The name of the commit that ``revision`` stands for.

        Raises:
            RepositoryError: there is none.
        """
        try:
            told = self._git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
        except _RefusedError as error:
            raise RepositoryError(
                say(
                    "There is no commit {revision} in {folder}.",
                    revision=revision,
                    folder=self._folder,
                ),
                say(
                    "Fetch it first: `git fetch origin refs/pull/NUMBER/head` brings a pull "
                    "request's, and changes no file."
                ),
            ) from error
        return told.decode("ascii").strip()

    def parted(self, base: str, head: str) -> str:
        """The commit at which ``head`` left ``base``.

        Raises:
            RepositoryError: they have nothing in common, or it was not fetched.
        """
        try:
            return self._git("merge-base", base, head).decode("ascii").split()[0]
        except _RefusedError as error:
            raise RepositoryError(
                say("{base} and {head} have no commit in common here.", base=base, head=head),
                say("Fetch the whole history: a shallow clone ends before it (fetch-depth: 0)."),
            ) from error

    def changes(self, before: str, after: str) -> tuple[Change, ...]:
        """The paths that are different in two commits."""
        return parse(
            self._asked(
                "diff-tree", "-r", "-z", "--raw", "--full-index", "--no-renames",
                "--no-ext-diff", before, after,
            )
        )  # fmt: skip

    def entries(self, commit: str, path: str) -> tuple[Change, ...]:
        """What is at and below ``path`` in ``commit``."""
        return parse_tree(self._asked("ls-tree", "-r", "-z", "--full-tree", commit, "--", path))

    def size(self, blob: str) -> int:
        """The bytes of an object."""
        return int(self._asked("cat-file", "-s", blob))

    def content(self, blob: str) -> bytes:
        """An object's bytes; ask for its :meth:`size` before."""
        return self._asked("cat-file", "blob", blob)

    def adders(self, commit: str, path: str) -> frozenset[str]:
        """The mail addresses of who has added ``path``, or something below it, up to ``commit``."""
        return _addresses(
            self._asked(
                "log", "--no-renames", "--diff-filter=A", "--format=%ae", commit, "--", path
            )
        )

    def authors(self, before: str, after: str) -> frozenset[str]:
        """The mail addresses of who made the commits of ``after`` that ``before`` has not."""
        return _addresses(self._asked("log", "--format=%ae", f"{before}..{after}"))

    def _asked(self, *arguments: str) -> bytes:
        try:
            return self._git(*arguments)
        except _RefusedError as error:
            raise RepositoryError(
                say("git does not answer in {folder}: {reason}", folder=self._folder, reason=error),
                say("Is it whole? A partial clone lacks what is read here."),
            ) from error

    def _git(self, *arguments: str) -> bytes:
        try:
            done = subprocess.run(
                ["git", "-C", str(self._folder), *arguments],
                env={**os.environ, **_SETTINGS},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=PATIENCE,
            )
        except FileNotFoundError as error:
            raise RepositoryError(
                say("There is no git on this machine."), say("Install git, 2.24 or newer.")
            ) from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _RefusedError(str(error)) from error
        if done.returncode:
            raise _RefusedError(done.stderr.decode("utf-8", "replace").strip()[-500:])
        return done.stdout


class _RefusedError(Exception):
    """Git has refused."""


def _addresses(told: bytes) -> frozenset[str]:
    return frozenset(line.lower() for line in told.decode("utf-8", "replace").splitlines() if line)
