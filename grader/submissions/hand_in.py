"""The record of a hand-in: what one student gave in at one time, as an export told it.

A student's folder that `grade import` has written holds the files of the latest attempt, and beside
them its record, :data:`NAME`. Earlier attempts lie in :data:`ATTEMPTS`, one folder each, numbered
in the order of their import, and each with its own record. Both names are hidden, so whatever
grades the folder sees the latest attempt alone. :func:`load_attempts` lists them all.
"""

import json
import os
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from grader import bounded
from grader.errors import UserError, os_reason
from grader.model.text import printable, say

NAME = ".hand-in.toml"
"""The file of a record, in the folder of its attempt."""

ATTEMPTS = ".attempts"
"""The folder of earlier attempts, in the student's folder."""

LARGEST = 64 << 10
"""Most bytes of a record."""


class HandInError(UserError):
    """A record cannot be read."""


class HandIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one hand-in."""

    source: str
    """The system that exported it, as ``canvas``; ``files`` if there was none."""
    export: str
    """The name of the file or folder that was imported."""
    sha256: str
    """Of its files, as they were handed in: archives packed, notebooks as they were."""
    received: datetime | None = None
    """When it was handed in; None: the export does not say. Without a time zone, it is local time
    where the exporting system stands."""
    imported: datetime
    late: bool = False
    """Whether the system called it late."""
    attempt: str = ""
    """The system's own name of the attempt: Gradescope's ``submission_123``, or a commit."""

    def is_known(self, other: "HandIn") -> bool:
        """Whether ``other`` is this hand-in, exported once more."""
        known = [(self.received, other.received), (self.attempt, other.attempt)]
        return self.sha256 == other.sha256 and all(
            one == another for one, another in known if one and another
        )

    @property
    def order(self) -> tuple[datetime, datetime]:
        """What attempts of one student are sorted by: the latest is the last one."""
        return _aware(self.received or self.imported), _aware(self.imported)


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """A hand-in in a class's folder."""

    folder: Path
    """What holds its files."""
    hand_in: HandIn


def load_attempts(folder: Path) -> tuple[Attempt, ...]:
    """The attempts in a student's folder, oldest first; none if no import has written it.

    Raises:
        HandInError: a record cannot be read.
    """
    found = [
        Attempt(folder=each, hand_in=hand_in)
        for each in _folders(folder)
        if (hand_in := load(each)) is not None
    ]
    return tuple(sorted(found, key=lambda each: each.hand_in.order))


def load(folder: Path) -> HandIn | None:
    """The record of the attempt whose files are in ``folder``; None: there is none.

    Raises:
        HandInError: it cannot be read.
    """
    path = folder / NAME
    if not os.path.lexists(path):
        return None
    try:
        table = tomllib.loads(bounded.read(path, LARGEST).decode())
        return msgspec.convert(table, HandIn)
    except (OSError, UnicodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else str(error)
        raise HandInError(
            say("{path} cannot be read: {reason}.", path=path, reason=reason),
            say("Import into another folder, or restore the file."),
        ) from error


def to_toml(hand_in: HandIn) -> bytes:
    """The record as it is stored."""
    lines = ["# Written by `grade import`."]
    for name in hand_in.__struct_fields__:
        value = getattr(hand_in, name)
        if value is None or value == "" or value is False:
            continue
        if isinstance(value, str):
            # A JSON string without control characters is also a TOML string.
            value = json.dumps(printable(value), ensure_ascii=False)
        elif value is True:
            value = "true"
        else:
            value = value.isoformat()
        lines.append(f"{name} = {value}")
    return ("\n".join(lines) + "\n").encode()


def _folders(folder: Path) -> Iterator[Path]:
    yield folder
    attempts = folder / ATTEMPTS
    if attempts.is_dir() and not attempts.is_symlink():
        yield from (each for each in attempts.iterdir() if each.is_dir() and not each.is_symlink())


def _aware(when: datetime) -> datetime:
    if when.tzinfo is not None:
        return when
    try:
        return when.astimezone()
    except (OverflowError, ValueError, OSError):  # long before 1970, say
        return when.replace(tzinfo=UTC)
