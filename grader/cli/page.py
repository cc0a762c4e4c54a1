"""``grade site``: writes the page of a class."""

from pathlib import Path

import click

from grader.cli.console import echo, translation
from grader.cli.options import RUNS, lang_option
from grader.model.text import say


@click.command("site")
@click.argument(
    "folder", metavar="[RUNS]", default=RUNS, required=False, type=click.Path(path_type=Path)
)
@lang_option
def site(folder: Path) -> None:
    """Write the class's page, index.html in a folder of runs.

    It lists all submissions with links to their reports, and shows how the points are
    distributed, which mistakes are shared, and which programs are similar. Nothing is run again,
    and no outcome changes.
    """
    from grader.classroom import class_page

    path = class_page.write_page(folder, translation())
    echo(say("Class page: {path}", path=path))
