"""Grades the submissions that a pull request changes."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from grader.ci import pull_request
from grader.ci.changes import Absence
from grader.ci.git import GitRepository
from grader.ci.result import PullRequestResult, SubmissionResult
from grader.ci.review import OwnershipRule, review
from grader.grading import pipeline
from grader.model.report import Report
from grader.model.text import Text, say
from grader.runs.run import RunError
from grader.sandbox import Sandbox, SandboxError
from grader.submissions.submission import Submission


class CiOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Which pull request to grade, and how."""

    repository: Path
    """A clone of the base into which the head was fetched."""
    base: str
    head: str
    """Any names of commits that git understands."""
    author: str | None
    """The login of the pull request's author; None if unknown."""
    folder: str
    """The submissions' folder, from the repository's root."""
    rubric: str | None
    """The rubric's path in the base; None: see :data:`grader.ci.pull_request.RUBRIC`."""
    ownership: OwnershipRule
    foreign_fails: bool
    """Whether changes outside the author's submission make a pull request with one fail."""
    seed: int | None
    runs_folder: Path


def grade(options: CiOptions, open_sandbox: Callable[[str], Sandbox]) -> PullRequestResult:
    """Grade the submissions that a pull request changes.

    Args:
        open_sandbox: returns the sandbox with the rubric's Python, the same one at each call;
            called only if a program will run. A :class:`SandboxError` that it raises becomes part
            of the result.

    Raises:
        RepositoryError: the commits cannot be read.
        RubricError: the base's rubric is missing or invalid.
    """
    contents = pull_request.read(
        GitRepository(options.repository),
        base=options.base,
        head=options.head,
        folder=options.folder,
        rubric_path=options.rubric,
        with_history=options.ownership == "history",
    )

    def run(program: Submission) -> Report:
        if program.refused:
            return pipeline.refuse(program, rubric=contents.rubric, folder=options.runs_folder)
        return pipeline.grade(
            program,
            rubric=contents.rubric,
            seed=options.seed,
            sandbox=open_sandbox(contents.rubric.python),
            folder=options.runs_folder,
            progress=lambda _: None,
        )

    return PullRequestResult(
        submissions=tuple(
            _grade_one(each.name, *contents.programs[each.name], run)
            for each in contents.submissions
            if each.name in contents.programs
        ),
        deleted=tuple(each.name for each in contents.submissions if each.absent is Absence.DELETED),
        foreign=review(
            contents.changes,
            folder=options.folder,
            rule=options.ownership,
            author=options.author,
            history=contents.history,
        ),
        foreign_fails=options.foreign_fails,
        base=contents.base,
        head=contents.head,
    )


def _grade_one(
    name: str, program: Submission | Text, path: str, run: Callable[[Submission], Report]
) -> SubmissionResult:
    def not_graded(reason: Text, *, at_fault: bool) -> SubmissionResult:
        return SubmissionResult(name=name, path=path, reason=reason, at_fault=at_fault)

    if isinstance(program, Text):
        return not_graded(program, at_fault=True)
    try:
        report = run(program)
    except pipeline.RunLostError as error:
        report = error.report
    except SandboxError as error:
        reason = say("{what} {remedy}", what=error.what, remedy=error.remedy)
        return not_graded(reason, at_fault=False)
    except RunError as error:
        return not_graded(error.what, at_fault=False)
    return SubmissionResult(
        name=name,
        path=path,
        line_count=len(program.source.splitlines()),
        report=report,
    )
