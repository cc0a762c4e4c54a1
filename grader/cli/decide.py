"""``grade decide``: records a teacher's decision about one program, or about one mistake."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from grader.cli.console import echo, translation
from grader.cli.options import complete_check, lang_option, runs_option
from grader.errors import UserError
from grader.model.text import Text, names, say, say_count

if TYPE_CHECKING:
    from grader.classroom.decide import Author
    from grader.model.report import Report
    from grader.runs.run import Run


def _stripped(_context: click.Context, option: click.Parameter, text: str | None) -> str | None:
    if text is not None and not text.strip():
        raise UserError(say("{option} is empty.", option=option.opts[0]))
    return text.strip() if text else None


def _complete(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    if context.params.get("words") or context.params.get("mistake"):
        return complete_check(context, parameter, incomplete)
    return [CompletionItem(incomplete, type="file")]


@click.command("decide", short_help="Override the outcome of a check for one program.")
@click.argument(
    "words", metavar="NAME|RUN [CHECK [pass|fail|POINTS]]", nargs=-1, shell_complete=_complete
)
@click.option(
    "--mistake",
    metavar="N",
    help="Instead of NAME: decide for all who made this mistake, now and later. N is its number "
    "on the class's page.",
)
@click.option(
    "--adjust",
    metavar="POINTS",
    type=click.FloatRange(-1000, 1000),
    help="Without CHECK: points for the whole, such as -10 for a late submission.",
)
@click.option(
    "--comment", metavar="TEXT", callback=_stripped, help="Without CHECK: comment on the whole."
)
@click.option("--undo", is_flag=True, help="Take back the last decision about CHECK or the whole.")
@click.option("--reason", metavar="TEXT", callback=_stripped, help="Why; every report shows it.")
@click.option(
    "--by",
    metavar="NAME",
    callback=_stripped,
    help="Who decides; every report shows it. By default the name that git knows, else the "
    "account's.",
)
@runs_option("Where the runs are.")
@lang_option
def decide(
    words: tuple[str, ...],
    mistake: str | None,
    adjust: float | None,
    comment: str | None,
    undo: bool,
    reason: str | None,
    by: str | None,
    runs_folder: Path,
) -> None:
    """Override the outcome of a check, for this version of a program only.

    NAME is the submission's; its run that counts is in --runs. The decision is stored in
    overrides.toml beside the runs, and applies whenever this version of the program is graded
    again. All its reports and pages change at once; what was recorded does not.

    Without CHECK, --adjust and --comment concern the program as a whole.
    """
    from grader.classroom.decide import Author, find_run
    from grader.cli import outputs
    from grader.cli.author import author

    if (adjust is not None or comment) and (undo or mistake):
        raise UserError(say("--adjust and --comment concern one program, and nothing else."))
    example, count = _EXAMPLES["decide"], {3}
    if undo:
        example, count = _EXAMPLES["undo"], {1, 2}
    elif mistake:
        example, count = _EXAMPLES["mistake"], {2}
    elif adjust is not None or comment:
        example, count = _EXAMPLES["adjust"], {1}
    if len(words) not in count:
        raise UserError(
            say("{count} words are given, which is not what this form takes.", count=len(words)),
            say("For example: `{command}`", command=example),
        )
    if not (reason or comment or undo):
        raise UserError(say("--reason is missing: every report shows it."))
    who = by or author()
    if not who:
        raise UserError(say("Nobody knows who decides: name yourself with --by."))
    said = Author(by=who, reason=reason or comment or "")
    if mistake:
        _decide_mistake(runs_folder, mistake, words[0], words[1], said)
        outputs.refresh_class_page(runs_folder)
        return
    run = find_run(words[0], runs_folder)
    if undo:
        _undo(run, words[1] if len(words) > 1 else None, said)
    elif len(words) == 1:
        _adjust(run, adjust, comment, said)
    else:
        _decide_check(run, words[1], words[2], said)
    outputs.refresh_class_page(run.path.resolve().parent)


_EXAMPLES = {
    "decide": 'grade decide zhang.py departure pass --reason "seen in class"',
    "mistake": 'grade decide --mistake 2 departure pass --reason "seen in class"',
    "adjust": 'grade decide zhang.py --adjust -10 --reason "a day late"',
    "undo": "grade decide zhang.py departure --undo",
}


def _decide_check(run: "Run", check: str, value: str, said: "Author") -> None:
    from grader.classroom.decide import decide_check, mates
    from grader.cli.outputs import page_translation
    from grader.report.labels import format_decision, format_score
    from grader.report.titles import full_titles, title
    from grader.runs import decisions
    from grader.runs.run import RunError

    report = decide_check(run, check, value, said, page_translation)
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
    with suppress(RunError):
        others, mistake = mates(run, check)
        if others:
            echo(
                say_count(
                    "{count} other submission made the same mistake: {submissions}. `grade decide "
                    "--mistake {mistake} {check} {value} --reason …` decides for all.",
                    "{count} other submissions made the same mistake: {submissions}. `grade decide "
                    "--mistake {mistake} {check} {value} --reason …` decides for all.",
                    count=len(others),
                    submissions=names(others),
                    mistake=mistake,
                    check=check,
                    value=value,
                )
            )


def _decide_mistake(
    runs_folder: Path, mistake: str, check: str, value: str, said: "Author"
) -> None:
    from grader.classroom.decide import decide_mistake
    from grader.cli.outputs import page_translation
    from grader.report.titles import title

    found = decide_mistake(runs_folder, mistake, check, value, said, page_translation)
    echo(
        say_count(
            "{check} is decided for {count} submission that made this mistake: {submissions}.",
            "{check} is decided for {count} submissions that made this mistake: {submissions}.",
            count=len(found),
            check=title(check),
            submissions=names(found),
        )
    )


def _adjust(run: "Run", adjust: float | None, comment: str | None, said: "Author") -> None:
    from grader.classroom.decide import Author
    from grader.classroom.decide import adjust as adjust_points
    from grader.cli.outputs import page_translation
    from grader.report.labels import format_adjustment

    if adjust is not None:
        report = adjust_points(run, adjust, said, page_translation)
    if comment and (adjust is None or comment != said.reason):
        report = adjust_points(run, 0, Author(by=said.by, reason=comment), page_translation)
    for each in report.adjustments[-1:]:
        _show_points(report, format_adjustment(each))


def _undo(run: "Run", check: str | None, said: "Author") -> None:
    from grader.classroom.decide import undo
    from grader.cli.outputs import page_translation
    from grader.runs.overrides import Rule

    item, report = undo(run, check, said, page_translation)
    taken_back = say("the decision of {who} no longer counts", who=item.by)
    if isinstance(item, Rule):
        taken_back = say(
            "the decision of {who} about all with this mistake no longer counts", who=item.by
        )
    _show_points(report, taken_back)


def _show_points(report: "Report", what: Text) -> None:
    from grader.report.labels import format_score

    echo(
        say(
            "{submission}: {what}. Now {points}.",
            submission=report.submission,
            what=what,
            points=format_score(report),
        )
    )
