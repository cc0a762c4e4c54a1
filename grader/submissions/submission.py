"""Reads one submission, with limits, and looks at its source without running it."""

import io
import os
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path

from grader.bounded import open_without_waiting
from grader.errors import UserError, unreadable
from grader.model.text import Text, say
from grader.submissions.named_addresses import named_addresses
from grader.submissions.named_folders import named_folders

LARGEST = 1 << 20
"""Maximum size of a submission in bytes. The model answer has 3,000."""


class SubmissionError(UserError):
    """A path cannot be graded: it is not a submission."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One student's program."""

    name: str
    """The file's name, or that of the student's folder that contains it. UTF-8."""
    source: bytes
    file_name: str = ""
    """The name of its file if that differs from ``name``; otherwise empty."""

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that the source names (:func:`.named_folders.named_folders`)."""
        return named_folders(self.source)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The IP addresses that the source names (:func:`.named_addresses.named_addresses`)."""
        return named_addresses(self.source)

    @property
    def names_a_time(self) -> bool:
        """Whether the source seems to sleep or to use a timeout, so that its run may take long.

        A heuristic, used only to decide which submission to start first.
        """
        return bool(_NAMES_A_TIME.search(self.source)) or any(
            b"select" in line and line.count(b",") > 2 and _LAST_ARGUMENT.search(line)
            for line in self.source.splitlines()
        )


_NAMES_A_TIME = re.compile(rb"\bsleep\s*\(|\bsettimeout\b|\btimeout\s*=")
"""A sleep, or a timeout."""

_LAST_ARGUMENT = re.compile(rb",\s*(?!None\b)[\w.]+\s*\)")
"""The end of a call whose last argument, such as a timeout, is a number or a name."""


def load_submission(path: Path, name: str | None = None) -> Submission:
    """Read the submission in the file ``path``.

    Args:
        name: the submission's name; None: the file's.

    Raises:
        SubmissionError: it is missing, empty, too large, or not text in an encoding that Python
            can read. A program with a syntax error is accepted.
    """
    try:
        with open(path, "rb", opener=open_without_waiting) as file:
            source = file.read(LARGEST + 1)
    except IsADirectoryError as error:
        raise SubmissionError(say("{path} is a folder, not a program.", path=path)) from error
    except OSError as error:
        raise SubmissionError(explain_os_error(path, error)) from error
    return submission_from_bytes(source, path, name)


def submission_from_bytes(source: bytes, path: Path, name: str | None = None) -> Submission:
    """Make a submission from the content of the file ``path``, which need not exist.

    Args:
        name: the submission's name; None: the file's.

    Raises:
        SubmissionError: as :func:`load_submission`, except that nothing can be missing.
    """
    if len(source) > LARGEST:
        raise SubmissionError(
            say(
                "{path} is larger than {most} MiB: that is not a homework program.",
                path=path,
                most=LARGEST >> 20,
            )
        )
    if not source.strip(b"\xef\xbb\xbf \t\r\n\f"):
        raise SubmissionError(say("{path} is empty: was it saved?", path=path))
    _check_text(source, path)
    own, file_name = _utf8(path.name if name is None else name), _utf8(path.name)
    return Submission(name=own, source=source, file_name="" if own == file_name else file_name)


def _utf8(name: str) -> str:
    # Anything else could not be stored in a run's JSON files.
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def explain_os_error(path: Path, error: OSError) -> Text:
    """The message that a submission's file or folder cannot be read, and why."""
    if isinstance(error, FileNotFoundError):
        return say("There is no file {path}: is the name spelled right?", path=path)
    return unreadable(path, error)


def _check_text(source: bytes, path: Path) -> None:
    if b"\0" in source:
        raise SubmissionError(
            say("{path} is not a text file, so it cannot be a Python program (.py).", path=path)
        )
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    except (SyntaxError, LookupError, UnicodeDecodeError) as error:
        if "invalid or missing encoding declaration" in str(error):
            encoding = "utf-8"
        else:
            raise SubmissionError(_unknown_encoding(path, error)) from error
    try:
        source.decode(encoding)
    except UnicodeDecodeError as error:
        # Not `source`: the decoder has removed a byte order mark.
        line = len((error.object[: error.start] + b".").splitlines())
        raise SubmissionError(
            say(
                "{path} is not in {encoding} (line {line}): save it as UTF-8, or name its "
                "encoding in the first line (# -*- coding: gbk -*-).",
                path=path,
                encoding=encoding.removesuffix("-sig").upper(),
                line=line,
            )
        ) from error
    except (LookupError, UnicodeError) as error:
        raise SubmissionError(_unknown_encoding(path, error)) from error


def _unknown_encoding(path: Path, error: Exception) -> Text:
    return say(
        "{path} declares an encoding that Python does not know ({reason}): save it as UTF-8.",
        path=path,
        reason=error,
    )
