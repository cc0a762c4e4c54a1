"""Groups of the same mistake: what a teacher explains once."""

import re
from collections.abc import Iterable, Mapping

import msgspec

from grader.model.report import Entry, Report
from grader.model.text import Text
from grader.report.json import WHOLE_SENTENCE

Kind = tuple[object, ...]
"""What two sentences have in common that differ by chance, or from program to program."""

_TELLING = frozenset(("call",))
"""The fields of sentences whose texts tell one mistake from another: where a server sleeps. Others
hold messages, paths, lines of a program."""

_AS = {"it runs without ever pausing": "it is running"}
"""Sentences that say the same: of a server that spins, which of the two is a matter of when
somebody looked."""

_BY_CHANCE = re.compile(r"[jqxz]{4,}|[0-9]+|[“\"'`][^”\"'`]*[”\"'`]")


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """A check that was failed, as one of a group failed it."""

    check: str
    seen: Text | None
    """None: nothing was seen, a teacher has decided so."""
    hint: Text | None


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Submissions that failed the same checks in the same way."""

    names: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    """Of the first of them."""


def groups(reports: Mapping[str, Report]) -> tuple[Group, ...]:
    """All submissions that failed a check that is worth points, by what they did wrong; the
    largest group first. One that did what nobody else did is a group, too."""
    found: dict[Kind, list[str]] = {}
    for name, report in reports.items():
        if failed := _failed(report.entries):
            found.setdefault(tuple(map(_mistake, failed)), []).append(name)
    told = [
        Group(
            names=tuple(names),
            mistakes=tuple(map(_told, _failed(reports[names[0]].entries))),
        )
        for names in found.values()
    ]
    return tuple(sorted(told, key=lambda group: -len(group.names)))


def kind(text: Text) -> Kind:
    """What sort of sentence it is: messages, counts, line numbers and paths are put aside."""
    if text.template == WHOLE_SENTENCE:
        return (_BY_CHANCE.sub("…", str(text)),)
    template = _AS.get(text.template, text.template)
    return (template, *((name, _value(name, text.values[name])) for name in text.values))


def _value(name: str, value: object) -> object:
    if isinstance(value, Text):
        return kind(value)
    if isinstance(value, tuple):
        # How many there are, and in which order, is often a matter of when somebody looked.
        return frozenset(map(kind, value))
    return value if name in _TELLING else None


def _failed(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.max_points and entry.effective_outcome == "fail"]


def _mistake(entry: Entry) -> Kind:
    if not entry.outcome.findings:
        return (entry.name,)
    finding = entry.outcome.findings[0]
    return (entry.name, kind(finding.seen[0]), kind(finding.hint))


def _told(entry: Entry) -> Mistake:
    finding = next(iter(entry.outcome.findings), None)
    return Mistake(
        check=entry.name,
        seen=finding.seen[0] if finding else None,
        hint=finding.hint if finding else None,
    )
