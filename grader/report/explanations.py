"""Why a submission's checks failed: each cause once, and the one that cost most first.

Checks whose first findings have the same cause form a *group*. It begins with the check that lost
most points, which gives the hint; the others refer to it. A group's *loss* is the points that its
checks lost, with those of the checks that were skipped for them. Groups stand in the order of their
losses. Those that lost nothing come last, and among them the checks that most programs fail.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from grader.model.outcome import Cause, Finding
from grader.model.report import Entry, Report
from grader.model.text import Text

_COMMON = ("reset", "split-character", "functions")
"""Checks that most programs fail, good ones included: they say least about this one."""


class ExplainedFinding(NamedTuple):
    """A finding, and what of it a reader does not know yet."""

    finding: Finding
    """If it refers to another: without the lines of the terminal that the other one has, too."""
    same_as: str = ""
    """The check that gives this cause's hint, if an earlier finding does; else empty."""
    expected: Text | None = None
    """What was expected; None: the same as in the finding that it refers to."""


class Explanation(NamedTuple):
    """Why one check failed."""

    entry: Entry
    findings: tuple[ExplainedFinding, ...]
    first: bool = False
    """Whether this is the first one of its group."""
    also: tuple[Entry, ...] = ()
    """The other checks of the group, if it is."""
    skipped: tuple[Entry, ...] = ()
    """The checks that were skipped for those of the group, if it is."""
    loss: float = 0.0
    """The points that the group lost, if it is."""


def explain(report: Report) -> list[Explanation]:
    """Explain each check that has findings or fails, in the order in which to read about them."""
    entries = [e for e in report.entries if e.outcome.findings or e.effective_outcome == "fail"]
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(_group(entry), []).append(entry)
    losses = _losses(report)
    explained: dict[str, tuple[str, Finding]] = {}
    found = []
    for group in sorted(groups.values(), key=lambda group: _rank(group, losses)):
        first, *others = sorted(group, key=lambda entry: -losses[entry.name])
        loss = sum(losses[entry.name] for entry in group)
        of_group = {entry.name for entry in group}
        skipped = tuple(
            entry
            for entry in report.entries
            if entry.effective_outcome == "skipped" and entry.outcome.skipped_for in of_group
        )
        found.append(
            Explanation(first, _explained(first, explained), True, tuple(others), skipped, loss)
        )
        found += [Explanation(entry, _explained(entry, explained)) for entry in others]
    return found


def _group(entry: Entry) -> str:
    """What entries of one group have in common."""
    if not entry.outcome.findings:
        return f"check {entry.name}"  # a teacher decided that it fails
    return _key(entry.outcome.findings[0].cause)


def _key(cause: Cause) -> str:
    """What findings of the same cause have in common. Its hint may name something: one client or
    another makes no difference, a client or the terminal does."""
    return f"cause {cause.name} {_masked(str(cause.hint))}"


def _losses(report: Report) -> dict[str, float]:
    """The points that each check lost, with those of the checks that were skipped for it."""
    losses = dict.fromkeys((entry.name for entry in report.entries), 0.0)
    for entry in report.entries:
        if entry.effective_outcome == "not-judged":
            continue  # it costs nothing
        to = entry.outcome.skipped_for if entry.effective_outcome == "skipped" else ""
        losses[to if to in losses else entry.name] += entry.max_points - entry.points
    return losses


def _rank(group: Sequence[Entry], losses: dict[str, float]) -> tuple[float, bool, int]:
    """A sort key for groups that are in the order of the report."""
    common = min(_COMMON.index(e.name) + 1 if e.name in _COMMON else 0 for e in group)
    return (
        -sum(losses[entry.name] for entry in group),
        not any(entry.max_points for entry in group),
        common,
    )


def _explained(
    entry: Entry, explained: dict[str, tuple[str, Finding]]
) -> tuple[ExplainedFinding, ...]:
    """The findings of ``entry``; their causes are added to those that were explained."""
    found = []
    for finding in entry.outcome.findings:
        key = _key(finding.cause)
        if key in explained:
            name, other = explained[key]
            expected = None if finding.expected == other.expected else finding.expected
            found.append(ExplainedFinding(_without(finding, other), name, expected))
        else:
            explained[key] = (entry.name, finding)
            found.append(ExplainedFinding(finding, expected=finding.expected))
    return tuple(found)


def _without(finding: Finding, other: Finding) -> Finding:
    """``finding`` without the terminal's lines if ``other`` has the same: the same error, in the
    same line of the program."""
    same = _error(finding.terminal) == _error(other.terminal)
    return Finding(
        done=finding.done,
        expected=finding.expected,
        seen=finding.seen,
        log=finding.log,
        terminal=() if same else finding.terminal,
        cause=finding.cause,
    )


def _error(lines: tuple[str, ...]) -> tuple[str, ...]:
    """What the terminal showed, without the message of the error in the last line: it may quote
    input."""
    return (*lines[:-1], lines[-1].partition(":")[0]) if lines else ()


def _masked(text: str) -> str:
    """``text`` without its numbers."""
    return re.sub(r"[0-9]+", "#", text)
