"""Writes the class's page beside its runs, and the pages of runs that have none.

Of the other pages, those whose heading is no longer right get a new one: when a student hands in
another attempt, for example.
"""

from contextlib import suppress
from pathlib import Path

import msgspec

from grader import atomic, bounded
from grader.classroom import headings, kept_roster, results
from grader.classroom.headings import Headings
from grader.classroom.results import ClassResults, StoredResult
from grader.classroom.roster import RosterError, Student
from grader.errors import unwritable
from grader.grading.current import current_report
from grader.i18n import LANGUAGES, translator
from grader.model.report import Report
from grader.model.text import Translate
from grader.report import html
from grader.runs import decisions
from grader.runs.run import Run, RunError

NAME = "index.html"


def write_page(folder: Path, translate: Translate) -> Path:
    """Write the page of the class whose runs are in ``folder``, and return its path.

    Raises:
        RunError: the runs or the decisions cannot be read, or a page cannot be written.
    """
    with decisions.changing(folder.resolve()):
        return _write_page(folder, translate)


def _write_page(folder: Path, translate: Translate) -> Path:
    # Imported here because only a class needs them, and they take long to load.
    from grader.classroom import similarity
    from grader.classroom.page.overview import build_overview
    from grader.classroom.page.render import render_page

    found = results.load_results([folder])
    notes = list(found.notes)
    known = headings.load(folder)
    for name, result in found.graded.items():
        try:
            _write_pages(found, name, result, known, translate)
        except RunError as error:  # The page of the class shows all others.
            notes.append(error.what)
    sources = {name: result.code for name, result in found.graded.items() if result.source}
    missing: tuple[Student, ...] = ()
    try:
        if roster := kept_roster.kept(folder):
            missing = roster.missing([*found.graded, *found.lost])
    except RosterError as error:
        notes.append(error.what)
    found = msgspec.structs.replace(found, notes=tuple(notes))
    similar = similarity.find_similar(sources)
    path = folder / NAME
    try:
        overview = build_overview(found, similar, missing, known.assignment)
        atomic.write(path, render_page(overview, translate))
    except OSError as error:
        raise RunError(unwritable(path, error)) from error
    return path


def _write_pages(
    found: ClassResults, name: str, result: StoredResult, known: Headings, translate: Translate
) -> None:
    """Write the page of a submission if it is missing, and the headings of its runs' pages.

    Raises:
        RunError: one cannot be written.
    """
    heading, run = known.of(name), Run(Path(result.report.run))
    attempts = headings.attempts_of(found, name)
    if not run.page.is_file() or run.page.is_symlink():
        run.save_page(html.render(with_timelines(run, result), translate, heading))
    others = [other for each in found.attempts.get(name, ()) for other in each.runs]
    for other in dict.fromkeys((run.path.name, *others)):
        own = msgspec.structs.replace(heading, attempt=attempts.get(other))
        _renew_heading(Run(run.path.with_name(other)), own, name, translate)


def _renew_heading(run: Run, heading: html.PageHeading, name: str, translate: Translate) -> None:
    """Give the page of a run this heading, in the page's language, if there is a page."""
    try:
        page = bounded.read(run.page, html.LARGEST)
    except OSError:
        return
    language = html.language_of(page[: html.HEAD])
    if language in LANGUAGES:
        translate = translator(language)
    renewed = html.replace_heading(page, heading, name, translate)
    if renewed != page:
        run.save_page(renewed)


def refresh_page(folder: Path, translate: Translate) -> None:
    """Write the class's page again if there is one.

    Raises:
        RunError: as :func:`write_page`.
    """
    if (folder / NAME).is_file():
        write_page(folder, translate)


def with_timelines(run: Run, result: StoredResult) -> Report:
    """The report with its timelines, if the run can still be judged."""
    with suppress(RunError):
        return current_report(run, result.report)
    return msgspec.structs.replace(result.report, source=result.source, files=result.files)
