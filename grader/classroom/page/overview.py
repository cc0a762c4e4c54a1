"""What the class's page shows, as values: all that is counted, sorted and grouped is so here."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Literal
from urllib.parse import quote

import msgspec

from grader.classroom.mistakes import Group, groups
from grader.classroom.results import Class
from grader.classroom.similarity import Alike
from grader.model.report import Report
from grader.model.text import Text, say
from grader.report.labels import format_decision

Status = Literal["passed", "below", "not-judged", "lost"]

STATUS: dict[Status, Text] = {
    "passed": say("at or above the pass mark"),
    "below": say("below the pass mark"),
    "not-judged": say("not all could be judged"),
    "lost": say("no report"),
}
"""In words, from the best."""

SIGNS: dict[Status, str] = {"passed": "✓", "below": "✗", "not-judged": "?", "lost": "?"}

STEPS = 10
"""Into so many parts the points are divided; all of them are a part of their own."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A submission."""

    name: str
    """Its file's. A stranger's text."""
    link: str
    """Where its page is, from the class's page; empty: it has none."""
    status: Status
    points: float
    max_points: float
    failed: tuple[str, ...] = ()
    """Checks that are worth points, as they stand."""
    decided: tuple[Text, ...] = ()
    unapplied: tuple[Text, ...] = ()
    why: Text | None = None
    """Why there is no report."""
    group: int = 0
    """The number of its group of the same mistake, if it is not alone there; 0: there is none."""
    alike: int = 0
    """The number of its group of those that are alike; 0: it is like no other."""

    @property
    def share(self) -> float:
        """The points of all that could be earned, in percent."""
        return 100 * self.points / self.max_points if self.max_points else 0.0


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """How many submissions have so many of the points."""

    first: int
    """Percent."""
    last: int
    count: int


class CheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a check in the class."""

    name: str
    asks: Text
    max_points: float
    """Its points; 0: it is worth none."""
    failed: int
    skipped: int
    unjudged: int
    count: int
    """The reports that have it."""


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The whole page."""

    rows: tuple[Row, ...]
    """By their names."""
    counts: dict[Status, int]
    mean: float | None
    """Percent; None: nothing was judged."""
    median: float | None
    spread: tuple[Bar, ...]
    """Of what was judged."""
    checks: tuple[CheckRow, ...]
    groups: tuple[Group, ...]
    """Those of more than one: their numbers begin with 1."""
    alone: int
    """How many fail something as nobody else does."""
    alike: tuple[Alike, ...]
    """Their numbers begin with 1."""
    notes: tuple[Text, ...]


def overview(found: Class, alike: Sequence[Alike]) -> Overview:
    """What is shown of a class, in which those are alike."""
    reports = {name: one.report for name, one in found.graded.items()}
    grouped = groups(reports)
    together = tuple(group for group in grouped if len(group.names) > 1)
    group_of = _numbers(group.names for group in together)
    alike_of = _numbers(each.names for each in alike)
    rows = [
        _row(name, report, group_of.get(name, 0), alike_of.get(name, 0))
        for name, report in reports.items()
    ]
    rows += [
        Row(name=name, link="", status="lost", points=0, max_points=0, why=why)
        for name, why in found.lost.items()
    ]
    shares = [row.share for row in rows if row.status in ("passed", "below")]
    return Overview(
        rows=tuple(sorted(rows, key=lambda row: row.name)),
        counts={status: sum(row.status == status for row in rows) for status in STATUS},
        mean=mean(shares) if shares else None,
        median=median(shares) if shares else None,
        spread=_spread(shares),
        checks=tuple(_checks(reports)),
        groups=together,
        alone=len(grouped) - len(together),
        alike=tuple(alike),
        notes=found.notes,
    )


def _numbers(grouped: Iterable[Sequence[str]]) -> dict[str, int]:
    return {name: number for number, names in enumerate(grouped, 1) for name in names}


def _row(name: str, report: Report, group: int, alike: int) -> Row:
    status: Status = "not-judged"
    if report.judged:
        status = "passed" if report.passed else "below"
    return Row(
        name=name,
        link=f"{quote(os.fsencode(Path(report.run).name))}/report.html",
        status=status,
        points=report.points,
        max_points=report.max_points,
        failed=tuple(entry.name for entry in report.failures),
        decided=tuple(
            say("{check}: {decided}", check=entry.name, decided=told)
            for entry in report.entries
            if (told := format_decision(entry))
        ),
        unapplied=report.unapplied,
        group=group,
        alike=alike,
    )


def _spread(shares: Sequence[float]) -> tuple[Bar, ...]:
    width = 100 // STEPS
    counts = [0] * (STEPS + 1)
    for share in shares:
        counts[min(STEPS, int(share // width))] += 1
    return tuple(
        Bar(first=at * width, last=min(100, (at + 1) * width - (at < STEPS)), count=count)
        for at, count in enumerate(counts)
    )


def _checks(reports: Mapping[str, Report]) -> list[CheckRow]:
    """The checks that any report has, in the order of the reports."""
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
