"""A teacher's decisions: ``overrides.toml`` in the folder of runs.

They are stored beside the runs, not inside, so that they survive regrading and what was recorded
stays unchanged. Each belongs to one version of a program, named by its hash, and does not apply to
any other.
"""

import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from grader import atomic, bounded
from grader.checks import CHECKS
from grader.errors import unreadable, unwritable
from grader.model.numbers import Points
from grader.model.outcome import Decision
from grader.model.report import Entry, Report
from grader.model.text import Text, printable, say, say_count
from grader.model.validation import describe_error
from grader.report.titles import title
from grader.runs.run import LARGEST, RunError

NAME = "overrides.toml"
LOCK = ".overrides.lock"

MIN_DIGITS = 8
"""Digits of a hash that a decision must give: enough to tell the versions of a program apart."""

_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Override(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One decision, as the file has it."""

    submission: _Words
    """The submission's name."""
    check: str
    """The check's name. It may be a teacher's own, so only its form is validated."""
    outcome: Literal["pass", "fail"] | None = None
    points: Points | None = None
    """Exactly one of this and ``outcome`` is set."""
    reason: _Words
    by: _Words
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-fA-F]*$")] = ""
    """The program's SHA-256, or at least its first :data:`MIN_DIGITS` digits. Empty: unknown, so
    the decision is not applied."""

    @property
    def decision(self) -> Decision:
        """The decision as a report has it."""
        return Decision(outcome=self.outcome, points=self.points, reason=self.reason, by=self.by)

    def applies_to(self, sha256: str) -> bool:
        """Whether it was made for the program with this hash."""
        return len(self.sha256) >= MIN_DIGITS and sha256.startswith(self.sha256.lower())


class OverridesError(RunError):
    """The file of decisions is invalid, or a decision is."""


def load(folder: Path) -> tuple[Override, ...]:
    """Read the decisions in a folder of runs, in order. Without a file there are none.

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
    lines = [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if re.match(r"\s*\[\[\s*override\s*\]\]", line)
    ]
    known, entries = table.keys() == {"override"}, table.get("override")
    if table and not (known and isinstance(entries, list)):
        raise _invalid(
            path, 1, say("a decision begins with [[override]], and nothing else is allowed")
        )
    found = []
    for index, entry in enumerate(entries or []):
        # Decisions may also be written as one array, whose lines are unknown.
        line = lines[index] if index < len(lines) else 1
        try:
            found.append(_parse(entry))
        except OverridesError as error:
            raise _invalid(path, line, error.what) from error
    return tuple(found)


def _parse(entry: Any) -> Override:
    """Validate one entry of the file. The error's message is only the reason."""
    try:
        override = msgspec.convert(entry, Override)
    except msgspec.ValidationError as error:
        message, _, key = str(error).partition(" - at `$.")
        why = describe_error(message)
        if key:
            why = say("{key}: {reason}", key=key.rstrip("`"), reason=why)
        raise OverridesError(why) from error
    if not re.fullmatch(r"[a-z][a-z0-9-]*", override.check):
        raise OverridesError(
            say("{check} cannot be the name of a check", check=repr(override.check))
        )
    if (override.outcome is None) == (override.points is None):
        raise OverridesError(say("it needs either an outcome (pass or fail) or points"))
    if 0 < len(override.sha256) < MIN_DIGITS:
        raise OverridesError(say("sha256 needs at least {count} digits", count=MIN_DIGITS))
    return override


def _invalid(path: Path, line: int, why: Text) -> OverridesError:
    return OverridesError(
        say(
            "{path}, the decision on line {line}: {reason}.",
            path=path,
            line=line,
            reason=why,
        )
    )


def apply(report: Report, sha256: str, overrides: Sequence[Override]) -> Report:
    """Apply the decisions about this version of the program to ``report``.

    The last decision about a check counts. Decisions that name this submission but do not apply,
    or name a check that the report does not have, are listed in :attr:`Report.unapplied`.
    Decisions that the report had before are dropped.

    Args:
        sha256: the program's (:func:`grader.model.program.digest`).
    """
    by_check: dict[str, list[Override]] = {}
    for each in overrides:
        if each.submission == report.submission:
            by_check.setdefault(each.check, []).append(each)
    unapplied: list[Text] = []
    entries = []
    for entry in report.entries:
        decision, why_not = _choose(entry, sha256, by_check.pop(entry.name, ()))
        entries.append(msgspec.structs.replace(entry, decision=decision))
        if why_not:
            unapplied.append(why_not)
    unapplied += [
        _unapplied(unknown[-1], say("the report has no check with this name"))
        for unknown in by_check.values()
    ]
    return msgspec.structs.replace(report, entries=tuple(entries), unapplied=tuple(unapplied))


def _choose(
    entry: Entry, sha256: str, mine: Sequence[Override]
) -> tuple[Decision | None, Text | None]:
    """The decision that counts for a check (None: none does), and why the last one does not."""
    current = [each for each in mine if each.applies_to(sha256)]
    if not mine:
        return None, None
    if not current:
        last = mine[-1]
        if last.sha256:
            why = say("the program has changed since then; decide again")
        else:
            why = say(
                "it does not name the version of the program; if it was this one, add"
                ' sha256 = "{sha256}"',
                sha256=sha256[:16],
            )
        return None, _unapplied(last, why)
    last = current[-1]
    if last.points is not None and last.points > entry.max_points:
        why = say_count(
            "the check is worth only {count:g} point",
            "the check is worth only {count:g} points",
            count=entry.max_points,
        )
        return None, _unapplied(last, why)
    return last.decision, None


def _unapplied(override: Override, why: Text) -> Text:
    return say(
        "The decision of {who} about {check} ({what}: {reason}) was not applied: {why}.",
        who=override.by,
        check=title(override.check),
        what=override.outcome
        or say_count("{count:g} point", "{count:g} points", count=override.points or 0),
        reason=override.reason,
        why=why,
    )


def still_skipped(report: Report, check: str) -> tuple[str, ...]:
    """The checks worth points that stay skipped although ``check``, which they need, was decided to
    pass: they were not judged, so there is no outcome to use."""
    outcomes = {entry.name: entry for entry in report.entries}
    if check not in outcomes or outcomes[check].effective_outcome != "pass":
        return ()
    needing = {check}
    found = []
    for each in CHECKS:  # a check comes after those that it needs
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
        OverridesError: it is something else, or the points are not from 0 to ``max_points``.
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
    """Append a decision to those in a folder of runs; several processes may do so at once.

    What the file holds already stays byte for byte, a teacher's comments included.

    Raises:
        OverridesError: the decision or the file is invalid, or the file cannot be written.
    """
    path = folder / NAME
    text = _to_toml(override)
    try:
        _parse(tomllib.loads(text.decode())["override"][0])
    except OverridesError as error:
        raise OverridesError(
            say("The decision is invalid: {reason}.", reason=error.what)
        ) from error
    try:
        with atomic.locked(folder / LOCK):
            load(folder)  # nothing is appended to a file that cannot be used
            before = bounded.read(path, LARGEST) if path.exists() else b""
            if before and not before.endswith(b"\n"):
                before += b"\n"
            atomic.write(path, before + (b"\n" if before else b"") + text)
    except OSError as error:
        raise OverridesError(unwritable(path, error)) from error


def _to_toml(override: Override) -> bytes:
    lines = ["[[override]]"]
    for name, value in msgspec.structs.asdict(override).items():
        if value is not None and value != "":
            # A JSON string without control characters is also a TOML string.
            literal = (
                json.dumps(printable(value), ensure_ascii=False)
                if isinstance(value, str)
                else value
            )
            lines.append(f"{name} = {literal}")
    return ("\n".join(lines) + "\n").encode()
