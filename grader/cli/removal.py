"""``grade forget`` and ``grade clean``: remove runs."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.console import echo, translation, warn
from grader.cli.options import RUNS, lang_option, runs_option
from grader.errors import UserError
from grader.model.text import printable, say, say_count

if TYPE_CHECKING:
    from grader.classroom.removal import Removal

yes_option = click.option("--yes", is_flag=True, help="Remove them; without it, only list them.")


@click.command("forget", short_help="Remove all runs of a student.")
@click.argument("name", metavar="NAME")
@yes_option
@runs_option("Where runs are stored.")
@lang_option
def forget(name: str, yes: bool, runs_folder: Path) -> None:
    """Remove all runs of a submission, and with them its program and its reports."""
    from grader.classroom import removal
    from grader.runs.overrides import NAME

    found = removal.runs_of(runs_folder, name)
    if not found.runs:
        raise UserError(say("There is no run of {name} in {path}.", name=name, path=runs_folder))
    _remove(runs_folder, found, yes=yes)
    if (runs_folder / NAME).exists():
        warn(
            say(
                "Decisions stay: edit {path} if it names {name}.",
                path=runs_folder / NAME,
                name=name,
            )
        )


@click.command("clean", short_help="Remove runs that no longer count.")
@click.argument(
    "folder", metavar="[RUNS]", default=RUNS, required=False, type=click.Path(path_type=Path)
)
@yes_option
@lang_option
def clean(folder: Path, yes: bool) -> None:
    """Remove runs that no longer count: earlier ones of a submission that was graded again, and
    those for some checks only. What the gradebook and the class's page show stays."""
    from grader.classroom import removal

    _remove(folder, removal.superseded(folder), yes=yes)


def _remove(folder: Path, found: "Removal", *, yes: bool) -> None:
    from grader.classroom import class_page, removal

    for path in found.runs:
        click.echo(printable(str(path)))
    sizes = {"size": f"{found.size / 1e6:.1f}", "kept": f"{found.kept / 1e6:.1f}"}
    if not yes:
        echo(
            say_count(
                "{count} run to remove, with {size} MB; {kept} MB stay. Nothing was removed: add "
                "--yes.",
                "{count} runs to remove, with {size} MB; {kept} MB stay. Nothing was removed: add "
                "--yes.",
                count=len(found.runs),
                **sizes,
            )
        )
        return
    removal.remove(folder, found)
    if any(folder.glob("*/versions.json")):
        class_page.refresh_page(folder, translation())
    else:
        (folder / class_page.NAME).unlink(missing_ok=True)
    echo(
        say_count(
            "{count} run removed, with {size} MB; {kept} MB stay.",
            "{count} runs removed, with {size} MB; {kept} MB stay.",
            count=len(found.runs),
            **sizes,
        )
    )
