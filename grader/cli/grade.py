"""What ``grade PATH…`` and ``grade judge`` do: find, grade, judge, show."""

from collections.abc import Callable, Sequence
from pathlib import Path

import click
import msgspec

from grader.classroom import results
from grader.cli import grade_class
from grader.cli import outputs as output
from grader.cli.console import (
    BELOW,
    NOT_JUDGED,
    PASSED,
    USAGE,
    Progress,
    complain,
    plain_console,
    stop,
    translation,
)
from grader.cli.outputs import Output
from grader.grading import custom_checks, pipeline, rubric_file, scheduler
from grader.grading.custom_checks import Checks
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.model.text import Text, printable, say
from grader.runs import decisions, run
from grader.runs.run import RunError
from grader.sandbox import Sandbox, SandboxError
from grader.submissions import discovery
from grader.submissions import submission as submissions
from grader.submissions.submission import Submission, SubmissionError


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks for, besides the submissions."""

    rubric: Rubric
    seed: int | None
    """None: a new one for each submission."""
    runs_folder: Path
    sandbox: str
    as_json: bool
    jobs: int | None
    """How many at once; None: as many as the machine bears."""
    fresh: bool
    """Whether to run again what has been run before."""
    outputs: tuple[Output, ...] = ()
    checks: Checks = Checks()


def grade(paths: Sequence[Path], asked: Asked) -> int:
    """Grade what ``paths`` stand for, show it, and return the exit status."""
    found, complete = _find(paths, asked.runs_folder)
    if not found:
        return USAGE
    _see_decisions(asked.runs_folder, found)
    alone = complete and len(found) == 1
    reports: list[Report] = []
    try:
        output.check(asked.outputs, len(found))
        if alone:
            ended = _grade_one(found[0], asked, reports.append)
        else:
            ended = _grade_class(found, asked, reports.append)
        reports.sort(key=lambda report: report.submission)
        output.write(asked.outputs, reports, translation())
    except output.OutputError as error:
        stop(NOT_JUDGED if reports else USAGE, error.what)
    except SandboxError as error:
        _note(say("Nothing was judged. {why}", why=error.what), error.remedy)
        return NOT_JUDGED
    return ended if complete else USAGE


def judge(
    paths: Sequence[Path],
    rubric: Rubric | None,
    as_json: bool,
    outputs: tuple[Output, ...],
    checks: Checks,
) -> int:
    """Judge stored runs again (``rubric`` None: each by its own), show it, and return the exit
    status."""
    reports = []
    try:
        output.check(outputs, len(paths))
    except output.OutputError as error:
        stop(USAGE, error.what)
    for path in paths:
        try:
            report = pipeline.judge_run(run.Run(path), rubric, checks=checks)
        except RunError as error:
            stop(USAGE, error.what)
        if not _speaks(outputs):
            _show(report, as_json, several=len(paths) > 1)
        _save_page(report)
        reports.append(report)
    for folder in dict.fromkeys(path.resolve().parent for path in paths):
        _refresh_site(folder)
    try:
        output.write(outputs, reports, translation())
    except output.OutputError as error:
        stop(NOT_JUDGED, error.what)
    return _status(reports)


def parse_outputs(asked: Sequence[str]) -> tuple[Output, ...]:
    """Read what follows each ``--format``. What is wrong there ends all."""
    try:
        return output.parse(asked)
    except output.OutputError as error:
        stop(USAGE, error.what)


def _speaks(outputs: Sequence[Output]) -> bool:
    """Whether standard output is one of these, and nothing else may be said there."""
    return any(each.path == output.STDOUT for each in outputs)


def load_checks(path: Path | None) -> Checks:
    """The grader's checks, and a teacher's in a file; None: there is no file. What is wrong in it
    ends all."""
    try:
        return custom_checks.load(path)
    except custom_checks.ChecksError as error:
        stop(USAGE, error.what)


def load_rubric(path: Path | None, checks: Checks) -> Rubric:
    """Read a rubric's file; None: the usual one. One that is wrong ends all."""
    try:
        return Rubric() if path is None else rubric_file.load(path, checks.checks)
    except rubric_file.RubricError as error:
        stop(USAGE, error.what)


def _see_decisions(folder: Path, found: Sequence[Submission]) -> None:
    """See, before anything is run, that a teacher's decisions can be applied. What is wrong there
    ends all."""
    try:
        decided = decisions.load(folder)
    except RunError as error:
        stop(USAGE, error.what)
    if decided:
        known = {*(each.name for each in found), *results.submissions(folder)}
        for text in results.unknown(decided, known):
            complain(text)


def _find(paths: Sequence[Path], runs_folder: Path) -> tuple[list[Submission], bool]:
    """The submissions, and whether all could be read. What is bad in a class's folder keeps
    nobody else from being graded; a file that was named ends all, before anything is run."""
    try:
        there = discovery.find(paths, left_out=lambda path: run.is_of_runs(path, runs_folder))
    except SubmissionError as error:
        stop(USAGE, error.what)
    found, problems = [], list(there.problems)
    for program in there.programs:
        try:
            found.append(submissions.load(program.path, program.name))
        except SubmissionError as error:
            if program.path in paths:
                stop(USAGE, error.what)
            problems.append(error.what)
    for told in (*there.notes, *problems):
        complain(told)
    return found, not problems


def _grade_one(submission: Submission, asked: Asked, keep: Callable[[Report], None]) -> int:
    with Progress() as progress:
        sandbox = open_sandbox(asked.sandbox, progress)
        try:
            report = pipeline.grade(
                submission,
                rubric=asked.rubric,
                seed=asked.seed,
                sandbox=sandbox,
                folder=asked.runs_folder,
                checks=asked.checks,
                progress=progress.say,
            )
        except SandboxError as error:
            progress.clear()
            grade_class.complain_of(submission.name, error)
            return NOT_JUDGED
        except RunError as error:
            stop(NOT_JUDGED, error.what)
    keep(report)
    if not _speaks(asked.outputs):
        _show(report, asked.as_json, several=False)
    _save_page(report)
    _refresh_site(asked.runs_folder)
    return _status([report])


def _grade_class(found: Sequence[Submission], asked: Asked, keep: Callable[[Report], None]) -> int:
    with Progress() as progress:
        sandbox = open_sandbox(asked.sandbox, progress)
    known = {} if asked.fresh else run.finished(asked.runs_folder)

    def grade_one(submission: Submission) -> Report:
        return pipeline.grade(
            submission,
            rubric=asked.rubric,
            seed=asked.seed,
            sandbox=sandbox,
            folder=asked.runs_folder,
            checks=asked.checks,
            progress=lambda _: None,
            known=known,
        )

    silent = _speaks(asked.outputs)

    def show(report: Report) -> None:
        if asked.outputs:
            keep(report)
        if asked.as_json:
            _show(report, True, several=True)
        elif not silent:
            grade_class.show_line(report)
        _save_page(report)

    tally = grade_class.grade_all(
        found,
        grade_one,
        room=scheduler.Room(asked.jobs, asked.jobs)
        if asked.jobs
        else scheduler.machine_room(asked.rubric.limits),
        show=show,
        stop=sandbox.stop,
        recover=sandbox.recover,
    )
    if not asked.as_json and not silent:
        click.echo(printable(tally.told().render(translation())))
    if len(found) > 1:
        _write_site(asked.runs_folder, silent=asked.as_json or silent)
    if tally.unjudged:
        return NOT_JUDGED
    return BELOW if tally.below else PASSED


def open_sandbox(name: str, progress: Progress) -> Sandbox:
    """The sandbox of that name, as on the command line.

    Raises:
        SandboxError: this machine has none.
    """
    if name == "none":
        from grader.sandbox.local import LocalSandbox

        return LocalSandbox()
    from grader.sandbox import choice

    def note(what: Text, remedy: Text) -> None:
        progress.clear()
        _note(what, remedy)

    return choice.SANDBOXES[name](progress.say, note)


def _note(what: Text, remedy: Text) -> None:
    complain(what)
    complain(remedy, before="       → ")


def _save_page(report: Report) -> None:
    """Keep the report as a page beside its run, when it has been shown."""
    from grader.report import html

    try:
        run.Run(Path(report.run)).save_page(html.render(report, translation()))
    except RunError as error:
        complain(error.what)


def _write_site(folder: Path, *, silent: bool) -> None:
    """Write the class's page; ``silent``: and do not say where it is."""
    from grader.classroom import publish

    try:
        path = publish.write(folder, translation())
    except RunError as error:
        complain(error.what)
        return
    if not silent:
        told = say("The class's page: {path}", path=path)
        click.echo(printable(told.render(translation())))


def _refresh_site(folder: Path) -> None:
    """Write it anew, where there is one."""
    from grader.classroom import publish

    try:
        publish.refresh(folder, translation())
    except RunError as error:
        complain(error.what)


def _show(report: Report, as_json: bool, *, several: bool) -> None:
    """Print a report; ``several``: it is not the only one."""
    if as_json:
        from grader.report import json

        click.echo(json.render(report, translation(), lines=several), nl=False)
        return
    from grader.report import terminal

    console = plain_console()
    terminal.show(report, console, translation())
    if several:
        console.print()


def _status(reports: Sequence[Report]) -> int:
    """The exit status that says most of ``reports``."""
    if not all(report.judged for report in reports):
        return NOT_JUDGED
    return PASSED if all(report.passed for report in reports) else BELOW
