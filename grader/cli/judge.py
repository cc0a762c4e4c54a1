"""``grade judge``: judges stored runs again."""

import sys
from pathlib import Path

import click

from grader.cli.console import reports_status, translation, warn
from grader.cli.options import (
    checks_option,
    format_option,
    json_option,
    lang_option,
    rubric_option,
    verbose_option,
)
from grader.errors import UserError
from grader.model.text import say


@click.command("judge")
@click.argument("runs", metavar="RUN…", nargs=-1, required=True, type=click.Path(path_type=Path))
@verbose_option
@json_option
@format_option
@checks_option
@rubric_option
@lang_option
def judge(
    runs: tuple[Path, ...],
    verbose: bool,
    as_json: bool,
    formats: tuple[str, ...],
    checks_file: Path | None,
    rubric_file: Path | None,
) -> None:
    """Judge stored runs again, without running the programs."""
    from grader.cli import outputs
    from grader.cli.class_table import ClassTable
    from grader.cli.grade_class import not_judged
    from grader.grading import custom_checks, pipeline
    from grader.grading.rubric_file import load_rubric
    from grader.grading.unjudged import unjudged_report
    from grader.model.rubric import Rubric
    from grader.runs.run import Run, RunError

    checks = custom_checks.load(checks_file)
    rubric = None if rubric_file is None else load_rubric(rubric_file, checks.checks)
    files = outputs.parse(formats)
    outputs.check(files, len(runs))
    for path in runs:
        if not path.is_dir():
            raise UserError(say("There is no run {path}.", path=path))
    reports = []
    table = ClassTable(path.name for path in runs)
    for path in runs:
        try:
            report = pipeline.judge_run(Run(path), rubric, checks=checks)
        except RunError as error:
            name = Run(path).name
            report = unjudged_report(
                name, error.what, rubric=rubric or Rubric(), checks=checks, run=str(path)
            )
            warn(not_judged(name, error), error.remedy)
            lost = True
        else:
            outputs.save_page(report)
            lost = False
        if outputs.uses_stdout(files):
            pass
        elif len(runs) > 1 and not as_json and not verbose:
            table.show(report)
        elif as_json or not lost:
            outputs.print_report(report, as_json=as_json, verbose=verbose, several=len(runs) > 1)
        reports.append(report)
    for folder in dict.fromkeys(path.resolve().parent for path in runs):
        outputs.refresh_class_page(folder)
    outputs.write(files, reports, translation())
    sys.exit(reports_status(reports))
