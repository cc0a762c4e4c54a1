"""What the command line's commands say, to whom, and with what they end."""

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, NoReturn

import click

from grader.i18n import LANGUAGES
from grader.model.text import UNTRANSLATED, Text, Translate, printable

if TYPE_CHECKING:
    from rich.console import Console

PASSED, BELOW, USAGE, NOT_JUDGED, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit status. Of several submissions the one that says most counts: NOT_JUDGED, BELOW, PASSED."""

LANG = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    # Read from the arguments before click parses them: see grader.i18n.choose_language.
    expose_value=False,
    help="The language of what is said; by default that of the environment (LANG).",
)
"""What every command has."""


def translation() -> Translate:
    """How what this command line says is taken to its language."""
    context = click.get_current_context(silent=True)
    translate: Translate = context.obj if context and context.obj else UNTRANSLATED
    return translate


def stop(status: int, *texts: Text) -> NoReturn:
    """Complain, and end with ``status``."""
    for text in texts:
        complain(text)
    sys.exit(status)


def complain(text: Text, before: str = "grade: ") -> None:
    """Say something on standard error."""
    # A file's name may hold anything, escape sequences too.
    click.echo(before + printable(text.render(translation())), err=True)


def plain_console(*, stderr: bool = False) -> "Console":
    """What shows text as it is: emoji and markup are off, since it may be a student's."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


class Progress(AbstractContextManager["Progress"]):
    """Says on a terminal what is being done; a pipe hears of long work only."""

    def __init__(self) -> None:
        self._status: Any = nullcontext()
        self._console: Console | None = None

    def say(self, text: Text) -> None:
        """Show what is being done now."""
        if not sys.stderr.isatty():
            return
        if self._console is None:
            self._console = plain_console(stderr=True)
            self._status = self._console.status("")
            self._status.start()
        from rich.text import Text as Styled

        self._status.update(Styled(printable(text.render(translation()))))

    def clear(self) -> None:
        """Take it away, so that something can be printed."""
        if self._console is not None:
            self._status.stop()
            self._console = None

    def __exit__(self, *_: object) -> None:
        self.clear()
