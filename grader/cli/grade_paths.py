"""Finds the submissions that paths stand for, and grades the only one or the whole class."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from grader.checks.handed_in import explain_refusal
from grader.classroom import results
from grader.cli import grade_class, outputs
from grader.cli.class_table import ClassTable
from grader.cli.console import echo, reports_status, translation, warn
from grader.cli.grade_one import grade_one, unjudged
from grader.cli.grade_options import GradeOptions, find_submissions, located, open_for
from grader.grading import pipeline, scheduler
from grader.model.report import Report
from grader.model.text import Text, names, say, say_count
from grader.runs import decisions, lock
from grader.runs.folder import find_finished
from grader.sandbox import Sandbox
from grader.submissions.submission import Submission


def grade(paths: Sequence[Path], options: GradeOptions) -> int:
    """Grade the submissions that ``paths`` stand for, print the results, return the exit status.

    Raises:
        UserError: nothing can be graded as asked.
    """
    found = find_submissions(paths, options)
    _check_decisions(options.runs_folder, found)
    outputs.check(options.outputs, len(found))
    if len(found) == 1:
        reports = [grade_one(found[0], options)]
        status = reports_status(reports)
    else:
        with lock.grading(options.runs_folder, partial(_say_waiting, options.runs_folder)):
            reports, status = _grade_class(found, options)
    _list_missing(found, options)
    outputs.write(
        options.outputs, sorted(reports, key=lambda report: report.submission), translation()
    )
    return status


def _list_missing(found: Sequence[Submission], options: GradeOptions) -> None:
    """List who is on the roster and has handed in nothing, now or before."""
    if options.roster is None:
        return
    known = {*(each.name for each in found), *results.list_submissions(options.runs_folder)}
    if missing := options.roster.missing(known):
        (warn if options.silent else echo)(
            say_count(
                "{count} student of the roster has handed in nothing: {students}.",
                "{count} students of the roster have handed in nothing: {students}.",
                count=len(missing),
                students=names(student.label for student in missing),
            )
        )


def _say_waiting(folder: Path) -> None:
    warn(
        say("Another grade is at work in {path}: waiting until it has finished.", path=folder),
        say("What it has run need not be run again. --runs names another folder."),
    )


def _check_decisions(folder: Path, found: Sequence[Submission]) -> None:
    """Check, before anything runs, that a teacher's decisions can be applied.

    Raises:
        RunError: they cannot.
    """
    if decided := decisions.load(folder):
        known = {*(each.name for each in found), *results.list_submissions(folder)}
        for text in decisions.find_unknown(decided, known):
            warn(text)


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
    with options.status_line() as status:
        sandbox = open_for(options, status)
    for each in found:
        if each.refused and not each.refused.ungradable:  # The row of such a one says why.
            what = explain_refusal(each.refused).seen[0]
            warn(say("{submission} gets no points: {what}.", submission=each.name, what=what))
    known = {} if options.fresh else find_finished(options.runs_folder)
    reports: list[Report] = []
    table = ClassTable(submission.name for submission in found)

    def grade_each(submission: Submission) -> Report:
        report = pipeline.grade(
            submission,
            rubric=options.rubric,
            seed=options.seed,
            sandbox=sandbox,
            folder=options.runs_folder,
            checks=options.checks,
            progress=lambda _: None,
            known=known,
        )
        return located(report, submission)

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
            reports.append(unjudged(submission, why, options))

    tally = grade_class.grade_all(
        found,
        grade_each,
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
