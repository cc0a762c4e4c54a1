"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import click
from click.shell_completion import CompletionItem

from grader.i18n import LANGUAGES
from grader.model.text import UNTRANSLATED
from grader.sandbox import SandboxName

SANDBOX_NAMES: tuple[SandboxName, ...] = get_args(SandboxName)
"""What ``--sandbox`` takes."""

RUNS = Path("runs")
"""Where runs are stored unless ``--runs`` names another folder."""

LANG_GIVEN = f"{__name__}.lang_given"
"""In a context's ``meta``: whether ``--lang`` was given."""


def _note_lang(context: click.Context, _option: click.Parameter, language: str | None) -> None:
    context.meta[LANG_GIVEN] = language is not None or context.meta.get(LANG_GIVEN, False)


lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    # grader.i18n.choose_language reads it earlier, so that usage errors are translated too.
    expose_value=False,
    callback=_note_lang,
    help="Language of all output; by default from the environment (LANG).",
)

rubric_option = click.option(
    "--rubric",
    "rubric_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Points, accepted multiplexers, limits, pass mark (TOML).",
)

checks_option = click.option(
    "--checks",
    "checks_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A Python file with your own checks; it is executed. See docs/writing-checks.md.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")

verbose_option = click.option(
    "--verbose", "-v", is_flag=True, help="Print a row and an explanation for each check."
)


def complete_format(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The formats whose names begin with ``incomplete``; behind most, a file is to follow."""
    from grader.report.formats import FORMATS

    values = (name if each.printed else f"{name}=" for name, each in FORMATS.items())
    return [CompletionItem(value) for value in values if value.startswith(incomplete)]


format_option = click.option(
    "--format",
    "formats",
    shell_complete=complete_format,
    metavar="NAME=FILE",
    multiple=True,
    help="Also write the report to a file; NAME: html, json, junit, markdown, gradescope. 'editor' "
    "prints lines that editors read: file:line:column: error: message.",
)

main_option = click.option(
    "--main",
    metavar="NAME",
    default="",
    help="The file that is run in a folder of several programs.",
)

seed_option = click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(0, 2**63 - 1),
    help="Seed of the texts that clients send; random by default.",
)


def complete_check(
    context: click.Context,
    _parameter: click.Parameter,
    incomplete: str,
) -> list[CompletionItem]:
    """The checks whose names begin with ``incomplete``, each with what it requires."""
    from grader.checks import CHECKS

    return [
        CompletionItem(check.name, help=check.asks.render(context.obj or UNTRANSLATED))
        for check in CHECKS
        if check.name.startswith(incomplete)
    ]


def runs_option(description: str) -> Callable[[Any], Any]:
    """``--runs DIR``, with ``description`` as its help."""
    return click.option(
        "--runs",
        "runs_folder",
        metavar="DIR",
        type=click.Path(path_type=Path),
        default=RUNS,
        show_default=True,
        help=description,
    )


def sandbox_option(description: str) -> Callable[[Any], Any]:
    """``--sandbox NAME``, with ``description`` as its help."""
    return click.option(
        "--sandbox",
        "sandbox_name",
        type=click.Choice(SANDBOX_NAMES),
        default="auto",
        show_default=True,
        help=description,
    )
