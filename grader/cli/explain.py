"""``grade explain``: describes the checks."""

from pathlib import Path

import click

from grader.cli.console import plain_console, translation
from grader.cli.options import checks_option, complete_check, lang_option
from grader.model.text import say


@click.command("explain", short_help="Explain what a check requires, and why.")
@click.argument("check", metavar="[CHECK]", required=False, shell_complete=complete_check)
@checks_option
@lang_option
def explain(check: str | None, checks_file: Path | None) -> None:
    """Explain what a check requires, why, and where the lecture teaches it.

    Without CHECK, list all checks.
    """
    from rich.console import Group, RenderableType
    from rich.table import Table

    from grader.cli.check_names import find_check
    from grader.grading import custom_checks
    from grader.report.terminal.parts import Parts
    from grader.report.titles import full_title, full_titles, identifier, title
    from grader.report.trimmed import Trimmed

    checks = custom_checks.load(checks_file).checks
    console, translate = plain_console(), translation()
    parts = Parts(translate)
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    if check is None:
        for each in checks:
            asks: RenderableType = parts.plain(each.asks)
            if identifier(each.name, translate):
                asks = Group(parts.plain(title(each.name), "bold"), asks)
            table.add_row(each.name, f"{each.points:g}", asks)
        console.print(Trimmed(table))
        return
    found = find_check(check, checks, "explain")
    for label, text in (
        (say("check"), full_title(found.name, translate)),
        (say("worth"), say("{points:g}", points=found.points)),
        (say("needs"), say("{names}", names=full_titles(found.needs, translate) or "–")),
        (say("requires"), found.asks),
        (say("why"), found.why),
        (say("lesson"), found.lesson),
    ):
        table.add_row(parts.plain(label), parts.plain(text))
    console.print(Trimmed(table))
