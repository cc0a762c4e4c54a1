"""``grade book``: writes the gradebook of a class."""

import sys
from pathlib import Path

import click

from grader.cli.console import NOT_JUDGED, PASSED, echo_bytes, translation, warn
from grader.cli.options import RUNS, lang_option
from grader.errors import UserError
from grader.model.text import say


@click.command("book", short_help="Write the gradebook of a class.")
@click.argument("folders", metavar="[RUNS…]", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "name",
    type=click.Choice(["csv", "canvas", "moodle"]),
    default="csv",
    show_default=True,
    help="'csv' holds everything, for a spreadsheet; the others are for import.",
)
@click.option(
    "--roster",
    "roster_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Who handed in which file (CSV: file, name, id, number, login, section, email, "
    "participant).",
)
@click.option(
    "--assignment",
    metavar="NAME",
    default="select server",
    show_default=True,
    help="The assignment's column in Canvas, spelled exactly as there.",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write to this file instead of standard output.",
)
@lang_option
def book(
    folders: tuple[Path, ...],
    name: str,
    roster_file: Path | None,
    assignment: str,
    out: Path | None,
) -> None:
    """Write the gradebook: the latest finished run of each submission in folders of runs.

    It takes the reports as they are stored, with the changes of `grade decide`. Submissions
    without a grade are reported, and their points stay empty.

    Exit status: 0, or 3 if a submission has no grade.
    """
    from grader.classroom import gradebook, results, roster, worksheet
    from grader.cli import outputs

    translate = translation()
    sheet = worksheet.read(roster_file) if roster_file and name == "moodle" else None
    students = roster.load(roster_file) if roster_file and sheet is None else None
    if sheet is not None:
        students = sheet.roster
    found = results.load_results(folders or (RUNS,))
    rows = gradebook.build_rows(found, students)
    if name == "csv":
        data = gradebook.to_csv(rows, students, translate)
    elif students is None:
        raise UserError(
            say("--format {name} needs a --roster, which says who handed in which file.", name=name)
        )
    else:
        options = gradebook.ExportOptions(assignment=assignment, translate=translate)
        data = (
            gradebook.EXPORTS[name](rows, options)
            if sheet is None
            else worksheet.fill_in(sheet, rows, options)
        )
    for text in gradebook.find_problems(found, rows, students):
        warn(text)
    if out is None:
        echo_bytes(data)
    else:
        outputs.write_file(out, data)
    sys.exit(NOT_JUDGED if any(row.status == "not-judged" for row in rows) else PASSED)
