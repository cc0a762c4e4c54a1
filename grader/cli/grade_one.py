"""Grades the only submission of a command: prints its report, and stores it."""

from grader.cli import grade_class, outputs
from grader.cli.console import translation, warn
from grader.cli.grade_options import GradeOptions, located, open_for
from grader.errors import MachineError
from grader.grading import pipeline
from grader.grading.unjudged import unjudged_report
from grader.model.report import Report
from grader.model.text import Text
from grader.runs.run import RunError
from grader.sandbox import Sandbox, SandboxError
from grader.submissions.submission import Submission


def grade_one(submission: Submission, options: GradeOptions) -> Report:
    """Grade ``submission``, print and store its report.

    Raises:
        MachineError: nothing could be judged.
    """
    report = make_report(submission, options)
    show_report(report, options)
    return report


def make_report(
    submission: Submission, options: GradeOptions, sandbox: Sandbox | None = None
) -> Report:
    """Grade ``submission``. A run that was lost is judged as far as it came, with a warning.

    Args:
        sandbox: None: open the one that ``options`` name, if the submission is to be run.

    Raises:
        MachineError: nothing could be judged.
    """
    with options.status_line() as status:
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
                    sandbox=sandbox or open_for(options, status),
                    folder=options.runs_folder,
                    checks=options.checks,
                    progress=status.show,
                )
        except pipeline.RunLostError as error:
            report = error.report
            warn(grade_class.not_judged(submission.name, error), error.remedy)
        except (SandboxError, RunError) as error:
            lost = [unjudged(submission, error.what, options)]
            outputs.write(options.outputs, lost, translation())
            if isinstance(error, RunError):
                raise MachineError(error.what, error.remedy) from error
            raise MachineError(
                grade_class.not_judged(submission.name, error), error.remedy
            ) from error
    return located(report, submission)


def show_report(report: Report, options: GradeOptions) -> None:
    """Print ``report``, unless a format is printed, and store its pages."""
    if not outputs.uses_stdout(options.outputs):
        outputs.print_report(
            report, as_json=options.as_json, verbose=options.verbose, several=options.watched
        )
    outputs.save_page(report)
    outputs.refresh_class_page(options.runs_folder)


def unjudged(submission: Submission, why: Text, options: GradeOptions) -> Report:
    """The report of a submission without a stored run. No format may keep silent about it."""
    report = unjudged_report(submission.name, why, rubric=options.rubric, checks=options.checks)
    return located(report, submission)
