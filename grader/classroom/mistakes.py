"""Groups the submissions that fail in the same way, so that a teacher explains each mistake once.

Two submissions are in one group if they fail the same checks, and for each of these the first
finding has the same cause and the same *signature*: the template of its text without values that
vary by chance.
"""

from collections.abc import Mapping

import msgspec

from grader.model.outcome import Cause
from grader.model.report import Entry, Report
from grader.model.text import Text
from grader.report.signatures import Signature, entry_signature


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
            found.setdefault(tuple(map(entry_signature, report.failures)), []).append(name)
    grouped = [
        MistakeGroup(
            names=tuple(names),
            mistakes=tuple(map(_mistake, reports[names[0]].failures)),
        )
        for names in found.values()
    ]
    return tuple(sorted(grouped, key=lambda group: -len(group.names)))


def _mistake(entry: Entry) -> Mistake:
    finding = next(iter(entry.outcome.findings), None)
    return Mistake(
        check=entry.name,
        seen=finding.seen[0] if finding else None,
        cause=finding.cause if finding else None,
    )
