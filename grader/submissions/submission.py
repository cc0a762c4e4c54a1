"""Reads one submission, with limits, and looks at its source without running it."""

import io
import os
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.bounded import LinkError, NotRegularError, read_below
from grader.errors import UserError, unreadable
from grader.model.program import imported_modules
from grader.model.refusal import LARGEST, Refusal, RefusalReason
from grader.model.text import Text, say
from grader.submissions.kinds import other_kind
from grader.submissions.named_addresses import MOST as MOST_ADDRESSES
from grader.submissions.named_addresses import named_addresses
from grader.submissions.named_folders import MOST, named_folders


class SubmissionError(UserError):
    """There is no submission at a path, or it cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One student's program."""

    name: str
    """The file's name, or that of the student's folder that contains it. UTF-8."""
    source: bytes
    """The file that is run."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """What lies beside it, by its path from there: modules that it imports, and data."""
    file_name: str = ""
    """The name of its file if that differs from ``name``; otherwise empty."""
    refused: Refusal | None = None
    """Why it is not run; ``source`` is empty then. None: it can be run."""
    path: Path | None = field(default=None, compare=False)
    """The file, as the user named it."""

    @property
    def sources(self) -> tuple[bytes, ...]:
        """The file that is run, and the modules among ``files`` that it imports."""
        modules = imported_modules(self.source, self.files)
        return (self.source, *(module.source for module in modules))

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that the source names (:func:`.named_folders.named_folders`)."""
        found = (folder for source in self.sources for folder in named_folders(source))
        return tuple(dict.fromkeys(found))[:MOST]

    @property
    def addresses(self) -> tuple[str, ...]:
        """The IP addresses that the source names (:func:`.named_addresses.named_addresses`)."""
        found = (address for source in self.sources for address in named_addresses(source))
        return tuple(dict.fromkeys(found))[:MOST_ADDRESSES]

    @property
    def names_a_time(self) -> bool:
        """Whether the source seems to sleep or to use a timeout, so that its run may take long.

        A heuristic, used only to decide which submission to start first.
        """
        return any(map(_names_a_time, self.sources))


def _names_a_time(source: bytes) -> bool:
    return bool(_NAMES_A_TIME.search(source)) or any(
        b"select" in line and line.count(b",") > 2 and _LAST_ARGUMENT.search(line)
        for line in source.splitlines()
    )


_NAMES_A_TIME = re.compile(rb"\bsleep\s*\(|\bsettimeout\b|\btimeout\s*=")
"""A sleep, or a timeout."""

_LAST_ARGUMENT = re.compile(rb",\s*(?!None\b)[\w.]+\s*\)")
"""The end of a call whose last argument, such as a timeout, is a number or a name."""


def load_submission(path: Path, name: str | None = None, *, root: Path | None = None) -> Submission:
    """Read the submission in the file ``path``. No link is followed.

    Args:
        name: the submission's name; None: the file's.
        root: a folder above ``path``, below which nothing is trusted; None: the file's own.

    Returns:
        The submission. It is refused if it has no program that could be run: if it is a link, or
        passes one below ``root``; if it is a pipe, a socket or a device; or as
        :func:`submission_from_bytes` says.

    Raises:
        SubmissionError: there is no such file, or it cannot be read.
    """
    root = root or path.parent
    try:
        source = read_below(root, path, LARGEST + 1)
    except LinkError:
        return _refused(_file_in(root, path), path, name, "link")
    except NotRegularError:
        return _refused(_file_in(root, path), path, name, "not-a-file")
    except IsADirectoryError as error:
        raise SubmissionError(say("{path} is a folder, not a program.", path=path)) from error
    except OSError as error:
        raise SubmissionError(explain_os_error(path, error)) from error
    return submission_from_bytes(source, path, name, root=root)


def submission_from_bytes(
    source: bytes, path: Path, name: str | None = None, *, root: Path | None = None
) -> Submission:
    """Make a submission from the content of the file ``path``, which need not exist.

    Args:
        name: the submission's name; None: the file's.
        root: the folder from which a refusal names the file; None: the file's own.

    Returns:
        The submission. It is refused if it is a document, an archive or the like, is empty, has
        more than ``LARGEST`` bytes, or is not text in an encoding that Python can read. A program
        with a syntax error is accepted.
    """
    file = _file_in(root or path.parent, path)
    if kind := other_kind(source):
        return _refused(file, path, name, kind)
    if len(source) > LARGEST:
        return _refused(file, path, name, "too-large")
    if not source.strip(b"\xef\xbb\xbf \t\r\n\f"):
        return _refused(file, path, name, "empty")
    if refusal := _check_text(source, file):
        return _named(path, name, b"", refusal)
    return _named(path, name, source, None)


def refuse(name: str, path: Path, refusal: Refusal) -> Submission:
    """A submission that cannot be graded, and was not read or is not to be run."""
    return _named(path, name, b"", refusal)


def _refused(file: str, path: Path, name: str | None, reason: RefusalReason) -> Submission:
    return _named(path, name, b"", Refusal(reason=reason, file=file))


def _named(path: Path, name: str | None, source: bytes, refused: Refusal | None) -> Submission:
    own, file_name = as_utf8(path.name if name is None else name), as_utf8(path.name)
    return Submission(
        name=own,
        source=source,
        file_name="" if own == file_name else file_name,
        refused=refused,
        path=path,
    )


def _file_in(root: Path, path: Path) -> str:
    return as_utf8(str(path.relative_to(root)))


def as_utf8(name: str) -> str:
    """A file's name as it is stored and shown; what is not UTF-8 is escaped."""
    # Anything else could not be stored in a run's JSON files.
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def explain_os_error(path: Path, error: OSError) -> Text:
    """The message that a submission's file or folder cannot be read, and why."""
    if isinstance(error, FileNotFoundError):
        return say("There is no file {path}: is the name spelled right?", path=path)
    return unreadable(path, error)


def _check_text(source: bytes, file: str) -> Refusal | None:
    if b"\0" in source:
        return Refusal(reason="not-text", file=file)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    except (SyntaxError, LookupError, UnicodeDecodeError) as error:
        if "invalid or missing encoding declaration" not in str(error):
            return _unknown_encoding(file, error)
        encoding = "utf-8"
    try:
        source.decode(encoding)
    except UnicodeDecodeError as error:
        return Refusal(
            reason="wrong-encoding",
            file=file,
            encoding=encoding.removesuffix("-sig").upper(),
            # Not `source`: the decoder has removed a byte order mark.
            line=len((error.object[: error.start] + b".").splitlines()),
        )
    except (LookupError, UnicodeError) as error:
        return _unknown_encoding(file, error)
    return None


def _unknown_encoding(file: str, error: Exception) -> Refusal:
    return Refusal(reason="unknown-encoding", file=file, problem=str(error))
