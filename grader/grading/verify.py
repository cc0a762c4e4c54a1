"""Compares what a folder of runs holds with its ledger, and with what judging it again yields."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from grader.errors import unreadable
from grader.grading import pipeline
from grader.grading.authentic import changed_files, contradiction, outcomes
from grader.grading.custom_checks import CheckSet
from grader.model.text import Text, say
from grader.runs import decisions, ledger, reports
from grader.runs.ledger import Ledger, Line
from grader.runs.overrides import Withdrawal, content_hash, read_all
from grader.runs.run import Run, RunError

_BUILT_IN = CheckSet()


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What was found."""

    runs: int
    """How many runs there are."""
    problems: tuple[Text, ...]
    """What was changed since it was written, each named."""
    notes: tuple[Text, ...] = ()
    """Worth knowing, but no change."""


def verify(folder: Path, checks: CheckSet = _BUILT_IN) -> Verification:
    """Verify all runs and decisions of ``folder``.

    Args:
        checks: the teacher's own, if the runs were judged by some.

    Raises:
        RunError: the folder, its ledger or its decisions cannot be read.
    """
    try:
        found = [Run(path) for path in sorted(folder.iterdir()) if (path / Run.info_name).exists()]
    except OSError as error:
        raise RunError(unreadable(folder, error)) from error
    known = ledger.read(folder)
    problems = [
        say(
            "{path}, line {line}: what stood there or before it was changed or removed.",
            path=folder / ledger.NAME,
            line=line,
        )
        for line in known.broken
    ]
    notes: list[Text] = []
    latest, first = known.latest(), _first(known)
    for run in found:
        name = ledger.name_of(run.path)
        if name in latest:
            problems += _files(run, first[name], latest[name])
        elif (run.path / "report.json").exists():
            problems.append(
                say(
                    "{path} is not in the ledger: grade did not store it here, or the ledger was "
                    "removed.",
                    path=run.path,
                )
            )
        try:
            problems += _judgement(run, checks, notes)
        except RunError as error:
            problems.append(error.what)
    here = {ledger.name_of(run.path) for run in found}
    problems += [
        say("{path} was removed.", path=folder / name)
        for name in latest
        if name not in here and name not in _removed(known)
    ]
    problems += _decisions(folder, known)
    named = {str(text): text for text in problems}
    return Verification(runs=len(found), problems=tuple(named.values()), notes=tuple(notes))


def _first(known: Ledger) -> dict[str, Line]:
    found: dict[str, Line] = {}
    for line in known.lines:
        if line.kind == "report":
            found.setdefault(line.name, line)
    return found


def _removed(known: Ledger) -> set[str]:
    return {line.name for line in known.lines if line.kind == "removed"}


def _files(run: Run, first: Line, latest: Line) -> Iterator[Text]:
    """The files of a run that were changed: what was recorded since it was first judged, what was
    judged since it last was."""
    expected = {**latest.files, **ledger.evidence(first.files)}
    try:
        there = ledger.hash_files(run)
    except RunError as error:
        yield error.what
        return
    for name in changed_files(run, expected):
        yield say("{path} was changed after it was written.", path=run.path / name)
    for name in there.keys() - expected.keys():
        yield say("{path} was added later.", path=run.path / name)


def _judgement(run: Run, checks: CheckSet, notes: list[Text]) -> Iterator[Text]:
    """What a run's report says otherwise than what was recorded, judged again."""
    if not (run.path / "report.json").exists():
        return  # Nothing of it is published.
    stored, judged = reports.load(run), pipeline.build_report(run, checks=checks)
    if outcomes(stored) == outcomes(judged):
        return
    found = say("{path}: {difference}.", path=run.path, difference=contradiction(judged, stored))
    if stored.grader == judged.grader:
        yield found
    else:
        notes.append(
            say(
                "{found} It was judged by grader {before}; this is {after}.",
                found=found,
                before=stored.grader,
                after=judged.grader,
            )
        )


def _decisions(folder: Path, known: Ledger) -> Iterator[Text]:
    noted = {line.files.get("", ""): line for line in known.lines if line.kind == "decision"}
    there = {content_hash(item): item for item in read_all(folder)}
    for digest, item in there.items():
        if digest not in noted:
            about = decisions.describe(item)
            yield (
                say(
                    "The withdrawal of {about} by {who} was written or changed by hand.",
                    who=item.by,
                    about=about,
                )
                if isinstance(item, Withdrawal)
                else say(
                    "The decision of {who} about {about} was written or changed by hand.",
                    who=item.by,
                    about=about,
                )
            )
    for digest, line in noted.items():
        if digest not in there:
            yield say(
                "The decision {id} about {about}, made at {time}, was changed or removed.",
                id=line.name,
                about=line.about,
                time=line.time,
            )
