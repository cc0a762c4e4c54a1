"""What was stored in a folder of runs, so that whoever changes it later is found out.

``ledger.jsonl`` gets a line whenever a report or a decision is stored: the SHA-256 of the files of
the run, or of the decision. Others say that a stored run has served again, or was removed. Each
line also holds the hash of the line before it, so none can be changed or removed without all that
follow. It proves nothing against somebody who writes all of it anew; but then what is recorded,
judged again, contradicts the reports.
"""

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec

from grader import bounded
from grader.errors import unwritable
from grader.runs.lock import locked
from grader.runs.run import Run, RunError

NAME = "ledger.jsonl"

LARGEST = 256 << 20
"""Bytes of a ledger that is read. A class of 300 with ten judgings each has 3 MiB."""

REPORT_FILES = ("report.json", "report.values.json", "rubric.json")
"""The files of a run that judging writes again."""

_NOT_EVIDENCE = (*REPORT_FILES, "report.html")

_LARGEST_FILE = 1 << 30


Kind = Literal["report", "decision", "removed", "attempt"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a ledger."""

    time: str
    kind: Kind
    name: str
    """The run's folder, or the decision's id."""
    about: str = ""
    """What a decision is about."""
    files: dict[str, str]
    """The SHA-256 of each file; of a decision, of its content."""
    previous: str
    """The SHA-256 of the line before; empty for the first."""


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """A ledger, as far as it can be read."""

    lines: tuple[Line, ...] = ()
    broken: tuple[int, ...] = ()
    """The numbers of lines that are damaged, or that do not follow from the line before."""

    def latest(self) -> dict[str, Line]:
        """The last line of each run."""
        return {each.name: each for each in self.lines if each.kind == "report"}

    def attempts(self) -> dict[str, tuple[datetime, ...]]:
        """For each run that has served a later grading: when."""
        found: dict[str, list[datetime]] = {}
        for each in self.lines:
            if each.kind == "attempt":
                with suppress(ValueError, OverflowError):
                    time = datetime.fromisoformat(each.time).astimezone()
                    found.setdefault(each.name, []).append(time)
        return {name: tuple(times) for name, times in found.items()}


def read(folder: Path) -> Ledger:
    """The ledger of a folder of runs; empty if there is none.

    Raises:
        RunError: it is too large, or cannot be read.
    """
    try:
        data = bounded.read(folder / NAME, LARGEST)
    except (FileNotFoundError, NotADirectoryError):
        return Ledger()
    except OSError as error:
        raise RunError(unwritable(folder / NAME, error)) from error
    lines, broken, previous = [], [], ""
    for number, raw in enumerate(data.splitlines(), 1):
        try:
            line = msgspec.json.decode(raw, type=Line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            broken.append(number)
        else:
            lines.append(line)
            if line.previous != previous:
                broken.append(number)
        previous = _hash(raw)
    return Ledger(lines=tuple(lines), broken=tuple(broken))


def name_of(path: Path) -> str:
    """What a run's folder is called in a ledger: the same in each locale, and always text."""
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")


def add_report(run: Run) -> None:
    """Note the files of a run whose report has just been stored.

    Raises:
        RunError: they cannot be read, or the ledger cannot be written.
    """
    folder = run.path.resolve()
    _append(folder.parent, "report", name_of(folder), hash_files(run))


def add_attempt(run: Run) -> None:
    """Note that a stored run serves a program that was handed in again, so that it counts as if it
    were made now.

    Raises:
        RunError: the ledger cannot be written.
    """
    folder = run.path.resolve()
    _append(folder.parent, "attempt", name_of(folder), {})


def add_decision(folder: Path, name: str, about: str, content: str) -> None:
    """Note a decision that has just been stored.

    Raises:
        RunError: the ledger cannot be written.
    """
    _append(folder, "decision", name, {"": content}, about)


def add_removal(folder: Path, name: str) -> None:
    """Note that the run ``name`` is removed on purpose.

    Raises:
        RunError: the ledger cannot be written.
    """
    _append(folder, "removed", name, {})


def hash_files(run: Run) -> dict[str, str]:
    """The SHA-256 of each file of a run, except for its page. Files for people only (logs and
    terminals) are left out.

    Raises:
        RunError: one cannot be read.
    """
    try:
        return {
            path.name: hash_file(path)
            for path in sorted(run.path.iterdir())
            if path.is_file() and path.name != "report.html"
        }
    except OSError as error:
        raise RunError(unwritable(run.path, error)) from error


def hash_file(path: Path) -> str:
    """The SHA-256 of a file.

    Raises:
        OSError: it cannot be read.
    """
    found = hashlib.sha256()
    with bounded.open_regular(path, _LARGEST_FILE) as file:
        for data in iter(partial(file.read, 1 << 20), b""):
            found.update(data)
    return found.hexdigest()


def evidence(files: Mapping[str, str]) -> dict[str, str]:
    """Of the files of a run, those that no judging changes."""
    return {name: digest for name, digest in files.items() if name not in _NOT_EVIDENCE}


def _append(
    folder: Path,
    kind: Kind,
    name: str,
    files: dict[str, str],
    about: str = "",
) -> None:
    path = folder / NAME
    # Attempts are compared with the times at which runs began.
    precision = "milliseconds" if kind == "attempt" else "seconds"
    with locked(folder):
        try:
            last, whole = _last_line(path)
            line = Line(
                time=datetime.now().astimezone().isoformat(timespec=precision),
                kind=kind,
                name=name,
                about=about,
                files=files,
                previous=_hash(last) if last else "",
            )
            # A line that a power failure has cut stays, and counts as one.
            start = b"" if whole else b"\n"
            with open(path, "ab", opener=_open_own) as file:
                file.write(start + msgspec.json.encode(line) + b"\n")
        except OSError as error:
            raise RunError(unwritable(path, error)) from error


def _open_own(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NOFOLLOW", 0), 0o644)


def _last_line(path: Path) -> tuple[bytes, bool]:
    """The last line of a file, and whether its end is there."""
    try:
        with bounded.open_regular(path, LARGEST) as file:
            size = file.seek(0, 2)
            block = 1 << 16
            while True:
                file.seek(max(0, size - block))
                data = file.read()
                found = data.rstrip(b"\n").rpartition(b"\n")
                if found[1] or block >= size:
                    return found[2], not data or data.endswith(b"\n")
                block *= 2
    except FileNotFoundError:
        return b"", True


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
