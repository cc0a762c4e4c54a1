"""Whether a stored report is the one that was written: what is published rests on it."""

from collections.abc import Mapping

import msgspec

from grader.grading import pipeline
from grader.model.report import Report
from grader.model.text import Text, say
from grader.report.labels import format_score
from grader.runs import ledger
from grader.runs.ledger import Line
from grader.runs.run import Run, RunError


class ChangedError(RunError):
    """Somebody has changed what was stored."""


def require_authentic(run: Run, report: Report, known: Mapping[str, Line]) -> None:
    """Refuse a report that somebody has changed.

    It is the one that was written if the ledger has its hash. A run that came from elsewhere, or
    was stored before there were ledgers, is judged again instead.

    Args:
        report: the stored one.
        known: the last line of each run in the ledger of its folder.

    Raises:
        ChangedError: it was changed.
        RunError: it has to be judged again, and cannot be.
    """
    line = known.get(ledger.name_of(run.path))
    if line and not changed_files(run, {n: line.files.get(n, "") for n in ledger.REPORT_FILES}):
        return
    if line and changed_files(run, {"rubric.json": line.files.get("rubric.json", "")}):
        raise _changed(run, "rubric.json", None)
    judged = pipeline.build_report(run)
    if outcomes(judged) != outcomes(report):
        raise _changed(run, "report.json", contradiction(judged, report))


def changed_files(run: Run, expected: dict[str, str]) -> list[str]:
    """Those of the files of a run that do not have these hashes."""
    found = []
    for name, digest in expected.items():
        try:
            actual = ledger.hash_file(run.path / name)
        except OSError:
            actual = ""
        if actual != digest:
            found.append(name)
    return found


def outcomes(report: Report) -> list[object]:
    """What was recorded of each check, without a teacher's decisions."""
    return [
        report.pass_mark,
        *((entry.name, entry.max_points, entry.outcome.outcome) for entry in report.entries),
    ]


def contradiction(judged: Report, stored: Report) -> Text:
    """How a stored report differs from what judging yields."""
    undecided = msgspec.structs.replace(
        stored,
        entries=tuple(msgspec.structs.replace(entry, decision=None) for entry in stored.entries),
        adjustments=(),
    )
    fresh = msgspec.structs.replace(
        judged,
        entries=tuple(msgspec.structs.replace(entry, decision=None) for entry in judged.entries),
        adjustments=(),
    )
    return say(
        "it says {stored}, and what was recorded gives {judged}",
        stored=format_score(undecided),
        judged=format_score(fresh),
    )


def _changed(run: Run, name: str, why: Text | None) -> ChangedError:
    path = run.path / name
    what = (
        say("{path} was changed after it was written: {why}.", path=path, why=why)
        if why
        else say("{path} was changed after it was written.", path=path)
    )
    return ChangedError(what, say("`grade judge {path}` judges the run again.", path=run.path))
