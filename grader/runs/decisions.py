"""A teacher's decisions: the only module that applies, adds and withdraws them.

They are stored beside the runs (:mod:`grader.runs.overrides`), not inside, so that they survive
regrading and what was recorded stays unchanged. Each belongs to one version of a program, named by
its hash, or, as a rule, to one mistake; it does not apply to any other.
"""

import tomllib
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Literal, TypeVar

import msgspec

from grader import atomic, bounded
from grader.checks import CHECKS
from grader.errors import unwritable
from grader.model.outcome import Adjustment, Decision
from grader.model.report import Entry, Report
from grader.model.text import Text, say, say_count
from grader.report.signatures import mistake_id
from grader.report.titles import title
from grader.runs import ledger
from grader.runs.lock import locked
from grader.runs.overrides import (
    NAME,
    Item,
    Override,
    OverridesError,
    Remark,
    Rule,
    Withdrawal,
    content_hash,
    identify,
    parse,
    read_all,
    to_toml,
)
from grader.runs.run import LARGEST

_AnyItem = TypeVar("_AnyItem", bound=Item)


def changing(folder: Path) -> AbstractContextManager[None]:
    """The lock under which decisions are added, applied and shown, so that every report and page
    holds those of all who decide at once.

    Raises:
        RunError: there can be no lock.
    """
    return locked(folder)


def load(folder: Path) -> tuple[Item, ...]:
    """Read the decisions that are in force in a folder of runs; of each kind in order.

    Raises:
        OverridesError: the file cannot be read, or a decision is invalid; the message names its
            line.
    """
    found = read_all(folder)
    withdrawn = {each.withdraws for each in found if isinstance(each, Withdrawal)}
    return tuple(
        each
        for each in found
        if not isinstance(each, Withdrawal) and identify(each) not in withdrawn
    )


def apply(report: Report, sha256: str, items: Iterable[Item]) -> Report:
    """Apply the decisions about this version of the program, and about its mistakes, to ``report``.

    Of those about one check the last counts, and one about the program rather than a rule.
    Decisions that name this submission but do not apply, or name a check that the report does not
    have, are listed in :attr:`Report.unapplied`. Decisions that the report had before are dropped.

    Args:
        sha256: the program's (:func:`grader.model.program.digest`).
    """
    items = tuple(items)
    by_check: dict[str, list[Override]] = {}
    for each in items:
        if isinstance(each, Override) and each.submission == report.submission:
            by_check.setdefault(each.check, []).append(each)
    rules = [each for each in items if isinstance(each, Rule)]
    unapplied: list[Text] = []
    entries = []
    for entry in report.entries:
        decision, why_not = _choose(entry, sha256, by_check.pop(entry.name, ()))
        if decision is None and (rule := _matching(entry, rules)):
            decision, too_much = _within(entry, rule)
            unapplied += [too_much] if too_much else []
        entries.append(msgspec.structs.replace(entry, decision=decision))
        if why_not:
            unapplied.append(why_not)
    unapplied += [
        _unapplied(unknown[-1], say("the report has no check with this name"))
        for unknown in by_check.values()
    ]
    adjustments, stale = _adjust(report, sha256, items)
    return msgspec.structs.replace(
        report,
        entries=tuple(entries),
        adjustments=adjustments,
        unapplied=(*unapplied, *stale),
    )


def _adjust(
    report: Report, sha256: str, items: Iterable[Item]
) -> tuple[tuple[Adjustment, ...], list[Text]]:
    """The remarks about this version of the program, and why others do not apply."""
    mine = [
        each for each in items if isinstance(each, Remark) and each.submission == report.submission
    ]
    current = tuple(each.adjustment for each in mine if each.applies_to(sha256))
    if current or not mine:
        return current, []
    return (), [_unapplied(mine[-1], _why_stale(mine[-1], sha256))]


def _choose(
    entry: Entry, sha256: str, mine: Sequence[Override]
) -> tuple[Decision | None, Text | None]:
    """The decision that counts for a check (None: none does), and why the last one does not."""
    current = [each for each in mine if each.applies_to(sha256)]
    if not mine:
        return None, None
    if not current:
        return None, _unapplied(mine[-1], _why_stale(mine[-1], sha256))
    return _within(entry, current[-1])


def _matching(entry: Entry, rules: Sequence[Rule]) -> Rule | None:
    """The last rule about the mistake that ``entry`` shows."""
    of_check = [rule for rule in rules if rule.check == entry.name]
    mistake = mistake_id(entry) if of_check else ""
    return next((rule for rule in reversed(of_check) if rule.mistake == mistake), None)


def _within(entry: Entry, item: Override | Rule) -> tuple[Decision | None, Text | None]:
    """The decision of ``item``, unless it gives more points than the check is worth."""
    if item.points is None or item.points <= entry.max_points:
        return item.decision, None
    why = say_count(
        "the check is worth only {count:g} point",
        "the check is worth only {count:g} points",
        count=entry.max_points,
    )
    return None, _unapplied(item, why)


def _why_stale(item: Override | Remark, sha256: str) -> Text:
    if item.sha256:
        return say("the program has changed since then; decide again")
    return say(
        'it does not name the version of the program; if it was this one, add sha256 = "{sha256}"',
        sha256=sha256[:16],
    )


def _unapplied(item: Override | Rule | Remark, why: Text) -> Text:
    if isinstance(item, Remark):
        return say(
            "What {who} says of the whole ({reason}) was not applied: {why}.",
            who=item.by,
            reason=item.reason,
            why=why,
        )
    return say(
        "The decision of {who} about {check} ({what}: {reason}) was not applied: {why}.",
        who=item.by,
        check=title(item.check),
        what=item.outcome
        or say_count("{count:g} point", "{count:g} points", count=item.points or 0),
        reason=item.reason,
        why=why,
    )


def in_force(
    items: Iterable[Item], report: Report, sha256: str, check: str | None
) -> Override | Rule | Remark | None:
    """The decision about ``check`` that counts for this version of the program; without a check,
    the last remark about the whole. None: there is none."""
    items = tuple(items)
    if check is None:
        remarks = (each for each in items if isinstance(each, Remark))
        return _last(remarks, report.submission, sha256)
    overrides = (each for each in items if isinstance(each, Override) and each.check == check)
    if own := _last(overrides, report.submission, sha256):
        return own
    rules = [each for each in items if isinstance(each, Rule)]
    return next((_matching(entry, rules) for entry in report.entries if entry.name == check), None)


_About = TypeVar("_About", Override, Remark)


def _last(items: Iterable[_About], submission: str, sha256: str) -> _About | None:
    mine = [each for each in items if each.submission == submission and each.applies_to(sha256)]
    return mine[-1] if mine else None


def find_unknown(items: Iterable[Item], submissions: Collection[str]) -> list[Text]:
    """Report the decisions about a submission that is not in ``submissions``."""
    return [
        say(
            "A decision by {who} names {submission}, which has no run: is the name spelled right?",
            who=each.by,
            submission=each.submission,
        )
        for each in items
        if isinstance(each, Override | Remark) and each.submission not in submissions
    ]


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


def add(folder: Path, item: _AnyItem) -> _AnyItem:
    """Append a decision to those in a folder of runs; several processes may do so at once.

    What the file holds already stays byte for byte, a teacher's comments included.

    Returns:
        it, as it was written: with an id and the current time.

    Raises:
        OverridesError: the decision or the file is invalid, or the file cannot be written.
        RunError: there can be no lock.
    """
    path = folder / NAME
    item = msgspec.structs.replace(item, id=item.id or token_hex(4), time=item.time or _now())
    text = to_toml([item])
    written = _validate(text)
    with changing(folder):
        read_all(folder)  # nothing is appended to a file that cannot be used
        try:
            before = bounded.read(path, LARGEST) if path.exists() else b""
            if before and not before.endswith(b"\n"):
                before += b"\n"
            atomic.write(path, before + (b"\n" if before else b"") + text)
        except OSError as error:
            raise OverridesError(unwritable(path, error)) from error
        ledger.add_decision(folder, written.id, describe(written), content_hash(written))
    return item


def describe(item: Item) -> str:
    """What an item is about, by names that are the same in every language."""
    if isinstance(item, Withdrawal):
        return item.withdraws
    if isinstance(item, Rule):
        return f"{item.check}, {item.mistake}"
    return f"{item.submission}, {item.check}" if isinstance(item, Override) else item.submission


def _validate(text: bytes) -> Item:
    """The item that a table says, as it will be read."""
    ((kind, (entry,)),) = tomllib.loads(text.decode()).items()
    try:
        return parse(kind, entry)
    except OverridesError as error:
        raise OverridesError(
            say("The decision is invalid: {reason}.", reason=error.what)
        ) from error


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
