"""What is better, and what is worse, in a program's report than in an earlier one.

A pure function of two reports.
"""

import msgspec

from grader.model.report import Entry, Report


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A check in both reports."""

    before: Entry
    after: Entry


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """The checks, of those in both reports, that differ, in the order of the later one."""

    better: tuple[Changed, ...] = ()
    """They pass now."""
    worse: tuple[Changed, ...] = ()
    """They passed before."""
    other: tuple[Changed, ...] = ()
    """They fail now, and did not pass before either, but for another reason."""

    def __bool__(self) -> bool:
        return bool(self.better or self.worse or self.other)


def compare(before: Report, after: Report) -> Changes:
    """What has changed from ``before`` to ``after``."""
    earlier = {entry.name: entry for entry in before.entries}
    pairs = [
        Changed(before=earlier[entry.name], after=entry)
        for entry in after.entries
        if entry.name in earlier
    ]
    return Changes(
        better=tuple(each for each in pairs if _passes(each.after) and not _passes(each.before)),
        worse=tuple(each for each in pairs if _passes(each.before) and not _passes(each.after)),
        other=tuple(
            each
            for each in pairs
            if each.after.effective_outcome == "fail"
            and not _passes(each.before)
            and _reason(each.before) != _reason(each.after)
        ),
    )


def _passes(entry: Entry) -> bool:
    return entry.effective_outcome == "pass"


def _reason(entry: Entry) -> tuple[str, ...]:
    """Why a check does not pass, but for what differs from run to run, such as the texts sent."""
    outcome = entry.outcome
    causes = [finding.cause.name for finding in outcome.findings]
    seen = [finding.seen[0].template for finding in outcome.findings]
    return (entry.effective_outcome, *causes, *seen)
