"""``grade --only CHECK FILE``: plays what some checks need, and prints their outcomes only."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from grader.cli import outputs
from grader.cli.check_names import find_check
from grader.cli.console import BELOW, PASSED, plain_console, translation
from grader.cli.grade_class import not_judged
from grader.cli.grade_options import (
    GradeOptions,
    class_settings,
    find_submissions,
    located,
    open_for,
)
from grader.errors import MachineError, UserError
from grader.grading.custom_checks import CheckSet
from grader.grading.partial import PartialResult, grade_only, refuse_only
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.model.text import say
from grader.model.vocabulary import ScenarioName
from grader.report.terminal.partial import render
from grader.sandbox import Sandbox, SandboxError, SandboxName
from grader.submissions.submission import Submission


def grade_checks(paths: Sequence[Path], names: Sequence[str], options: GradeOptions) -> int:
    """Play what the checks with these ``names`` need, print them, return the exit status.

    Raises:
        UserError: there is no such check, ``paths`` are not one submission, or it was lost.
    """
    names = asked_checks(names, options)
    found = find_submissions(paths, options)
    if len(found) != 1:
        raise UserError(
            say("--only takes one program, but there are {count}.", count=len(found)),
            say("Name one file."),
        )
    result = play_checks(found[0], names, options)
    show_checks(result, options)
    return PASSED if result.passed else BELOW


def asked_checks(names: Sequence[str], options: GradeOptions) -> tuple[str, ...]:
    """The identifiers of the checks that ``--only`` names by these or by their titles. Whether it
    can be done is known before anything runs.

    Raises:
        UserError: there is no such check, or a format takes a whole report.
    """
    found = tuple(find_check(name, options.checks.checks, "--only").name for name in names)
    if options.as_json or not all(each.format.printed for each in options.outputs):
        raise UserError(
            say("--only makes no report, so it has no --json and no --format but editor."),
            say("Without --only, all checks are judged."),
        )
    return found


def show_checks(result: PartialResult, options: GradeOptions) -> None:
    """Print the outcomes of some checks, in the form that is asked for."""
    outputs.write(options.outputs, [result.report], translation())
    if not outputs.uses_stdout(options.outputs):
        plain_console().print(render(result.report, result.checks, translation()))


def play_checks(
    submission: Submission,
    names: Sequence[str],
    options: GradeOptions,
    sandbox: Sandbox | None = None,
) -> PartialResult:
    """Play what the checks with these ``names`` need.

    Args:
        sandbox: None: open the one that ``options`` name.

    Raises:
        MachineError: the run was lost.
    """
    result = _result(submission, names, options, sandbox)
    report = located(result.report, submission)
    return msgspec.structs.replace(result, report=report)


def _result(
    submission: Submission,
    names: Sequence[str],
    options: GradeOptions,
    sandbox: Sandbox | None = None,
    scenario: ScenarioName | None = None,
) -> PartialResult:
    if submission.refused:
        return refuse_only(submission, names, rubric=options.rubric, checks=options.checks)
    with options.status_line() as status:
        try:
            return grade_only(
                submission,
                names,
                rubric=options.rubric,
                seed=options.seed,
                sandbox=sandbox or open_for(options, status),
                folder=options.runs_folder,
                progress=status.show,
                checks=options.checks,
                scenarios=(scenario,) if scenario else None,
            )
        except SandboxError as error:
            raise MachineError(not_judged(submission.name, error), error.remedy) from error


def play_scenario(
    path: Path,
    scenario: ScenarioName | None,
    runs_folder: Path,
    sandbox: SandboxName,
    main: str = "",
) -> Report:
    """Play ``scenario`` (None: all) with the program at ``path``: a report with its timeline, which
    is no grade.

    Raises:
        UserError: ``path`` is not one program that can be run, or the run was lost.
    """
    checks = CheckSet()
    options = GradeOptions(
        rubric=Rubric(),
        seed=None,
        runs_folder=runs_folder,
        sandbox=sandbox,
        as_json=False,
        jobs=None,
        fresh=False,
        checks=checks,
        main=main or class_settings([path]).main,
    )
    found = find_submissions([path], options)
    if len(found) != 1 or found[0].refused:
        raise UserError(say("There is no single program to run in {path}.", path=path))
    names = [
        check.name
        for check in checks.checks
        if scenario is None or scenario in (check.scenarios or ())
    ]
    return _result(found[0], names or ["starts"], options, scenario=scenario).whole
