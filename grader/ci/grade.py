"""What ``grade ci`` does: read the base and the head, grade what changed, tell the runner."""

import io
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import click
import msgspec
from rich.console import Console

from grader.ci import artifacts, changes, runner_log, summary
from grader.ci.annotations import annotations
from grader.ci.changes import Handed, Unfit
from grader.ci.git import Repository, RepositoryError
from grader.ci.result import Graded, Outcome
from grader.ci.review import Whose, review
from grader.cli import grade as commands
from grader.cli.console import BELOW, NOT_JUDGED, PASSED, USAGE, Progress, translation
from grader.grading import pipeline, rubric_file
from grader.model.rubric import Rubric
from grader.model.text import Text, Translate, say
from grader.report import terminal
from grader.runs.run import RunError
from grader.sandbox import Sandbox, SandboxError
from grader.submissions import submission as submissions
from grader.submissions.submission import SubmissionError

MOST = 20
"""Submissions that are graded of one pull request. It is to hand in one."""

RUBRIC = "rubric.toml"
"""The rubric in the base, where none is named; where it has none, the usual one counts."""

LARGEST_RUBRIC = 1 << 20
"""Bytes of a rubric."""

WIDTH = 100
"""Columns of what is printed: a log in a browser shows about so many."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line, or the event, asks for."""

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
    sandbox: str
    seed: int | None
    runs_folder: Path
    out: Path
    """Where the artifacts go."""


def grade(asked: Asked, environment: Mapping[str, str] = os.environ) -> int:
    """Grade a pull request, tell of it, and return the exit status.

    Args:
        environment: the runner's: ``GITHUB_ACTIONS`` says whether commands are understood, and
            ``GITHUB_STEP_SUMMARY`` which file the summary goes to.
    """
    translate = translation()
    try:
        outcome = _outcome(asked)
    except (RepositoryError, rubric_file.RubricError) as error:
        told = [error.what, *([error.remedy] if isinstance(error, RepositoryError) else [])]
        for text in told:
            click.echo("\n".join(runner_log.shown(f"grade: {text.render(translate)}")), err=True)
        return USAGE
    log = [line for part in _log(outcome, translate) for line in runner_log.shown(part)]
    told_summary = summary.render(outcome, translate)
    on_github = environment.get("GITHUB_ACTIONS") == "true"
    # What has begun a line before is over: a command of ours stands at a line's beginning.
    for line in runner_log.quietly(log, secrets.token_hex(16)) if on_github else log:
        click.echo(line)
    if on_github:
        for annotation in annotations(outcome):
            click.echo(annotation.command(translate))
    if file := environment.get("GITHUB_STEP_SUMMARY"):
        with open(file, "a", encoding="utf-8", errors="replace") as opened:  # noqa: PTH123
            opened.write(told_summary)
    artifacts.write(
        asked.out,
        outcome.graded,
        log="\n".join(log) + "\n",
        summary=told_summary,
        translate=translate,
    )
    return _status(outcome)


def _outcome(asked: Asked) -> Outcome:
    repository = Repository(asked.repository)
    base, head = repository.commit(asked.base), repository.commit(asked.head)
    rubric = _rubric(repository, base, asked.rubric)
    parted = repository.parted(base, head)
    changed = repository.changes(parted, head)
    handed = [
        changes.handed(name, asked.folder, repository.entries(head, f"{asked.folder}/{name}"))
        for name in changes.names(changed, asked.folder)
    ]
    sandbox = cache(lambda: _sandbox(asked.sandbox))
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


def _sandbox(name: str) -> Sandbox:
    with Progress() as progress:
        return commands.open_sandbox(name, progress)


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
    asked: Asked,
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


def _read(handed: Handed, repository: Repository) -> submissions.Submission:
    path = Path(handed.path)
    # Its size is asked first: an object may be larger than this machine's memory.
    if (size := repository.size(handed.blob)) > submissions.LARGEST:
        raise SubmissionError(
            say(
                "{path} has {size} bytes, and may have {most}: that is no program that a person "
                "wrote.",
                path=path.name,
                size=size,
                most=submissions.LARGEST,
            )
        )
    return submissions.read(repository.content(handed.blob), Path(path.name), handed.name)


_UNFIT = {
    Unfit.GONE: say("It is taken away."),
    Unfit.LINK: say("It is a link, and no file: hand in the program itself."),
    Unfit.SUBMODULE: say("It is another repository: hand in the program itself."),
    Unfit.SEVERAL: say("There are several programs in it: hand in one .py file."),
    Unfit.NONE: say("There is no program in it: hand in one .py file."),
}


def _unjudged(handed: Handed, why: Text, faulty: bool) -> Graded:
    return Graded(name=handed.name, path=handed.path, why=why, faulty=faulty)


def _log(outcome: Outcome, translate: Translate) -> Iterator[str]:
    """What is printed: each report as on a terminal, and what else there is to say."""
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


def _status(outcome: Outcome) -> int:
    """The exit status, which is the check's."""
    if any(graded.undecided for graded in outcome.graded):
        return NOT_JUDGED
    if outcome.refused or any(graded.failed for graded in outcome.graded):
        return BELOW
    return PASSED
