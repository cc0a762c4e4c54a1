"""``grade import``: imports what a learning platform exports into the folder of a class."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.console import NOT_JUDGED, PASSED, echo, plain_console, translation, warn
from grader.cli.options import lang_option
from grader.model.text import Text, printable, say, say_count

if TYPE_CHECKING:
    from grader.classroom.importing.importer import ImportedRow, ImportResult

SOURCE_NAMES = (
    *("auto", "canvas", "moodle", "gradescope", "blackboard", "github", "class", "student"),
)
"""What ``--from`` takes: the layouts of :mod:`grader.classroom.importing.layouts`."""


@click.command("import", short_help="Import what Canvas, Moodle and others export.")
@click.argument(
    "exports", metavar="EXPORT…", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--to",
    "class_folder",
    metavar="CLASS",
    required=True,
    type=click.Path(path_type=Path),
    help="The folder of the class. It gets a folder for each student.",
)
@click.option(
    "--from",
    "source",
    type=click.Choice(SOURCE_NAMES),
    default="auto",
    show_default=True,
    help="Which system exported it; 'class' and 'student' are plain files.",
)
@click.option(
    "--roster",
    "roster_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The roster, to which students are added; by default CLASS/roster.csv.",
)
@lang_option
def import_exports(
    exports: tuple[Path, ...], class_folder: Path, source: str, roster_file: Path | None
) -> None:
    """Import exports of Canvas, Moodle, Gradescope, Blackboard or GitHub Classroom, archives and
    folders into the folder of a class, as `grade CLASS` grades it.

    Nothing is overwritten: a later attempt of a student takes the place of the earlier one, which
    stays beside it. What was imported before is left as it is.

    Exit status: 0, or 3 if something could not be imported.
    """
    from typing import cast

    from grader.classroom.importing import importer
    from grader.classroom.importing.layouts import SourceName
    from grader.cli.progress import StatusLine

    with StatusLine() as status:
        result = importer.import_exports(
            importer.ImportOptions(
                exports=exports,
                class_folder=class_folder,
                source=cast(SourceName, source),
                roster_file=roster_file,
                show=status.show,
            )
        )
    for note in result.notes:
        echo(note)
    _print_rows(result)
    echo(summary(result))
    for problem in result.problems:
        warn(say("{where} is not imported: {why}.", where=problem.where, why=problem.why))
    sys.exit(NOT_JUDGED if result.problems else PASSED)


def _print_rows(result: "ImportResult") -> None:
    from rich.table import Table

    from grader.report.terminal.parts import literal
    from grader.report.trimmed import Trimmed

    translate = translation()
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for row in result.rows:
        count = say_count("{count} file", "{count} files", count=row.files)
        texts = (count.render(translate), remark(row).render(translate))
        table.add_row(*(literal(printable(text)) for text in (row.folder, *texts)))
    width = None if sys.stdout.isatty() else 1000
    if result.rows:
        plain_console(width=width).print(Trimmed(table))


def remark(row: "ImportedRow") -> Text:
    """What a row says of the attempt."""
    text = _STATUS[row.status]
    if row.hand_in.received:
        when = row.hand_in.received.isoformat(" ", "seconds")
        text = say("{status}, handed in {time}", status=text, time=when)
    return say("{status}, late", status=text) if row.hand_in.late else text


_STATUS = {
    "new": say("new"),
    "later": say("a later attempt; the earlier one is kept"),
    "earlier": say("an earlier attempt; the latest one stays"),
    "unchanged": say("was imported before"),
}


def summary(result: "ImportResult") -> Text:
    """The import in a sentence."""
    counts = {
        status: sum(row.status == status for row in result.rows)
        for status in ("new", "later", "earlier", "unchanged")
    }
    if result.rows and not result.changed:
        return say("Nothing has changed: all of it was imported before.")
    return say(
        "New: {new}. Further attempts: {further}. Imported before: {unchanged}. Not imported: "
        "{problems}. Ignored by rule: {ignored}.",
        new=counts["new"],
        further=counts["later"] + counts["earlier"],
        unchanged=counts["unchanged"],
        problems=len(result.problems),
        ignored=result.ignored,
    )
