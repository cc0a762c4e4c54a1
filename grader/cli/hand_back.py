"""``grade return``: gives each student their own report back."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from grader.cli.console import NOT_JUDGED, PASSED, echo, translation, warn
from grader.cli.options import RUNS, lang_option
from grader.errors import UserError, unwritable
from grader.model.text import say, say_count


@click.command("return", short_help="Give each student their own report back.")
@click.argument("folders", metavar="[RUNS…]", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--to",
    "target",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="Where the pages, or the ZIP, are written.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["folder", "moodle", "eml"]),
    default="folder",
    show_default=True,
    help="'folder': pages, and mail.csv for mail merge; 'moodle': a ZIP of feedback files; 'eml': "
    "a mail for each student, not sent.",
)
@click.option(
    "--roster",
    "roster_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Numbers, names and addresses of the students; by default the one with which the class "
    "was graded.",
)
@click.option(
    "--subject",
    metavar="TEXT",
    default="select server",
    show_default=True,
    help="The subject of each mail.",
)
@lang_option
def hand_back(
    folders: tuple[Path, ...],
    target: Path,
    form: str,
    roster_file: Path | None,
    subject: str,
) -> None:
    """Write a page for each student, with the report that counts and nothing of anybody else.

    A page is one file, named by the student's number and name. Nothing is sent.

    Exit status: 0, or 3 if somebody gets nothing back.
    """
    from grader.classroom import gradebook, hand_back, headings, kept_roster, results, roster
    from grader.cli import outputs

    translate = translation()
    places = folders or (RUNS,)
    students = roster.load(roster_file) if roster_file else kept_roster.kept(places[0])
    if students is None and form != "folder":
        raise UserError(
            say("--format {name} needs a --roster, which says who handed in which file.", name=form)
        )
    found = results.load_results(places)
    rows = gradebook.build_rows(found, students)
    assignment = headings.kept_title(places[0])
    known = headings.Headings(assignment=assignment, roster=students)
    returned: list[hand_back.Returned] = []

    def pages() -> Iterator[hand_back.Returned]:
        for each in hand_back.render_pages(rows, found, known, translate):
            returned.append(msgspec.structs.replace(each, page=b""))  # All of them are large.
            yield each

    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(unwritable(target, error)) from error
    if form == "moodle":
        outputs.write_file(target / "feedback.zip", hand_back.to_moodle_zip(pages()))
    else:
        for each in pages():
            if form == "folder":
                outputs.write_file(target / each.name, each.page)
            elif hand_back.address(each.student):
                mail = hand_back.to_mail(each, subject, translate)
                outputs.write_file(target / f"{each.name.removesuffix('.html')}.eml", mail)
    if form == "folder":
        outputs.write_file(target / hand_back.MAIL, hand_back.to_mail_csv(returned, translate))
    problems = hand_back.find_problems(rows, form)
    for text in problems:
        warn(text)
    echo(
        say_count(
            "{count} report is in {path}.",
            "{count} reports are in {path}.",
            count=len(returned) - hand_back.left_out(returned, form),
            path=target,
        )
    )
    sys.exit(NOT_JUDGED if problems else PASSED)
