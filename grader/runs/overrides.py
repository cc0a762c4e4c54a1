"""The file of a teacher's decisions: how it is read and written.

``overrides.toml`` holds tables of four kinds: ``[[override]]`` decides one check of one program,
``[[rule]]`` a check for all who made the same mistake, ``[[adjustment]]`` concerns a program as a
whole, and ``[[withdrawal]]`` takes one of these back. Nothing that stands in it is ever changed: a
teacher may edit it, and what is decided is appended.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from grader import bounded
from grader.errors import unreadable
from grader.model.numbers import Change, Points
from grader.model.outcome import Adjustment, Decision
from grader.model.text import Text, printable, say
from grader.model.validation import describe_error
from grader.runs.run import LARGEST, RunError

NAME = "overrides.toml"

MIN_DIGITS = 8
"""Digits of a hash that a decision must give: enough to tell the versions of a program apart."""

_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
_Digits = Annotated[str, msgspec.Meta(pattern="^[0-9a-fA-F]*$")]


class _Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of the file."""

    id: str = ""
    """Names it in a withdrawal; empty: it was written by hand (see :func:`identify`)."""
    time: str = ""
    """When it was made: ISO 8601 with an offset; empty: unknown."""
    by: _Words


class Override(_Item, frozen=True, kw_only=True):
    """A decision about one check of one version of a program."""

    submission: _Words
    """The submission's name."""
    check: str
    """The check's name. It may be a teacher's own, so only its form is validated."""
    outcome: Literal["pass", "fail"] | None = None
    points: Points | None = None
    """Exactly one of this and ``outcome`` is set."""
    reason: _Words
    sha256: _Digits = ""
    """The program's SHA-256, or at least its first :data:`MIN_DIGITS` digits. Empty: unknown, so
    the decision is not applied."""

    @property
    def decision(self) -> Decision:
        """The decision as a report has it."""
        return Decision(
            outcome=self.outcome,
            points=self.points,
            reason=self.reason,
            by=self.by,
            time=self.time,
        )

    def applies_to(self, sha256: str) -> bool:
        """Whether it was made for the program with this hash."""
        return _is_prefix(self.sha256, sha256)


class Rule(_Item, frozen=True, kw_only=True):
    """A decision about one check of all who made the same mistake, now and later."""

    check: str
    mistake: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{12}$")]
    """The mistake's (:func:`grader.report.signatures.mistake_id`)."""
    outcome: Literal["pass", "fail"] | None = None
    points: Points | None = None
    reason: _Words

    @property
    def decision(self) -> Decision:
        """The decision as a report has it."""
        return Decision(
            outcome=self.outcome,
            points=self.points,
            reason=self.reason,
            by=self.by,
            time=self.time,
        )


class Remark(_Item, frozen=True, kw_only=True):
    """What concerns one version of a program as a whole: points more or less, or a comment."""

    submission: _Words
    points: Change = 0
    reason: _Words
    sha256: _Digits = ""
    """As of an :class:`Override`."""

    @property
    def adjustment(self) -> Adjustment:
        """The remark as a report has it."""
        return Adjustment(points=self.points, reason=self.reason, by=self.by, time=self.time)

    def applies_to(self, sha256: str) -> bool:
        """Whether it was made for the program with this hash."""
        return _is_prefix(self.sha256, sha256)


class Withdrawal(_Item, frozen=True, kw_only=True):
    """Takes back what bears the id ``withdraws``."""

    withdraws: _Words
    reason: str = ""


Item: TypeAlias = Override | Rule | Remark | Withdrawal

KINDS: dict[str, type[Item]] = {
    "override": Override,
    "rule": Rule,
    "adjustment": Remark,
    "withdrawal": Withdrawal,
}
"""The kinds of tables, by name."""

_ORDER = (
    *("id", "time", "withdraws", "submission", "check", "mistake"),
    *("outcome", "points", "reason", "by", "sha256"),
)
"""The order in which fields are written."""


class OverridesError(RunError):
    """The file of decisions is invalid, or a decision is."""


def identify(item: Item) -> str:
    """The id of an item: its own, or if it was written by hand, one that follows from what it
    says."""
    return item.id or content_hash(item)[:8]


def content_hash(item: Item) -> str:
    """The SHA-256 of all that an item says, however its table is laid out."""
    kind = next(name for name, each in KINDS.items() if type(item) is each)
    return hashlib.sha256(msgspec.json.encode((kind, item))).hexdigest()


def read_all(folder: Path) -> tuple[Item, ...]:
    """Everything in the file of a folder of runs, withdrawn or not; of each kind in order. Without
    a file there is nothing.

    Raises:
        OverridesError: it cannot be read, or a decision is invalid; the message names its line.
    """
    path = folder / NAME
    try:
        text = bounded.read(path, LARGEST).decode("utf-8-sig")
        table = tomllib.loads(text)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except UnicodeDecodeError as error:
        raise OverridesError(say("{path} is not in UTF-8.", path=path)) from error
    except OSError as error:
        raise OverridesError(unreadable(path, error)) from error
    except (ValueError, RecursionError) as error:
        raise OverridesError(
            say("{path} is not valid TOML: {reason}.", path=path, reason=error)
        ) from error
    if table.keys() - KINDS.keys() or not all(isinstance(each, list) for each in table.values()):
        raise _invalid(
            path,
            1,
            say(
                "a decision begins with [[override]], [[rule]], [[adjustment]] or [[withdrawal]], "
                "and nothing else is allowed"
            ),
        )
    return tuple(_read_tables(path, text, table))


def _read_tables(path: Path, text: str, table: dict[str, list[Any]]) -> Iterator[Item]:
    for kind in KINDS:
        lines = [
            number
            for number, line in enumerate(text.splitlines(), 1)
            if re.match(rf"\s*\[\[\s*{kind}\s*\]\]", line)
        ]
        for index, entry in enumerate(table.get(kind, ())):
            # Decisions may also be written as one array, whose lines are unknown.
            line = lines[index] if index < len(lines) else 1
            try:
                yield parse(kind, entry)
            except OverridesError as error:
                raise _invalid(path, line, error.what) from error


def parse(kind: str, entry: Any) -> Item:
    """Validate one table of the file.

    Raises:
        OverridesError: it is invalid; the message is only the reason.
    """
    if isinstance(entry, dict) and isinstance(entry.get("time"), datetime):
        entry = {**entry, "time": entry["time"].isoformat()}  # TOML has times of its own.
    try:
        item = msgspec.convert(entry, KINDS[kind])
    except msgspec.ValidationError as error:
        message, _, key = str(error).partition(" - at `$.")
        why = describe_error(message)
        if key:
            why = say("{key}: {reason}", key=key.rstrip("`"), reason=why)
        raise OverridesError(why) from error
    if item.time:
        _require_time(item.time)
    if isinstance(item, Override | Rule):
        if not re.fullmatch(r"[a-z][a-z0-9-]*", item.check):
            raise OverridesError(
                say("{check} cannot be the name of a check", check=repr(item.check))
            )
        if (item.outcome is None) == (item.points is None):
            raise OverridesError(say("it needs either an outcome (pass or fail) or points"))
    if isinstance(item, Override | Remark) and 0 < len(item.sha256) < MIN_DIGITS:
        raise OverridesError(say("sha256 needs at least {count} digits", count=MIN_DIGITS))
    return item


def _require_time(text: str) -> None:
    try:
        known = datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        known = False
    if not known:
        raise OverridesError(
            say("time: {text} is not a time with its offset, such as {example}",
                text=repr(text), example="2024-05-01T12:30:59+08:00")
        )  # fmt: skip


def _is_prefix(digits: str, sha256: str) -> bool:
    return len(digits) >= MIN_DIGITS and sha256.startswith(digits.lower())


def _invalid(path: Path, line: int, why: Text) -> OverridesError:
    return OverridesError(
        say(
            "{path}, the decision on line {line}: {reason}.",
            path=path,
            line=line,
            reason=why,
        )
    )


def to_toml(items: Iterable[Item]) -> bytes:
    """The tables of ``items``, as they are appended to the file."""
    return b"\n".join(map(_table, items))


def _table(item: Item) -> bytes:
    kind = next(name for name, each in KINDS.items() if type(item) is each)
    lines = [f"[[{kind}]]"]
    fields = msgspec.structs.asdict(item)
    for name in (name for name in _ORDER if name in fields):
        value = fields[name]
        if value is not None and value != "":
            # A JSON string without control characters is also a TOML string.
            literal = (
                json.dumps(printable(value), ensure_ascii=False)
                if isinstance(value, str)
                else value
            )
            lines.append(f"{name} = {literal}")
    return ("\n".join(lines) + "\n").encode()
