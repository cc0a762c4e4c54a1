"""Where reports go: the screen, the files of ``--format NAME=FILE``, and the pages beside runs."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import click
import msgspec

from grader import atomic, bounded
from grader.cli.console import echo, echo_bytes, plain_console, translation, warn
from grader.cli.options import LANG_GIVEN
from grader.errors import MachineError, UserError, unwritable
from grader.i18n import LANGUAGES, translator
from grader.model.report import Report
from grader.model.text import Translate, names, say
from grader.report.formats import FORMATS, Format

STDOUT = "-"


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """One format, and the file it is written to."""

    name: str
    path: str
    """``-``: standard output."""

    @property
    def format(self) -> Format:
        """How it is rendered."""
        return FORMATS[self.name]


def parse(arguments: Iterable[str]) -> tuple[Output, ...]:
    """Parse the values of ``--format``.

    Raises:
        UserError: one is neither NAME=FILE with a known format nor the name of one that is printed,
            or two name the same file.
    """
    found: list[Output] = []
    for text in arguments:
        name, equals, path = text.partition("=")
        if name in FORMATS and FORMATS[name].printed and not equals:
            path = STDOUT
        if name not in FORMATS or not path:
            raise UserError(
                say(
                    "--format {text}: give one of {formats} and a file, as in junit=report.xml, or "
                    "give {printed}.",
                    text=text,
                    formats=names(n for n, each in FORMATS.items() if not each.printed),
                    printed=names(n for n, each in FORMATS.items() if each.printed),
                )
            )
        if any(other.path == path for other in found):
            raise UserError(say("--format: two formats cannot be written to {path}.", path=path))
        found.append(Output(name=name, path=path))
    return tuple(found)


def check(outputs: Iterable[Output], submissions: int) -> None:
    """Check, before anything runs, that the formats can hold so many submissions.

    Raises:
        UserError: a format holds one submission only.
    """
    for output in outputs:
        if output.format.single and submissions != 1:
            raise UserError(
                say(
                    "--format {name} takes one submission, but there are {count}.",
                    name=output.name,
                    count=submissions,
                )
            )


def write(outputs: Iterable[Output], reports: Sequence[Report], translate: Translate) -> None:
    """Write all ``reports`` in each format. A file appears whole or not at all.

    Raises:
        MachineError: a file cannot be written.
    """
    for output in outputs:
        data = output.format.render(reports, translate)
        if output.path == STDOUT:
            echo_bytes(data)
        else:
            write_file(Path(output.path), data)


def write_file(path: Path, data: bytes) -> None:
    """Write a file that the user named; it appears whole or not at all.

    A device or a pipe, ``/dev/stdout`` for example, is written to and stays what it is.

    Raises:
        MachineError: it cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            atomic.write(path.resolve(), data)
    except OSError as error:
        raise MachineError(unwritable(path, error)) from error


def uses_stdout(outputs: Iterable[Output]) -> bool:
    """Whether one of ``outputs`` is standard output, so that nothing else may be printed there."""
    return any(each.path == STDOUT for each in outputs)


def print_report(report: Report, *, as_json: bool, verbose: bool, several: bool) -> None:
    """Print a report.

    Args:
        verbose: the full one, if it is text.
        several: whether others follow: JSON is then on one line, text ends with a blank line.
    """
    if as_json:
        from grader.report import json

        click.echo(json.render(report, translation(), lines=several), nl=False)
        return
    from grader.report import terminal

    console = plain_console()
    terminal.show(report, console, translation(), verbose=verbose)
    if several:
        console.print()


def page_translation(page: Path) -> Translate:
    """How to translate what replaces ``page``. A page stays in its language, unless ``--lang`` asks
    for another; a new one is in that of the command."""
    from grader.report import html

    context = click.get_current_context(silent=True)
    if context is None or context.meta.get(LANG_GIVEN):
        return translation()
    with suppress(OSError), bounded.open_regular(page, html.LARGEST) as file:
        language = html.language_of(file.read(html.HEAD))
        if language in LANGUAGES:
            return translator(language)
    return translation()


def save_page(report: Report) -> None:
    """Store the report as an HTML page in its run, with the decisions of this moment; a failure is
    only reported."""
    from grader.classroom import headings
    from grader.report import html
    from grader.runs import decisions
    from grader.runs.run import Run, RunError

    run = Run(Path(report.run))
    folder = run.path.resolve().parent
    try:
        with decisions.changing(folder):
            report = decisions.apply(report, report.sha256, decisions.load(folder))
            heading = headings.load(folder).of(report.submission)
            run.save_page(html.render(report, page_translation(run.page), heading))
    except RunError as error:
        warn(error.what, error.remedy)


def write_class_page(runs_folder: Path, *, silent: bool) -> None:
    """Write the class's page and print where it is; a failure is only reported.

    Args:
        silent: do not print where it is.
    """
    from grader.classroom import class_page
    from grader.runs.run import RunError

    try:
        path = class_page.write_page(runs_folder, translation())
    except RunError as error:
        warn(error.what, error.remedy)
        return
    if not silent:
        echo(say("Class page: {path}", path=path))


def refresh_class_page(runs_folder: Path) -> None:
    """Write the class's page again if there is one; a failure is only reported."""
    from grader.classroom import class_page
    from grader.runs.run import RunError

    try:
        class_page.refresh_page(runs_folder, page_translation(runs_folder / class_page.NAME))
    except RunError as error:
        warn(error.what, error.remedy)
