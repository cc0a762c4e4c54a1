"""Loads the stored results of a class, without judging them again.

Only a teacher's decisions are applied again, because they may be newer than the reports.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from grader.errors import unreadable
from grader.grading.authentic import ChangedError, require_authentic
from grader.model.program import digest, imported_modules
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.model.text import Text, say
from grader.runs import decisions, ledger, reports
from grader.runs.overrides import Item
from grader.runs.run import Run, RunError, RunInfo
from grader.submissions.names import base_name

_Kept = TypeVar("_Kept")


class StoredResult(msgspec.Struct, frozen=True, kw_only=True):
    """A submission's latest finished run; if it has none, its latest lost one."""

    report: Report
    """With the decisions of today."""
    info: RunInfo
    rubric: Rubric
    """The rubric by which the run was last graded."""
    source: bytes
    """The program: the file that is run."""
    files: dict[str, bytes] = {}
    """What lies beside it."""
    folders: tuple[str, ...] = ()
    """The folders that were created for it."""

    @property
    def code(self) -> bytes:
        """The text of the file that is run and of the modules that it imports."""
        modules = imported_modules(self.source, self.files)
        return b"\n".join((self.source, *(module.source for module in modules)))

    @property
    def sha256(self) -> str:
        """The program's SHA-256."""
        return digest(self.source, self.files)


class AttemptPoints(msgspec.Struct, frozen=True, kw_only=True):
    """What a version of a program that was handed in has earned."""

    time: datetime
    """When its latest run began, or served a later grading."""
    points: float
    """With the decisions of today."""
    sha256: str
    run: str
    """The run's folder, by its name."""
    earlier: tuple[str, ...] = ()
    """The folders of earlier runs of it."""

    @property
    def runs(self) -> tuple[str, ...]:
        """The folders of all its runs."""
        return (*self.earlier, self.run)


class ClassResults(msgspec.Struct, frozen=True, kw_only=True):
    """All submissions of a class that have runs."""

    graded: dict[str, StoredResult]
    """By name, sorted."""
    lost: dict[str, Text]
    """For each submission without a usable report: why it has none."""
    notes: tuple[Text, ...]
    """What a teacher should know before publishing grades."""
    attempts: dict[str, tuple[AttemptPoints, ...]] = {}
    """For each graded submission, its versions that were judged, oldest first. One that was run
    several times in a row is one attempt."""


def load_results(folders: Iterable[Path]) -> ClassResults:
    """Load the latest finished run of each submission in ``folders``, or its latest lost one. A run
    that has served a program that was handed in again is as late as that.

    Raises:
        RunError: a folder cannot be read or has no runs, or its decisions are invalid.
    """
    graded: dict[str, tuple[datetime, StoredResult]] = {}
    partly: dict[str, tuple[datetime, StoredResult]] = {}
    lost: dict[str, tuple[datetime, Text]] = {}
    changed: dict[str, tuple[datetime, Text]] = {}
    attempts: dict[str, list[AttemptPoints]] = {}
    overrides: list[Item] = []
    for folder in folders:
        own = decisions.load(folder)
        overrides += own
        book = ledger.read(folder)
        known, again = book.latest(), book.attempts()
        for run in _runs(folder):
            # Of a run that does not even say so, neither is known.
            name, when = run.path.name, datetime.min.replace(tzinfo=UTC)
            try:
                info = run.info()
                times = (_start_time(run, info), *again.get(ledger.name_of(run.path), ()))
                name, when = info.submission, max(times)
                result, why = _load(run, info, own, known), run.lost
            except RunError as error:
                _keep_latest(lost, name, when, error.what)
                if isinstance(error, ChangedError):
                    _keep_latest(changed, name, when, error.what)
            else:
                _keep_latest(graded if why is None else partly, name, when, result)
                if why is None and result.report.judged:
                    attempts.setdefault(name, []).extend(_attempts(run, times, result))
                if why is not None:
                    _keep_latest(lost, name, when, why)
    graded = _without_superseded({**partly, **graded})
    # Of what somebody has changed, nothing is published: no earlier run takes its place.
    for name, (when, _) in changed.items():
        if name in graded and graded[name][0] < when:
            del graded[name]
    notes = decisions.find_unknown(overrides, graded.keys() | lost.keys())
    for name, (when, result) in sorted(graded.items()):
        notes += [say("{name}: {note}", name=name, note=note) for note in result.report.unapplied]
        if name in lost and lost[name][0] > when:
            notes.append(
                say(
                    "{name}: the latest run is unusable, so an earlier one counts. {why}",
                    name=name,
                    why=lost[name][1],
                )
            )
    return ClassResults(
        graded={name: result for name, (_, result) in sorted(graded.items())},
        lost={name: why for name, (_, why) in sorted(lost.items()) if name not in graded},
        notes=tuple(notes),
        attempts={name: _in_order(attempts.get(name, ())) for name in sorted(graded)},
    )


def _attempts(run: Run, times: Iterable[datetime], result: StoredResult) -> Iterator[AttemptPoints]:
    for time in times:
        yield AttemptPoints(
            time=time, points=result.report.points, sha256=result.sha256, run=run.path.name
        )


def _in_order(attempts: Iterable[AttemptPoints]) -> tuple[AttemptPoints, ...]:
    """The attempts by time; of those in a row with the same program, the last one."""
    found: list[AttemptPoints] = []
    for each in sorted(attempts, key=lambda each: each.time):
        if found and found[-1].sha256 == each.sha256:
            same = found.pop()
            found.append(msgspec.structs.replace(each, earlier=same.runs))
        else:
            found.append(each)
    return tuple(found)


def _without_superseded(
    found: dict[str, tuple[datetime, StoredResult]],
) -> dict[str, tuple[datetime, StoredResult]]:
    """``found`` without what could not be graded and has since been handed in as a program:
    ``zhang.docx`` if there is ``zhang.py``."""
    programs = {
        base_name(name)
        for name, (_, result) in found.items()
        if not (result.info.refused and result.info.refused.ungradable)
    }
    return {
        name: each
        for name, each in found.items()
        if not (each[1].info.refused and each[1].info.refused.ungradable)
        or base_name(name) not in programs
    }


def _keep_latest(
    found: dict[str, tuple[datetime, _Kept]], name: str, when: datetime, what: _Kept
) -> None:
    if name not in found or found[name][0] < when:
        found[name] = when, what


def list_submissions(folder: Path) -> set[str]:
    """The submissions that have a run in ``folder``. Unreadable runs are ignored."""
    found = set()
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(RunError):
            found.add(Run(path).info().submission)
    return found


def _load(
    run: Run, info: RunInfo, overrides: Sequence[Item], known: Mapping[str, ledger.Line]
) -> StoredResult:
    if not run.finished and run.lost is None:
        raise RunError(
            say("The run {path} is incomplete: grade the submission again.", path=run.path)
        )
    plan = run.plan()
    stored = reports.load(run)
    require_authentic(run, stored, known)
    report = decisions.apply(stored, plan.sha256, overrides)
    # The folder may have been moved since it was judged.
    report = msgspec.structs.replace(report, run=str(run.path))
    return StoredResult(
        report=report,
        info=info,
        rubric=run.rubric(),
        source=plan.source,
        files=plan.files,
        folders=plan.folders,
    )


def _runs(folder: Path) -> list[Run]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise RunError(unreadable(folder, error)) from error
    found = [Run(path) for path in paths if os.path.lexists(path / "versions.json")]
    if not found:
        raise RunError(
            say("There are no runs in {path}: name a folder that contains runs.", path=folder)
        )
    return found


def _start_time(run: Run, info: RunInfo) -> datetime:
    try:
        return datetime.fromisoformat(info.time).astimezone()
    except (ValueError, OverflowError) as error:
        raise RunError(
            say(
                "{path} is damaged or has another version: {reason}.",
                path=run.path / "versions.json",
                reason=error,
            )
        ) from error
