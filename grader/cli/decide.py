"""``grade decide``: records a teacher's decision about one check of one program."""

from pathlib import Path

import click

from grader.cli.console import echo, translation
from grader.cli.options import complete_check, lang_option
from grader.errors import UserError
from grader.model.text import say


def _stripped(_context: click.Context, option: click.Parameter, text: str) -> str:
    if not text.strip():
        raise UserError(say("{option} is empty.", option=option.opts[0]))
    return text.strip()


@click.command("decide", short_help="Override the outcome of a check for one program.")
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@click.argument("check", metavar="CHECK", shell_complete=complete_check)
@click.argument("value", metavar="pass|fail|POINTS")
@click.option(
    "--reason",
    metavar="TEXT",
    required=True,
    callback=_stripped,
    help="Why; every report shows it.",
)
@click.option(
    "--by",
    metavar="NAME",
    required=True,
    callback=_stripped,
    help="Who decides; every report shows it.",
)
@lang_option
def decide(run_folder: Path, check: str, value: str, reason: str, by: str) -> None:
    """Override the outcome of a check, for this version of a program only.

    The decision is stored in overrides.toml beside the run, and applies whenever this version of
    the program is graded again. The run itself does not change.
    """
    from grader.classroom.decide import record_decision
    from grader.cli import outputs
    from grader.report.labels import format_decision, format_score
    from grader.report.titles import full_titles, title
    from grader.runs import decisions
    from grader.runs.run import Run

    run = Run(run_folder)
    translate = outputs.page_translation(run.page)
    report = record_decision(run, check, value, reason=reason, by=by, translate=translate)
    outputs.refresh_class_page(run.path.resolve().parent)
    entry = next(each for each in report.entries if each.name == check)
    echo(
        say(
            "{submission}: {check}: {decision}. Now {points}.",
            submission=report.submission,
            check=title(check),
            decision=format_decision(entry) or "–",
            points=format_score(report),
        )
    )
    if skipped := decisions.still_skipped(report, check):
        echo(
            say(
                "Still skipped, because the checks that they need were recorded as failed: "
                "{checks}. Decide each of them.",
                checks=full_titles(skipped, translation()),
            )
        )
