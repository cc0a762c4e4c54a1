"""Records a teacher's decisions, and brings the reports and pages of the runs up to date.

Each function holds the lock of the folder of runs from before it adds a decision until everything
agrees with it, so that of two teachers who decide at once neither loses anything.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from grader.classroom import headings, results
from grader.classroom.mistakes import find_groups
from grader.grading.authentic import require_authentic
from grader.grading.current import current_report
from grader.model.report import Entry, Report
from grader.model.text import Translate, names, say
from grader.report import html
from grader.report.signatures import mistake_id
from grader.report.titles import title, titles
from grader.runs import decisions, ledger, reports
from grader.runs.overrides import Item, Override, Remark, Rule, Withdrawal, identify
from grader.runs.run import Run, RunError
from grader.submissions.names import base_name

PageTranslation = Callable[[Path], Translate]
"""How to translate the page that is written to a path."""


class Author(msgspec.Struct, frozen=True):
    """Who decides, and why."""

    by: str
    reason: str


def find_run(what: str, folder: Path) -> Run:
    """The run that ``what`` names: its folder, or the submission that has its standing run there.

    Raises:
        RunError: there is none, or there are several.
    """
    path = Path(what)
    if (path / Run.info_name).exists() or (path.is_dir() and not folder.is_dir()):
        return Run(path)
    if not folder.is_dir():
        raise RunError(say("There is no run {path}.", path=path))
    graded = results.load_results([folder]).graded
    wanted = base_name(what)
    found = [what] if what in graded else [name for name in graded if base_name(name) == wanted]
    if len(found) == 1:
        return Run(Path(graded[found[0]].report.run))
    if found:
        raise RunError(say("{name} may be {names}.", name=what, names=names(found)))
    raise RunError(
        say("{path} has no submission {name} with a report.", path=folder, name=what),
        say("`grade site {path}` lists all of them.", path=folder),
    )


def decide_check(
    run: Run, check: str, value: str, author: Author, translation: PageTranslation
) -> Report:
    """Decide ``check`` for this version of the program.

    Args:
        value: ``pass``, ``fail`` or points (:func:`grader.runs.decisions.parse_value`).

    Returns:
        the run's report.

    Raises:
        RunError: the run is unusable, has no such check, or the value is invalid.
    """
    report = _load(run)
    outcome, points = decisions.parse_value(value, _entry(report, check).max_points)
    item = Override(
        submission=report.submission,
        check=check,
        outcome=outcome,
        points=points,
        reason=author.reason,
        by=author.by,
        sha256=run.plan().sha256,
    )
    folder = _folder(run)
    with decisions.changing(folder):
        decisions.add(folder, item)
        return _refresh_named(run, translation)


def adjust(run: Run, points: float, author: Author, translation: PageTranslation) -> Report:
    """Add or take off points for this version of the program as a whole; 0: only comment on it.

    Returns:
        the run's report.

    Raises:
        RunError: the run is unusable, or the points are out of range.
    """
    item = Remark(
        submission=_load(run).submission,
        points=points,
        reason=author.reason,
        by=author.by,
        sha256=run.plan().sha256,
    )
    folder = _folder(run)
    with decisions.changing(folder):
        decisions.add(folder, item)
        return _refresh_named(run, translation)


def decide_mistake(
    folder: Path, mistake: str, check: str, value: str, author: Author, translation: PageTranslation
) -> tuple[str, ...]:
    """Decide ``check`` for all who made one mistake, now and later.

    Args:
        mistake: the number of its group on the class's page, or its id.

    Returns:
        the submissions that it concerns now.

    Raises:
        RunError: there is no such group, or it did not fail the check.
    """
    with decisions.changing(folder):
        found = {
            name: result.report for name, result in results.load_results([folder]).graded.items()
        }
        entry = _of_group(found, mistake, check)
        outcome, points = decisions.parse_value(value, entry.max_points)
        rule = Rule(
            check=check,
            mistake=mistake_id(entry),
            outcome=outcome,
            points=points,
            reason=author.reason,
            by=author.by,
        )
        decisions.add(folder, rule)
        _refresh(folder, rule, translation)
        return same_mistake(found, entry)


def undo(
    run: Run, check: str | None, author: Author, translation: PageTranslation
) -> tuple[Item, Report]:
    """Take back the decision about ``check`` that is in force, or the last one about the whole.

    Returns:
        what was taken back, and the run's report.

    Raises:
        RunError: the run is unusable, or there is no such decision.
    """
    folder = _folder(run)
    with decisions.changing(folder):
        report, sha256 = _load(run), run.plan().sha256
        if check is not None:
            _entry(report, check)
        item = decisions.in_force(decisions.load(folder), report, sha256, check)
        if item is None:
            raise RunError(say("Nothing is decided that could be undone."))
        decisions.add(
            folder, Withdrawal(withdraws=identify(item), by=author.by, reason=author.reason)
        )
        if isinstance(item, Rule):
            _refresh(folder, item, translation)
        return item, _refresh_named(run, translation)


def mates(run: Run, check: str) -> tuple[tuple[str, ...], str]:
    """The other submissions that made the same mistake and of which nobody has decided, and the
    mistake's id.

    Raises:
        RunError: the runs beside this one cannot be read.
    """
    graded = results.load_results([run.path.parent]).graded
    report = _load(run)
    entry = _entry(report, check)
    others = {
        name: result.report
        for name, result in graded.items()
        if name != report.submission and not _decided(result.report, check)
    }
    return same_mistake(others, entry), mistake_id(entry)


def same_mistake(found: dict[str, Report], entry: Entry) -> tuple[str, ...]:
    """The submissions that made the mistake of ``entry``."""
    mistake = mistake_id(entry)
    return tuple(
        name
        for name, report in found.items()
        if mistake
        and any(e.name == entry.name and mistake_id(e) == mistake for e in report.entries)
    )


def _refresh_named(run: Run, translation: PageTranslation) -> Report:
    """Bring up to date all runs of this version of the program; return the report of ``run``."""
    wanted, sha256 = run.info().submission, run.plan().sha256
    for other in _runs(run.path.parent):
        with suppress(RunError):  # Only what is readable has a page that could disagree.
            if other.info().submission == wanted and other.plan().sha256 == sha256:
                _update(other, translation)
    return _load(run)


def _refresh(folder: Path, rule: Rule, translation: PageTranslation) -> None:
    """Bring up to date all runs that show the mistake of ``rule``."""
    for run in _runs(folder):
        with suppress(RunError):
            entries = _load(run).entries
            if any(e.name == rule.check and mistake_id(e) == rule.mistake for e in entries):
                _update(run, translation)


def _update(run: Run, translation: PageTranslation) -> None:
    """Store the report and the page of a run with the decisions of today."""
    stored = _load(run)
    report = msgspec.structs.replace(current_report(run, stored), run=stored.run)
    reports.save(run, report)
    heading = headings.load(_folder(run)).of(report.submission)
    run.save_page(html.render(report, translation(run.page), heading))


def _load(run: Run) -> Report:
    """The stored report of a run. A decision must not confirm what somebody has changed."""
    report = reports.load(run)
    require_authentic(run, report, ledger.read(_folder(run)).latest())
    return report


def _runs(folder: Path) -> Iterator[Run]:
    for path in sorted(folder.iterdir()):
        if (path / "report.json").is_file():
            yield Run(path)


def _folder(run: Run) -> Path:
    return run.path.resolve().parent


def _entry(report: Report, check: str) -> Entry:
    entry = next((each for each in report.entries if each.name == check), None)
    if entry is None:
        raise RunError(say("There is no check {name} in this report.", name=repr(check)))
    return entry


def _decided(report: Report, check: str) -> bool:
    return any(each.name == check and each.decision for each in report.entries)


def _of_group(found: dict[str, Report], mistake: str, check: str) -> Entry:
    """How the first submission of a group failed ``check``."""
    if not mistake.isdigit() or len(mistake) == _ID_DIGITS:
        entries = (entry for report in found.values() for entry in report.entries)
        for entry in entries:
            if entry.name == check and mistake_id(entry) == mistake:
                return entry
        raise RunError(
            say("Nobody made the mistake {id} in {check}.", id=mistake, check=title(check))
        )
    shared = [group for group in find_groups(found) if len(group.names) > 1]
    number = int(mistake)
    if not 1 <= number <= len(shared):
        raise RunError(
            say("There is no mistake {number} on the class's page.", number=mistake),
            say("`grade site` writes the page again; its shared mistakes are numbered."),
        )
    group = shared[number - 1]
    for entry in found[group.names[0]].entries:
        if entry.name == check and entry.effective_outcome == "fail" and mistake_id(entry):
            return entry
    raise RunError(
        say(
            "The submissions with mistake {number} did not fail {check}, but {checks}.",
            number=mistake,
            check=title(check),
            checks=titles(each.check for each in group.mistakes),
        )
    )


_ID_DIGITS = 12
