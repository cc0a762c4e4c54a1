"""Groups the submissions that fail in the same way, so that a teacher explains each mistake once.

Two submissions are in one group if they fail the same checks, and for each of these the first
finding has the same cause and the same *signature*: the template of its text without values that
vary by chance.
"""

import re
from collections.abc import Mapping

import msgspec

from grader.model.outcome import Cause
from grader.model.report import Entry, Report
from grader.model.text import Text
from grader.report.json import WHOLE_SENTENCE

Signature = tuple[object, ...]
"""A text without what differs by chance or from program to program; equal for equal mistakes."""

_DISTINGUISHING = frozenset(("call",))
"""Fields of texts that distinguish mistakes: the call in which a server blocks. Other fields hold
messages, paths and lines of a program."""

_SYNONYMS = {"it runs without ever pausing": "it is running"}
"""Templates that mean the same: which one describes a busy loop depends on when it was observed."""

_BY_CHANCE = re.compile(r"[jqxz]{4,}|[0-9]+|[“\"'`][^“”\"'`]*[”\"'`]")


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """A failed check, as one submission of a group failed it."""

    check: str
    seen: Text | None
    """None: there is no finding, because a teacher decided that it fails."""
    cause: Cause | None


class MistakeGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Submissions that failed the same checks in the same way."""

    names: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    """Those of the first submission."""


def find_groups(reports: Mapping[str, Report]) -> tuple[MistakeGroup, ...]:
    """Group the submissions that failed a check worth points, the largest group first.

    A submission with a mistake of its own is a group of one.
    """
    found: dict[Signature, list[str]] = {}
    for name, report in reports.items():
        if report.failures:
            found.setdefault(tuple(map(_entry_signature, report.failures)), []).append(name)
    grouped = [
        MistakeGroup(
            names=tuple(names),
            mistakes=tuple(map(_mistake, reports[names[0]].failures)),
        )
        for names in found.values()
    ]
    return tuple(sorted(grouped, key=lambda group: -len(group.names)))


def signature(text: Text) -> Signature:
    """The signature of ``text``: without messages, counts, line numbers and paths."""
    if text.template == WHOLE_SENTENCE:
        return (_BY_CHANCE.sub("…", str(text)),)
    template = _SYNONYMS.get(text.template, text.template)
    return (template, *((name, _value(name, text.values[name])) for name in text.values))


def _value(name: str, value: object) -> object:
    if isinstance(value, Text):
        return signature(value)
    if isinstance(value, tuple):
        # Their number and order often depend on when they were observed.
        return frozenset(map(signature, value))
    return value if name in _DISTINGUISHING else None


def _entry_signature(entry: Entry) -> Signature:
    if not entry.outcome.findings:
        return (entry.name,)
    finding = entry.outcome.findings[0]
    cause = finding.cause.name or signature(finding.cause.hint)
    return (entry.name, signature(finding.seen[0]), cause)


def _mistake(entry: Entry) -> Mistake:
    finding = next(iter(entry.outcome.findings), None)
    return Mistake(
        check=entry.name,
        seen=finding.seen[0] if finding else None,
        cause=finding.cause if finding else None,
    )
