"""Finds the submissions that paths stand for, and grades the only one or the whole class."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from grader.checks.handed_in import explain_refusal
from grader.classroom import results
from grader.cli import grade_class, outputs
from grader.cli.class_table import ClassTable
from grader.cli.console import echo, reports_status, translation, warn
from grader.cli.outputs import Output
from grader.cli.progress import StatusLine
from grader.errors import MachineError
from grader.grading import pipeline, scheduler
from grader.grading.custom_checks import CheckSet
from grader.grading.unjudged import unjudged_report
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.model.text import Text, say
from grader.runs import decisions
from grader.runs.folder import find_finished, is_runs_folder
from grader.runs.run import RunError
from grader.sandbox import Sandbox, SandboxError, SandboxName
from grader.sandbox.choice import open_sandbox
from grader.submissions import discovery
from grader.submissions.submission import Submission


class GradeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of ``grade PATH…``."""

    rubric: Rubric
    seed: int | None
    """None: a random one for each submission."""
    runs_folder: Path
    sandbox: SandboxName
    as_json: bool
    verbose: bool = False
    """Whether the full report is printed."""
    jobs: int | None
    """How many submissions run at once; None: as many as the machine can handle."""
    fresh: bool
    """Whether to run again even if an earlier run could be used."""
    outputs: tuple[Output, ...] = ()
    checks: CheckSet = CheckSet()

    @property
    def silent(self) -> bool:
        """Whether standard output belongs to reports alone, which a program reads."""
        return self.as_json or outputs.uses_stdout(self.outputs)


def grade(paths: Sequence[Path], options: GradeOptions) -> int:
    """Grade the submissions that ``paths`` stand for, print the results, return the exit status.

    Raises:
        UserError: nothing can be graded as asked.
    """
    found = find_submissions(paths, options.runs_folder)
    _check_decisions(options.runs_folder, found)
    outputs.check(options.outputs, len(found))
    if len(found) == 1:
        reports = [_grade_one(found[0], options)]
        status = reports_status(reports)
    else:
        reports, status = _grade_class(found, options)
    outputs.write(
        options.outputs, sorted(reports, key=lambda report: report.submission), translation()
    )
    return status


def _check_decisions(folder: Path, found: Sequence[Submission]) -> None:
    """Check, before anything runs, that a teacher's decisions can be applied.

    Raises:
        RunError: they cannot.
    """
    if decided := decisions.load(folder):
        known = {*(each.name for each in found), *results.list_submissions(folder)}
        for text in results.find_unknown(decided, known):
            warn(text)


def find_submissions(paths: Sequence[Path], runs_folder: Path) -> list[Submission]:
    """The submissions. One in which no program can be found is refused.

    Raises:
        SubmissionError: a path leads nowhere, or the only one is an empty folder.
    """
    there = discovery.find_submissions(
        paths, skip_folder=lambda path: is_runs_folder(path, runs_folder)
    )
    found = [candidate.load() for candidate in there.candidates]
    for note in there.notes:
        warn(note)
    return found


def open_for(options: GradeOptions, status: StatusLine) -> Sandbox:
    """The sandbox that ``options`` name.

    Raises:
        MachineError: it does not work.
    """
    try:
        return open_sandbox(
            options.sandbox,
            python=options.rubric.python,
            progress=status.show,
            notify=status.notify,
        )
    except SandboxError as error:
        raise MachineError(
            say("Nothing was judged. {why}", why=error.what), error.remedy
        ) from error


def _grade_one(submission: Submission, options: GradeOptions) -> Report:
    with StatusLine() as status:
        try:
            if submission.refused:
                report = pipeline.refuse(
                    submission,
                    rubric=options.rubric,
                    folder=options.runs_folder,
                    checks=options.checks,
                )
            else:
                report = pipeline.grade(
                    submission,
                    rubric=options.rubric,
                    seed=options.seed,
                    sandbox=open_for(options, status),
                    folder=options.runs_folder,
                    checks=options.checks,
                    progress=status.show,
                )
        except pipeline.RunLostError as error:
            report = error.report
            warn(grade_class.not_judged(submission.name, error), error.remedy)
        except (SandboxError, RunError) as error:
            lost = [_unjudged(submission, error.what, options)]
            outputs.write(options.outputs, lost, translation())
            if isinstance(error, RunError):
                raise MachineError(error.what, error.remedy) from error
            raise MachineError(
                grade_class.not_judged(submission.name, error), error.remedy
            ) from error
    if not outputs.uses_stdout(options.outputs):
        outputs.print_report(
            report, as_json=options.as_json, verbose=options.verbose, several=False
        )
    outputs.save_page(report)
    outputs.refresh_class_page(options.runs_folder)
    return report


def _unjudged(submission: Submission, why: Text, options: GradeOptions) -> Report:
    """The report of a submission without a stored run. No format may keep silent about it."""
    return unjudged_report(submission.name, why, rubric=options.rubric, checks=options.checks)


def _admission(options: GradeOptions, sandbox: Sandbox) -> scheduler.Admission:
    """How many submissions run at once: as many as were asked for, if the sandbox allows it."""
    if sandbox.shares_ports:
        if options.jobs and options.jobs > 1:
            warn(
                say(
                    "Without a sandbox, the submissions run one at a time: they share this "
                    "machine's ports."
                ),
                say("With --sandbox docker or namespaces, each has ports of its own."),
            )
        return scheduler.Admission(1, 1)
    if options.jobs:
        return scheduler.Admission(options.jobs, options.jobs)
    return scheduler.machine_admission(options.rubric.limits)


def _grade_class(found: Sequence[Submission], options: GradeOptions) -> tuple[list[Report], int]:
    """The reports that ``--format`` still has to write, and the exit status."""
    with StatusLine() as status:
        sandbox = open_for(options, status)
    for each in found:
        if each.refused and not each.refused.ungradable:  # The row of such a one says why.
            what = explain_refusal(each.refused).seen[0]
            warn(say("{submission} gets no points: {what}.", submission=each.name, what=what))
    known = {} if options.fresh else find_finished(options.runs_folder)
    reports: list[Report] = []
    table = ClassTable(submission.name for submission in found)

    def grade_one(submission: Submission) -> Report:
        return pipeline.grade(
            submission,
            rubric=options.rubric,
            seed=options.seed,
            sandbox=sandbox,
            folder=options.runs_folder,
            checks=options.checks,
            progress=lambda _: None,
            known=known,
        )

    def show(report: Report) -> None:
        if options.outputs:  # only then: a large class's reports take memory
            reports.append(report)
        if options.as_json:
            outputs.print_report(report, as_json=True, verbose=False, several=True)
        elif not options.silent:
            table.show(report)
        outputs.save_page(report)

    def lose(submission: Submission, why: Text) -> None:
        if options.outputs:
            reports.append(_unjudged(submission, why, options))

    tally = grade_class.grade_all(
        found,
        grade_one,
        admission=_admission(options, sandbox),
        show=show,
        lose=lose,
        stop=sandbox.stop,
        recover=sandbox.recover,
    )
    if not options.silent:
        echo(tally.summary())
    if len(found) > 1:
        outputs.write_class_page(options.runs_folder, silent=options.silent)
    return reports, tally.status
