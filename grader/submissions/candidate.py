"""What was found at a path and was not read yet."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from grader.bounded import LinkError, NotRegularError, read_below
from grader.errors import os_reason
from grader.model.program import LARGEST_IN_ALL, MOST_FILES, NEUTRAL_NAME, is_relative_path
from grader.model.refusal import LARGEST, Refusal, RefusalReason
from grader.submissions.names import is_program_name
from grader.submissions.submission import (
    Submission,
    SubmissionError,
    as_utf8,
    explain_os_error,
    load_submission,
    refuse,
)

MAX_NAMED = 8
"""Most programs that a message lists."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A program that was found but not yet read, or a hand-in that cannot be graded."""

    name: str
    """The submission's name: the file's, or the student's folder's. Not necessarily UTF-8."""
    path: Path
    root: Path
    """A folder above ``path``, below which no link is followed."""
    beside: tuple[Path, ...] = ()
    """The other files of the program: in the folder of ``path``, or below."""
    refused: Refusal | None = None
    """Why it cannot be graded; None: it must be read first."""

    def load(self) -> Submission:
        """Read it.

        Raises:
            SubmissionError: it is not there.
        """
        if self.refused:
            return refuse(self.name, self.path, self.refused)
        try:
            found = load_submission(self.path, self.name, root=self.root)
            return self._with_others(found) if self.beside and not found.refused else found
        except SubmissionError as error:
            reason = error.__cause__
            if not isinstance(reason, OSError) or isinstance(
                reason, FileNotFoundError | IsADirectoryError
            ):
                raise
            return refused_as(self, "unreadable", problem=os_reason(reason)).load()

    def _with_others(self, entry: Submission) -> Submission:
        """``entry`` with the other files of its program.

        Raises:
            SubmissionError: one of them cannot be read.
        """
        files: dict[str, bytes] = {}
        size = len(entry.source)
        for path in self.beside:
            name = as_utf8(str(path.relative_to(self.path.parent)))
            try:
                data = read_below(self.root, path, LARGEST_IN_ALL - size + 1)
            except LinkError:
                return self._refused_for(path, "link")
            except NotRegularError:
                return self._refused_for(path, "not-a-file")
            except OSError as error:
                raise SubmissionError(explain_os_error(path, error)) from error
            size += len(data)
            if len(files) + 1 >= MOST_FILES:
                return refused_as(self, "large-program").load()
            if size > LARGEST_IN_ALL or not is_relative_path(name):
                return refused_as(self, "large-program").load()
            if is_program_name(path.name) and len(data) > LARGEST:
                return self._refused_for(path, "too-large")
            if name == NEUTRAL_NAME:
                return self._refused_for(path, "reserved-name")
            files[name] = data
        return replace(entry, files=files)

    def _refused_for(self, path: Path, reason: RefusalReason) -> Submission:
        """The submission, refused because of its file ``path``."""
        file = msgspec.structs.replace(self, path=path)
        return replace(refused_as(file, reason).load(), file_name="")


def refused_as(
    candidate: Candidate,
    reason: RefusalReason,
    *,
    problem: str = "",
    files: Sequence[str] = (),
    more: int = 0,
) -> Candidate:
    """The candidate, which cannot be graded for this ``reason``.

    Args:
        problem, files, more: see :class:`Refusal`.
    """
    path, root = candidate.path, candidate.root
    inner = path.relative_to(root) if path.is_relative_to(root) and path != root else path
    refusal = Refusal(
        reason=reason,
        file=as_utf8(str(inner)),
        problem=problem,
        files=tuple(map(as_utf8, files)),
        more=more,
    )
    return msgspec.structs.replace(candidate, refused=refusal)
