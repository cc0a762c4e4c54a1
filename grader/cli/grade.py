"""``grade PATH…``: grades submissions."""

import sys
from pathlib import Path

import click

from grader.cli.default_command import DEFAULT, DefaultCommand
from grader.cli.options import (
    checks_option,
    complete_check,
    format_option,
    json_option,
    lang_option,
    main_option,
    rubric_option,
    runs_option,
    sandbox_option,
    seed_option,
    verbose_option,
)
from grader.sandbox import SandboxName


@click.command(DEFAULT, cls=DefaultCommand, hidden=True)
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--only",
    metavar="CHECK",
    multiple=True,
    shell_complete=complete_check,
    help="Play only what this check needs: no grade. May be given several times.",
)
@click.option(
    "--watch", is_flag=True, help="Grade again whenever the program is saved; Ctrl-C ends it."
)
@main_option
@verbose_option
@json_option
@format_option
@checks_option
@rubric_option
@seed_option
@click.option(
    "--roster",
    "roster_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The class, of which those who have handed in nothing are listed; by default "
    "CLASS/roster.csv.",
)
@runs_option("Where runs are stored.")
@sandbox_option(
    "'auto' is docker, else namespaces; 'none' runs programs unprotected: for your own only."
)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1, 256),
    help="How many submissions run at once; by default as many as this machine can handle.",
)
@click.option("--fresh", is_flag=True, help="Run again even if an earlier run could be used.")
@lang_option
def submission(
    paths: tuple[Path, ...],
    only: tuple[str, ...],
    watch: bool,
    main: str,
    verbose: bool,
    as_json: bool,
    formats: tuple[str, ...],
    checks_file: Path | None,
    rubric_file: Path | None,
    seed: int | None,
    roster_file: Path | None,
    runs_folder: Path,
    sandbox_name: SandboxName,
    jobs: int | None,
    fresh: bool,
) -> None:
    """Grade submissions."""
    from grader.classroom.headings import keep_title
    from grader.cli import outputs
    from grader.cli.grade_options import GradeOptions, class_settings, read_roster
    from grader.cli.grade_paths import grade
    from grader.grading import custom_checks
    from grader.grading.rubric_file import load_rubric
    from grader.model.rubric import Rubric

    settings = class_settings(paths)
    rubric_file = rubric_file or settings.rubric
    checks = custom_checks.load(checks_file)
    options = GradeOptions(
        rubric=Rubric() if rubric_file is None else load_rubric(rubric_file, checks.checks),
        checks=checks,
        main=main or settings.main,
        sections=settings.sections,
        seed=seed,
        roster=read_roster(roster_file or settings.roster, paths, runs_folder),
        runs_folder=runs_folder,
        sandbox=sandbox_name,
        as_json=as_json,
        verbose=verbose,
        outputs=outputs.parse(formats),
        jobs=jobs,
        fresh=fresh,
        watched=watch,
    )
    if settings.title is not None and not only:
        keep_title(settings.title, runs_folder)
    if watch:
        from grader.cli import grade_watch

        grade_watch.watch(paths, only, options)
    if only:
        from grader.cli.grade_only import grade_checks

        sys.exit(grade_checks(paths, only, options))
    sys.exit(grade(paths, options))
