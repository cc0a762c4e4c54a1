"""``grade explain``: describes the checks."""

import difflib
from collections.abc import Sequence
from pathlib import Path

import click

from grader.cli.console import plain_console, translation
from grader.cli.options import checks_option, complete_check, lang_option
from grader.errors import UserError
from grader.model.text import say


@click.command("explain", short_help="Explain what a check requires, and why.")
@click.argument("check", metavar="[CHECK]", required=False, shell_complete=complete_check)
@checks_option
@lang_option
def explain(check: str | None, checks_file: Path | None) -> None:
    """Explain what a check requires, why, and where the lecture teaches it.

    Without CHECK, list all checks.
    """
    from rich.table import Table
    from rich.text import Text as Styled

    from grader.grading import custom_checks
    from grader.report.trimmed import Trimmed

    checks = custom_checks.load(checks_file).checks
    console, translate = plain_console(), translation()
    table = Table.grid(padding=(0, 2))
    if check is None:
        for each in checks:
            table.add_row(each.name, f"{each.points:g}", Styled(each.asks.render(translate)))
        console.print(Trimmed(table))
        return
    found = next((each for each in checks if each.name == check), None)
    if found is None:
        raise _unknown(check, [each.name for each in checks])
    for label, text in (
        (say("check"), say("{name}", name=found.name)),
        (say("points"), say("{points:g}", points=found.points)),
        (say("needs"), say("{names}", names=", ".join(found.needs) or "–")),
        (say("requires"), found.asks),
        (say("why"), found.why),
        (say("lesson"), found.lesson),
    ):
        table.add_row(label.render(translate), Styled(text.render(translate)))
    console.print(Trimmed(table))


def _unknown(check: str, known: Sequence[str]) -> UserError:
    for nearest in difflib.get_close_matches(check, known, n=1, cutoff=0.7):
        return UserError(
            say("There is no check {name}.", name=repr(check)),
            say("Did you mean `grade {command}`?", command=f"explain {nearest}"),
        )
    return UserError(
        say(
            "There is no check {name}. The checks are: {names}.",
            name=repr(check),
            names=", ".join(known),
        )
    )
