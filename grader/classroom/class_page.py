"""Writes the class's page beside its runs, and the pages of runs that have none."""

from contextlib import suppress
from pathlib import Path

import msgspec

from grader import atomic
from grader.classroom import kept_roster, results
from grader.classroom.results import StoredResult
from grader.classroom.roster import RosterError, Student
from grader.errors import unwritable
from grader.grading.current import current_report
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
    for result in found.graded.values():
        run = Run(Path(result.report.run))
        if not run.page.is_file() or run.page.is_symlink():
            try:
                run.save_page(html.render(with_timelines(run, result), translate))
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
        atomic.write(path, render_page(build_overview(found, similar, missing), translate))
    except OSError as error:
        raise RunError(unwritable(path, error)) from error
    return path


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
