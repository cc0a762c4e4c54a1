"""The runs of a class as they are stored: what the gradebook and comparisons are made of.

Reports are read, and nothing is judged anew: what is published is what was told the students. Only
a teacher's decisions are looked up again, since they may be younger than the report.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.model.text import Text, say
from grader.runs import decisions, reports
from grader.runs.run import Run, RunError, Versions


class Graded(msgspec.Struct, frozen=True, kw_only=True):
    """A submission's latest finished run."""

    report: Report
    """With what is decided of it now."""
    versions: Versions
    rubric: Rubric
    """By which it is judged, where no other is named."""
    source: bytes
    """The program."""
    folders: tuple[str, ...] = ()
    """Those that were made for it."""

    @property
    def sha256(self) -> str:
        """Of the program."""
        return decisions.digest(self.source)


class Class(msgspec.Struct, frozen=True, kw_only=True):
    """All submissions that have runs in some folders."""

    graded: dict[str, Graded]
    """By their file names, in their order."""
    lost: dict[str, Text]
    """For each submission without a report: why there is none."""
    notes: tuple[Text, ...]
    """What a teacher should know before grades are published."""


def read(folders: Iterable[Path]) -> Class:
    """The latest finished run of each submission in ``folders``.

    Raises:
        RunError: a folder cannot be read, or there is no run in it, or its decisions are wrong.
    """
    graded: dict[str, tuple[datetime, Graded]] = {}
    lost: dict[str, tuple[datetime, Text]] = {}
    decided: list[decisions.Override] = []
    for folder in folders:
        mine = decisions.load(folder)
        decided += mine
        for run in _runs(folder):
            versions = run.versions()
            name, when = versions.submission, _when(run, versions)
            try:
                one = _graded(run, versions, mine)
            except RunError as error:
                if name not in lost or lost[name][0] < when:
                    lost[name] = when, error.what
            else:
                if name not in graded or graded[name][0] < when:
                    graded[name] = when, one
    notes = unknown(decided, graded.keys() | lost.keys())
    for name, (when, one) in sorted(graded.items()):
        notes += [say("{name}: {note}", name=name, note=note) for note in one.report.unapplied]
        if name in lost and lost[name][0] > when:
            told = say(
                "{name}: its latest run does not count, and the one before it does. {why}",
                name=name,
                why=lost[name][1],
            )
            notes.append(told)
    return Class(
        graded={name: one for name, (_, one) in sorted(graded.items())},
        lost={name: why for name, (_, why) in sorted(lost.items()) if name not in graded},
        notes=tuple(notes),
    )


def unknown(decided: Iterable[decisions.Override], submissions: Collection[str]) -> list[Text]:
    """Tells of the decisions that name none of ``submissions``."""
    return [
        say(
            "A decision of {who} names {submission}, of which there is no run: is it spelt right?",
            who=each.by,
            submission=each.submission,
        )
        for each in decided
        if each.submission not in submissions
    ]


def submissions(folder: Path) -> set[str]:
    """The submissions of which there is some run in a folder, as far as can be read."""
    found = set()
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(RunError):
            found.add(Run(path).versions().submission)
    return found


def _graded(run: Run, versions: Versions, decided: Iterable[decisions.Override]) -> Graded:
    if not run.finished:
        raise RunError(say("The run {path} was lost: grade it again.", path=run.path))
    plan = run.plan()
    report = decisions.apply(reports.load(run), decisions.digest(plan.source), tuple(decided))
    # Where it is now, wherever it was when it was judged.
    report = msgspec.structs.replace(report, run=str(run.path))
    return Graded(
        report=report,
        versions=versions,
        rubric=run.rubric(),
        source=plan.source,
        folders=plan.folders,
    )


def _runs(folder: Path) -> list[Run]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise RunError(
            say("{path} cannot be read: {reason}.", path=folder, reason=error.strerror or error)
        ) from error
    found = [Run(path) for path in paths if (path / "versions.json").is_file()]
    if not found:
        raise RunError(
            say("There is no run in {path}: name the folder in which runs are kept.", path=folder)
        )
    return found


def _when(run: Run, versions: Versions) -> datetime:
    try:
        return datetime.fromisoformat(versions.time).astimezone()
    except (ValueError, OverflowError) as error:
        raise RunError(
            say(
                "{path} is damaged or has another version: {reason}.",
                path=run.path / "versions.json",
                reason=error,
            )
        ) from error
