"""Grades a pull request: reads the base and the head, and grades the submissions that changed."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from rich.console import Console

from grader.ci import changes, summary
from grader.ci.changes import Handed, Unfit
from grader.ci.git import Repository
from grader.ci.result import Graded, Outcome
from grader.ci.review import Whose, review
from grader.grading import pipeline, rubric_file
from grader.model.rubric import Rubric
from grader.model.text import Text, Translate, say
from grader.report import terminal
from grader.runs.run import RunError
from grader.sandbox import Sandbox, SandboxError
from grader.submissions.submission import LARGEST, Submission, SubmissionError, parse_submission

MOST = 20
"""Submissions that are graded of one pull request. It is to hand in one."""

RUBRIC = "rubric.toml"
"""The rubric in the base, where none is named; where it has none, the usual one counts."""

LARGEST_RUBRIC = 1 << 20
"""Bytes of a rubric."""

WIDTH = 100
"""Columns of what is printed: a log in a browser shows about so many."""


class CiOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Which pull request is graded, and how."""

    repository: Path
    base: str
    head: str
    author: str | None
    """The login of who opened the pull request; None: it is not known."""
    folder: str
    """The submissions', from the repository's root."""
    rubric: str | None
    """The rubric's path in the base; None: see :data:`RUBRIC`."""
    whose: Whose
    forbids: bool
    """Whether what is not its author's submission fails a pull request that hands one in."""
    seed: int | None
    runs_folder: Path


def grade(asked: CiOptions, sandbox: Callable[[], Sandbox]) -> Outcome:
    """Grade the submissions that a pull request changes.

    Args:
        sandbox: opens the sandbox, or returns the one it opened before; it is called only if
            something is to be run. The :class:`SandboxError` that it raises is part of the outcome.

    Raises:
        RepositoryError: the commits cannot be read.
        RubricError: the base's rubric is wrong.
    """
    repository = Repository(asked.repository)
    base, head = repository.commit(asked.base), repository.commit(asked.head)
    rubric = _rubric(repository, base, asked.rubric)
    parted = repository.parted(base, head)
    changed = repository.changes(parted, head)
    handed = [
        changes.handed(name, asked.folder, repository.entries(head, f"{asked.folder}/{name}"))
        for name in changes.names(changed, asked.folder)
    ]
    there = [each for each in handed if each.unfit is not Unfit.GONE]
    graded = [
        _grade_one(each, repository, rubric, asked, sandbox)
        if number < MOST
        else _unjudged(
            each, say("No more than {most} are graded of one pull request.", most=MOST), True
        )
        for number, each in enumerate(there)
    ]
    return Outcome(
        graded=tuple(graded),
        gone=tuple(each.name for each in handed if each.unfit is Unfit.GONE),
        foreign=review(
            changed,
            folder=asked.folder,
            author=asked.author,
            whose=asked.whose,
            repository=repository,
            parted=parted,
            head=head,
        ),
        forbidden=asked.forbids,
        base=base,
        head=head,
    )


def _rubric(repository: Repository, base: str, path: str | None) -> Rubric:
    entries = repository.entries(base, path or RUBRIC)
    if not entries and path is None:
        return Rubric()
    name = Path(path or RUBRIC)
    if len(entries) != 1 or entries[0].after not in (changes.FILE, changes.EXECUTABLE):
        raise rubric_file.RubricError(say("The base has no rubric {path}.", path=name))
    if repository.size(entries[0].blob) > LARGEST_RUBRIC:
        raise rubric_file.RubricError(say("The rubric {path} is too large to be one.", path=name))
    return rubric_file.parse(repository.content(entries[0].blob), name)


def _grade_one(
    handed: Handed,
    repository: Repository,
    rubric: Rubric,
    asked: CiOptions,
    sandbox: Callable[[], Sandbox],
) -> Graded:
    if handed.unfit is not None:
        return _unjudged(handed, _UNFIT[handed.unfit], True)
    try:
        submission = _read(handed, repository)
    except SubmissionError as error:
        return _unjudged(handed, error.what, True)
    try:
        report = pipeline.grade(
            submission,
            rubric=rubric,
            seed=asked.seed,
            sandbox=sandbox(),
            folder=asked.runs_folder,
            progress=lambda _: None,
        )
    except SandboxError as error:
        return _unjudged(
            handed, say("{what} {remedy}", what=error.what, remedy=error.remedy), False
        )
    except RunError as error:
        return _unjudged(handed, error.what, False)
    return Graded(
        name=handed.name,
        path=handed.path,
        lines=len(submission.source.splitlines()),
        report=report,
    )


def _read(handed: Handed, repository: Repository) -> Submission:
    path = Path(handed.path)
    # Its size is asked first: an object may be larger than this machine's memory.
    if (size := repository.size(handed.blob)) > LARGEST:
        raise SubmissionError(
            say(
                "{path} has {size} bytes, and may have {most}: that is no program that a person "
                "wrote.",
                path=path.name,
                size=size,
                most=LARGEST,
            )
        )
    return parse_submission(repository.content(handed.blob), Path(path.name), handed.name)


_UNFIT = {
    Unfit.GONE: say("It is taken away."),
    Unfit.LINK: say("It is a link, and no file: hand in the program itself."),
    Unfit.SUBMODULE: say("It is another repository: hand in the program itself."),
    Unfit.SEVERAL: say("There are several programs in it: hand in one .py file."),
    Unfit.NONE: say("There is no program in it: hand in one .py file."),
}


def _unjudged(handed: Handed, why: Text, faulty: bool) -> Graded:
    return Graded(name=handed.name, path=handed.path, why=why, faulty=faulty)


def log(outcome: Outcome, translate: Translate) -> Iterator[str]:
    """The text of the log: each report as on a terminal, and everything else to be reported. It
    is not yet safe to print, see :mod:`grader.ci.runner_log`."""
    for foreign in outcome.foreign:
        yield foreign.what.render(translate)
    for name in outcome.gone:
        yield say("{name} is taken away.", name=name).render(translate)
    if not outcome.graded:
        yield say("No submission is changed here that could be graded.").render(translate)
    for graded in outcome.graded:
        if graded.report:
            printed = io.StringIO()
            console = Console(
                file=printed, width=WIDTH, color_system=None, force_terminal=False,
                highlight=False, markup=False, emoji=False,
            )  # fmt: skip
            terminal.show(graded.report, console, translate)
            yield "\n".join(line.rstrip() for line in printed.getvalue().rstrip().split("\n"))
        else:
            told = say("{name}: {result}", name=graded.name, result=summary.result(graded))
            yield told.render(translate)
