"""``grade init``: writes the settings of a class, to be filled in."""

from pathlib import Path

import click

from grader.cli.console import echo
from grader.cli.options import lang_option
from grader.errors import UserError, unwritable
from grader.model.text import say


@click.command("init", short_help="Write a class.toml: the settings of a class.")
@click.argument(
    "folder", metavar="[FOLDER]", default=Path(), required=False, type=click.Path(path_type=Path)
)
@lang_option
def init(folder: Path) -> None:
    """Write a class.toml into the folder of a class, with every setting explained."""
    from grader.classroom.settings import NAME, TEMPLATE

    path = folder / NAME
    try:
        # x: what a teacher has written is never overwritten.
        with path.open("x", encoding="utf-8") as file:
            file.write(TEMPLATE)
    except FileExistsError as error:
        raise UserError(
            say("There is already a {path}.", path=path), say("Edit it, or remove it first.")
        ) from error
    except FileNotFoundError as error:
        raise UserError(say("There is no folder {path}.", path=folder)) from error
    except OSError as error:
        raise UserError(unwritable(path, error)) from error
    echo(say("Settings: {path}", path=path))
