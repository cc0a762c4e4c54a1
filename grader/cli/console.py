"""Talks to the user: results on standard output, messages on standard error, exit statuses."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from grader.errors import MachineError, UserError
from grader.model.text import UNTRANSLATED, Text, Translate, printable

if TYPE_CHECKING:
    from rich.console import Console

    from grader.model.report import Report

PASSED, BELOW, USAGE, NOT_JUDGED, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit statuses. Of several submissions the most severe counts: NOT_JUDGED, BELOW, PASSED."""


def translation() -> Translate:
    """How to translate what the current command prints."""
    context = click.get_current_context(silent=True)
    translate: Translate = context.obj if context and context.obj else UNTRANSLATED
    return translate


def echo(text: Text) -> None:
    """Print a line on standard output."""
    click.echo(printable(text.render(translation())))


def echo_bytes(data: bytes) -> None:
    """Write ``data`` to standard output as it is, after what was printed before."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def warn(what: Text, remedy: Text | None = None) -> None:
    """Print a message on standard error and, on a line of its own, what to do about it."""
    click.echo(format_message(what, remedy, translation()), err=True)


def format_message(what: Text, remedy: Text | None, translate: Translate) -> str:
    """A message as :func:`warn` prints it. Escape sequences in file names are made visible."""
    lines = [f"grade: {printable(what.render(translate))}"]
    if remedy is not None:
        lines.append(f"       → {printable(remedy.render(translate))}")
    return "\n".join(lines)


def error_status(error: UserError) -> int:
    """The exit status of a command that ``error`` ended."""
    return NOT_JUDGED if isinstance(error, MachineError) else USAGE


def reports_status(reports: Iterable["Report"]) -> int:
    """The exit status of a command that made ``reports``."""
    verdicts = {report.verdict for report in reports}
    if "not-judged" in verdicts:
        return NOT_JUDGED
    return BELOW if "below" in verdicts else PASSED


def plain_console(*, stderr: bool = False, width: int | None = None) -> "Console":
    """A console without markup, emoji and highlighting: what it prints may be a student's text.

    Args:
        width: its columns; None: those of the terminal, and 80 where there is none.
    """
    from rich.console import Console

    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)
