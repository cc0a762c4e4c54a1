"""A teacher's decisions: ``overrides.toml`` in the folder of runs.

They are kept beside the runs, and not in them, so that they survive every regrade, and whatever
was recorded stays as it is. Each is bound to the program that it was made for, by its hash: it
says nothing of another version of it.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from grader import atomic
from grader.checks import CHECKS
from grader.model.outcome import Decision
from grader.model.report import Entry, Report
from grader.model.text import Text, printable, say, say_count
from grader.model.validation import reason
from grader.runs.run import RunError

NAME = "overrides.toml"

SHORTEST = 8
"""Digits of a hash that a teacher has to write at least: no class has two versions of one program
that agree in them by chance."""

_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Override(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One decision, as it stands in the file."""

    submission: _Words
    """The file name of the program."""
    check: str
    outcome: Literal["pass", "fail"] | None = None
    points: Annotated[float, msgspec.Meta(ge=0, le=1000)] | None = None
    """Either this or ``outcome``."""
    reason: _Words
    by: _Words
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-fA-F]*$")] = ""
    """Of the program it was made for, or its beginning. Empty: it is not told, and so it is not
    applied."""

    @property
    def decision(self) -> Decision:
        """What a report is given of it."""
        return Decision(outcome=self.outcome, points=self.points, reason=self.reason, by=self.by)

    def is_of(self, sha256: str) -> bool:
        """Whether it was made for the program with this hash."""
        return len(self.sha256) >= SHORTEST and sha256.startswith(self.sha256.lower())


class OverridesError(RunError):
    """The file of decisions cannot be used."""


def digest(source: bytes) -> str:
    """By what a decision tells one version of a program from another."""
    return hashlib.sha256(source).hexdigest()


def load(folder: Path) -> tuple[Override, ...]:
    """The decisions in a folder of runs, in their order; none where there is no file of them.

    Raises:
        OverridesError: it cannot be read, or one of them is wrong; which, and on which line.
    """
    path = folder / NAME
    try:
        text = path.read_bytes().decode("utf-8-sig")
        table = tomllib.loads(text)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except UnicodeDecodeError as error:
        raise OverridesError(say("{path} is not in UTF-8.", path=path)) from error
    except OSError as error:
        reason = error.strerror or error
        raise OverridesError(
            say("{path} cannot be read: {reason}.", path=path, reason=reason)
        ) from (error)
    except (ValueError, RecursionError) as error:
        raise OverridesError(
            say("{path} is no TOML: {reason}.", path=path, reason=error)
        ) from error
    lines = [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if re.match(r"\s*\[\[\s*override\s*\]\]", line)
    ]
    known, entries = table.keys() == {"override"}, table.get("override")
    if table and not (known and isinstance(entries, list)):
        raise _wrong(path, 1, say("each decision begins with [[override]], and nothing else does"))
    found = []
    for index, entry in enumerate(entries or []):
        # Decisions may also be written as one array, which begins somewhere.
        line = lines[index] if index < len(lines) else 1
        found.append(_override(path, line, entry))
    return tuple(found)


def _override(path: Path, line: int, entry: Any) -> Override:
    try:
        override = msgspec.convert(entry, Override)
    except msgspec.ValidationError as error:
        message, _, key = str(error).partition(" - at `$.")
        why = reason(message)
        told = say("{key}: {reason}", key=key.rstrip("`"), reason=why) if key else why
        raise _wrong(path, line, told) from error
    if override.check not in {check.name for check in CHECKS}:
        raise _wrong(path, line, say("there is no check {check}", check=repr(override.check)))
    if (override.outcome is None) == (override.points is None):
        raise _wrong(path, line, say("give it an outcome (pass, fail) or points, one of them"))
    if 0 < len(override.sha256) < SHORTEST:
        raise _wrong(path, line, say("sha256 needs {count} digits at least", count=SHORTEST))
    return override


def _wrong(path: Path, line: int, why: Text) -> OverridesError:
    return OverridesError(
        say(
            "{path}, the decision that begins on line {line}: {reason}.",
            path=path,
            line=line,
            reason=why,
        )
    )


def apply(report: Report, sha256: str, overrides: Sequence[Override]) -> Report:
    """``report`` with what was decided of this version of its program, and of no other.

    Of several decisions about one check the last counts. What does not count although it names
    this submission is told in :attr:`Report.unapplied`. Decisions that the report held before are
    forgotten: only the given ones count.
    """
    unapplied: list[Text] = []
    entries = []
    for entry in report.entries:
        mine = [
            each
            for each in overrides
            if each.submission == report.submission and each.check == entry.name
        ]
        decided, why_not = _decided(entry, sha256, mine)
        entries.append(msgspec.structs.replace(entry, decision=decided))
        if why_not:
            unapplied.append(why_not)
    return msgspec.structs.replace(report, entries=tuple(entries), unapplied=tuple(unapplied))


def _decided(
    entry: Entry, sha256: str, mine: Sequence[Override]
) -> tuple[Decision | None, Text | None]:
    """What counts of the decisions about a check, and why the last of them does not."""
    current = [each for each in mine if each.is_of(sha256)]
    if not mine:
        return None, None
    if not current:
        last = mine[-1]
        if last.sha256:
            why = say("the program has changed since: decide again")
        else:
            why = say(
                "it does not say for which version of the program it was made: add"
                ' sha256 = "{sha256}" if it was this one',
                sha256=sha256[:16],
            )
        return None, _unapplied(last, why)
    last = current[-1]
    if last.points is not None and last.points > entry.max_points:
        why = say_count(
            "the check is worth {count:g} point only",
            "the check is worth {count:g} points only",
            count=entry.max_points,
        )
        return None, _unapplied(last, why)
    return last.decision, None


def _unapplied(override: Override, why: Text) -> Text:
    return say(
        "What {who} has decided of {check} is not applied ({what}: {reason}), since {why}.",
        who=override.by,
        check=override.check,
        what=override.outcome
        or say_count("{count:g} point", "{count:g} points", count=override.points or 0),
        reason=override.reason,
        why=why,
    )


def still_skipped(report: Report, check: str) -> tuple[str, ...]:
    """The checks worth points that stay skipped although ``check``, which they need, is decided to
    pass: nothing was recorded that could be judged instead."""
    outcomes = {entry.name: entry for entry in report.entries}
    if check not in outcomes or outcomes[check].effective_outcome != "pass":
        return ()
    needing = {check}
    found = []
    for each in CHECKS:  # what is needed comes first
        entry = outcomes.get(each.name)
        if entry is not None and needing & set(each.needs):
            needing.add(each.name)
            if entry.effective_outcome == "skipped" and entry.max_points:
                found.append(each.name)
    return tuple(found)


def parse_value(
    text: str, max_points: float
) -> tuple[Literal["pass", "fail"] | None, float | None]:
    """Parse ``pass``, ``fail`` or a number of points into an outcome or points, the other None.

    Args:
        max_points: the points that the check is worth.

    Raises:
        OverridesError: it is none of them, or the points are not from 0 to ``max_points``.
    """
    if text == "pass":
        return "pass", None
    if text == "fail":
        return "fail", None
    try:
        points = float(text)
    except ValueError:
        points = -1.0
    if not max_points:
        raise OverridesError(
            say("{value}: the check is worth no points, so decide pass or fail.", value=text)
        )
    if not 0 <= points <= max_points:
        raise OverridesError(
            say(
                "{value}: decide pass, fail, or points from 0 to {possible:g}.",
                value=text,
                possible=max_points,
            )
        )
    return None, points


def add(folder: Path, override: Override) -> None:
    """Write one more decision below those in a folder of runs. The file appears whole or as it
    was.

    Raises:
        OverridesError: those there cannot be used, or it cannot be written.
    """
    load(folder)
    path = folder / NAME
    try:
        before = path.read_bytes() if path.exists() else b""
        if before and not before.endswith(b"\n"):
            before += b"\n"
        atomic.write(path, before + (b"\n" if before else b"") + _written(override))
    except OSError as error:
        reason = error.strerror or error
        raise OverridesError(
            say("{path} cannot be written: {reason}.", path=path, reason=reason)
        ) from error


def _written(override: Override) -> bytes:
    lines = ["[[override]]"]
    for name, value in msgspec.structs.asdict(override).items():
        if value is not None and value != "":
            # A string of JSON's without control characters is one of TOML's.
            told = (
                json.dumps(printable(value), ensure_ascii=False)
                if isinstance(value, str)
                else value
            )
            lines.append(f"{name} = {told}")
    return ("\n".join(lines) + "\n").encode()
