"""Computes what the class's page shows, as values. The template only lays it out."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Literal
from urllib.parse import quote

import msgspec

from grader.classroom.mistakes import MistakeGroup, find_groups
from grader.classroom.results import AttemptPoints, ClassResults
from grader.classroom.roster import Student
from grader.classroom.similarity import SimilarGroup
from grader.model.report import Report
from grader.model.text import Text, say
from grader.report.labels import format_adjustment, format_decision
from grader.report.titles import title

ResultStatus = Literal["passed", "below", "not-judged", "lost", "missing"]

STATUS_LABELS: dict[ResultStatus, Text] = {
    "passed": say("at or above the pass mark"),
    "below": say("below the pass mark"),
    "not-judged": say("not fully judged"),
    "lost": say("no report"),
    "missing": say("nothing handed in"),
}
"""From best to worst."""

STATUS_SIGNS: dict[ResultStatus, str] = {
    "passed": "✓",
    "below": "✗",
    "not-judged": "?",
    "lost": "?",
    "missing": "–",
}

BINS = 10
"""Bins of the histogram below the full score, which has a bin of its own."""


SHOWN_ATTEMPTS = 8
"""Attempts of a student whose points are listed, the latest ones."""


class SubmissionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A submission in the table."""

    name: str
    """Untrusted text."""
    link: str
    """The address of its page, relative to the class's; empty: it has none."""
    status: ResultStatus
    points: float
    max_points: float
    failed: tuple[str, ...] = ()
    """The failed checks that are worth points."""
    decided: tuple[Text, ...] = ()
    unapplied: tuple[Text, ...] = ()
    why: Text | None = None
    """Why it has no report, or none of its checks is judged."""
    group: int = 0
    """The number of its group of mistakes, if that has several submissions; otherwise 0."""
    similar: int = 0
    """The number of its group of similar programs; 0: it is in none."""
    attempts: Text | None = None
    """The points of each version that was handed in, and which one counts; None: there is only
    one."""

    @property
    def share(self) -> float:
        """The points in percent of the maximum."""
        return 100 * self.points / self.max_points if self.max_points else 0.0


class HistogramBin(msgspec.Struct, frozen=True, kw_only=True):
    """How many submissions have a score from ``first`` to ``last``, in percent."""

    first: int
    last: int
    count: int


class CheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """The outcomes of a check in the class."""

    name: str
    asks: Text
    max_points: float
    """0: it is worth no points."""
    failed: int
    skipped: int
    unjudged: int
    count: int
    """The number of reports that have the check."""


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The whole page."""

    assignment: str
    """Its title; empty: not known."""

    rows: tuple[SubmissionRow, ...]
    """Those without a grade first, each kind sorted by name."""
    counts: dict[ResultStatus, int]
    mean: float | None
    """Percent; None: nothing was fully judged."""
    median: float | None
    histogram: tuple[HistogramBin, ...]
    """Of the submissions that were fully judged."""
    checks: tuple[CheckRow, ...]
    groups: tuple[MistakeGroup, ...]
    """Groups of several submissions, numbered from 1."""
    alone: int
    """The number of submissions whose mistakes nobody else makes."""
    similar: tuple[SimilarGroup, ...]
    """Numbered from 1."""
    notes: tuple[Text, ...]


def build_overview(
    found: ClassResults,
    similar: Sequence[SimilarGroup],
    missing: Sequence[Student] = (),
    assignment: str = "",
) -> Overview:
    """Compute the overview of a class with these groups of similar programs.

    Args:
        missing: the students who have handed in nothing.
        assignment: its title.
    """
    reports = {name: result.report for name, result in found.graded.items()}
    grouped = find_groups(reports)
    shared = tuple(group for group in grouped if len(group.names) > 1)
    group_of = _numbers(group.names for group in shared)
    similar_of = _numbers(each.names for each in similar)
    rows = [
        msgspec.structs.replace(
            _row(name, report, group_of.get(name, 0), similar_of.get(name, 0)),
            attempts=_points_over_time(report, found.attempts.get(name, ())),
        )
        for name, report in reports.items()
    ]
    rows += [
        SubmissionRow(name=name, link="", status="lost", points=0, max_points=0, why=why)
        for name, why in found.lost.items()
    ]
    rows += [
        SubmissionRow(name=each.label, link="", status="missing", points=0, max_points=0)
        for each in missing
    ]
    shares = [row.share for row in rows if row.status in ("passed", "below")]
    return Overview(
        assignment=assignment,
        rows=tuple(sorted(rows, key=lambda row: (row.status in ("passed", "below"), row.name))),
        counts={status: sum(row.status == status for row in rows) for status in STATUS_LABELS},
        mean=mean(shares) if shares else None,
        median=median(shares) if shares else None,
        histogram=_histogram(shares),
        checks=tuple(_checks(reports)),
        groups=shared,
        alone=len(grouped) - len(shared),
        similar=tuple(similar),
        notes=found.notes,
    )


def _points_over_time(report: Report, attempts: Sequence[AttemptPoints]) -> Text | None:
    latest = bool(attempts) and attempts[-1].run == Path(report.run).name
    if len(attempts) < 2 or not latest:
        return None
    shown = [f"{each.points:g}" for each in attempts[-SHOWN_ATTEMPTS:]]
    points = " → ".join(["…", *shown] if len(attempts) > SHOWN_ATTEMPTS else shown)
    return say("{points}: the latest attempt counts", points=points)


def _numbers(grouped: Iterable[Sequence[str]]) -> dict[str, int]:
    return {name: number for number, names in enumerate(grouped, 1) for name in names}


def _row(name: str, report: Report, group: int, similar: int) -> SubmissionRow:
    return SubmissionRow(
        name=name,
        link=f"{quote(os.fsencode(Path(report.run).name))}/report.html",
        status=report.verdict,
        points=report.points,
        max_points=report.max_points,
        failed=tuple(entry.name for entry in report.failures),
        decided=(
            *(
                say("{check}: {decided}", check=title(entry.name), decided=decided)
                for entry in report.entries
                if (decided := format_decision(entry))
            ),
            *map(format_adjustment, report.adjustments),
        ),
        unapplied=report.unapplied,
        why=None if report.judged else report.unjudged,
        group=group,
        similar=similar,
    )


def _histogram(shares: Sequence[float]) -> tuple[HistogramBin, ...]:
    width = 100 // BINS
    counts = [0] * (BINS + 1)
    for share in shares:
        counts[min(BINS, int(share // width))] += 1
    return tuple(
        HistogramBin(first=at * width, last=min(100, (at + 1) * width - (at < BINS)), count=count)
        for at, count in enumerate(counts)
    )


def _checks(reports: Mapping[str, Report]) -> list[CheckRow]:
    """The checks of all reports, in the order of the reports."""
    entries: dict[str, list[int]] = {}
    first: dict[str, tuple[Text, float]] = {}
    for report in reports.values():
        for entry in report.entries:
            first.setdefault(entry.name, (entry.asks, entry.max_points))
            counts = entries.setdefault(entry.name, [0, 0, 0, 0])
            counts[0] += 1
            if entry.effective_outcome != "pass":
                counts[
                    ("pass", "fail", "skipped", "not-judged").index(entry.effective_outcome)
                ] += 1
    return [
        CheckRow(
            name=name,
            asks=asks,
            max_points=max_points,
            count=entries[name][0],
            failed=entries[name][1],
            skipped=entries[name][2],
            unjudged=entries[name][3],
        )
        for name, (asks, max_points) in first.items()
    ]
