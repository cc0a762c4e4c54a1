"""A student's file: read with care, and looked at without running it."""

import io
import os
import re
import stat
import tokenize
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UserError
from grader.submissions.named_folders import named_folders
from grader.model.text import Text, say

LARGEST = 1 << 20
"""Bytes of a submission. The model answer has 3,000."""


class SubmissionError(UserError):
    """A path is no submission that can be graded."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One student's program."""

    name: str
    """What it is called: its file's name, or that of the student's folder in which it is."""
    source: bytes
    program: str = ""
    """Its file's name, where that is another; empty: it is none."""

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that it names: see :func:`grader.submissions.named_folders.named_folders`."""
        return named_folders(self.source)

    @property
    def names_a_time(self) -> bool:
        """Whether it seems to wait for a time somewhere, so that playing it may take long. A guess,
        good for choosing what to begin with and for nothing else."""
        return _NAMES_A_TIME.search(self.source) is not None


_NAMES_A_TIME = re.compile(
    rb"\bsleep\s*\(|\bsettimeout\b|\btimeout\s*=|"
    rb"\bselect\s*\([^\n]*,[^\n]*,[^\n]*,\s*(?!None\b)[\w.]+\s*\)"
)
"""A sleep, a time limit, or a fourth argument of ``select``."""


def load(path: Path, name: str | None = None) -> Submission:
    """Read a submission.

    Args:
        name: what it is called; None: by its file's name.

    Raises:
        SubmissionError: it is missing, empty, too large, or no text that Python reads. A
            program with a syntax error is a submission like any other.
    """
    try:
        with open(path, "rb", opener=_regular_only) as file:
            source = file.read(LARGEST + 1)
    except IsADirectoryError as error:
        raise SubmissionError(say("{path} is a folder, and no program.", path=path)) from error
    except OSError as error:
        raise SubmissionError(unreadable(path, error)) from error
    return read(source, path, name)


def read(source: bytes, path: Path, name: str | None = None) -> Submission:
    """A submission of its bytes, which are, or were, in the file ``path``.

    Args:
        name: what it is called; None: by its file's name.

    Raises:
        SubmissionError: as :func:`load`, but for what is missing.
    """
    if len(source) > LARGEST:
        raise SubmissionError(
            say(
                "{path} is larger than {most} MiB: that is no program that a person wrote.",
                path=path,
                most=LARGEST >> 20,
            )
        )
    if not source.strip(b"\xef\xbb\xbf \t\r\n\f"):
        raise SubmissionError(say("{path} is empty: was it saved?", path=path))
    _check_text(source, path)
    called, program = _utf8(path.name if name is None else name), _utf8(path.name)
    return Submission(name=called, source=source, program="" if called == program else program)


def _utf8(name: str) -> str:
    # One that is none could be written into no file of a run.
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _regular_only(path: str, flags: int) -> int:
    # Without waiting: opening a named pipe would wait for somebody to write into it.
    file = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    mode = os.fstat(file).st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        os.close(file)
        raise OSError(None, "it is no ordinary file")
    return file


def unreadable(path: Path, error: OSError) -> Text:
    """Say why a path cannot be read."""
    if isinstance(error, FileNotFoundError):
        return say("There is no file {path}: is its name spelt right?", path=path)
    return say("{path} cannot be read: {reason}.", path=path, reason=error.strerror or error)


def _check_text(source: bytes, path: Path) -> None:
    if b"\0" in source:
        raise SubmissionError(
            say("{path} is no text file, so it is no Python program (.py).", path=path)
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
        # Not `source`: what is decoded begins behind a byte order mark.
        line = len((error.object[: error.start] + b".").splitlines())
        raise SubmissionError(
            say(
                "{path} is not in {encoding}, see line {line}: save it as UTF-8, or name its "
                "encoding in its first line (# -*- coding: gbk -*-).",
                path=path,
                encoding=encoding.removesuffix("-sig").upper(),
                line=line,
            )
        ) from error
    except (LookupError, UnicodeError) as error:
        raise SubmissionError(_unknown_encoding(path, error)) from error


def _unknown_encoding(path: Path, error: Exception) -> Text:
    return say(
        "{path} names an encoding that Python does not know ({reason}): save the file as UTF-8.",
        path=path,
        reason=error,
    )
