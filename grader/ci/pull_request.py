"""Reads from git everything that grading a pull request needs."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from grader.ci import changes, hand_ins
from grader.ci.changes import Absence, ChangedSubmission, PathChange
from grader.ci.git import GitRepository
from grader.ci.review import History
from grader.grading.rubric_file import RubricError, parse_rubric
from grader.model.rubric import Rubric
from grader.model.text import Text, say
from grader.submissions.submission import Submission, SubmissionError

MAX_GRADED = 20
"""How many submissions of one pull request are graded. It should have one."""

RUBRIC = "rubric.toml"
"""The rubric's path if none is given; if the base has no such file, the default rubric counts."""

MAX_RUBRIC_SIZE = 1 << 20
"""Bytes."""


class PullRequestContents(msgspec.Struct, frozen=True, kw_only=True):
    """A pull request's commits, and what was read from them."""

    base: str
    head: str
    rubric: Rubric
    """The base's."""
    changes: tuple[PathChange, ...]
    """From the commit at which the head left the base to the head."""
    submissions: tuple[ChangedSubmission, ...]
    programs: Mapping[str, tuple[Submission | Text, str]]
    """By submission: its program, which may be refused, or why there is none to grade; and the
    program's path. Deleted submissions are not listed."""
    history: History


def read(
    repository: GitRepository,
    *,
    base: str,
    head: str,
    folder: str,
    rubric_path: str | None,
    with_history: bool,
) -> PullRequestContents:
    """Read the pull request from ``base`` to ``head``.

    Args:
        folder: the submissions' folder, from the repository's root.
        rubric_path: the rubric in the base; None: see :data:`RUBRIC`.
        with_history: whether to read who added the submissions.

    Raises:
        RepositoryError: the commits cannot be read.
        RubricError: the base's rubric is missing or invalid.
    """
    base, head = repository.commit(base), repository.commit(head)
    rubric = _read_rubric(repository, base, rubric_path)
    merge_base = repository.merge_base(base, head)
    changed = repository.diff(merge_base, head)
    submissions = tuple(
        changes.look_up(name, folder, repository.tree(head, f"{folder}/{name}"))
        for name in changes.submission_names(changed, folder)
    )
    present = [each for each in submissions if each.absent is not Absence.DELETED]
    too_many = say("At most {most} submissions of a pull request are graded.", most=MAX_GRADED)
    programs = {
        each.name: _read_program(repository, each) if number < MAX_GRADED else (too_many, each.path)
        for number, each in enumerate(present)
    }
    return PullRequestContents(
        base=base,
        head=head,
        rubric=rubric,
        changes=changed,
        submissions=submissions,
        programs=programs,
        history=_read_history(repository, merge_base, head, folder, submissions)
        if with_history
        else History(),
    )


def _read_rubric(repository: GitRepository, base: str, path: str | None) -> Rubric:
    entries = repository.tree(base, path or RUBRIC)
    if not entries and path is None:
        return Rubric()
    name = Path(path or RUBRIC)
    if len(entries) != 1 or entries[0].mode not in (changes.FILE, changes.EXECUTABLE):
        raise RubricError(say("The base has no rubric {path}.", path=name))
    (entry,) = entries
    if repository.size(entry.blob) > MAX_RUBRIC_SIZE:
        raise RubricError(say("The rubric {path} is too large.", path=name))
    return parse_rubric(repository.content(entry.blob), name)


_SUBMODULE = say("It is a submodule: hand in the program itself.")


def _read_program(
    repository: GitRepository, changed: ChangedSubmission
) -> tuple[Submission | Text, str]:
    """The program of a submission, or why there is none, and its path."""
    if changed.absent is not None:
        return _SUBMODULE, changed.path
    try:
        return hand_ins.load(changed, repository.beginning)
    except SubmissionError as error:
        return error.what, changed.path


def _read_history(
    repository: GitRepository,
    merge_base: str,
    head: str,
    folder: str,
    submissions: tuple[ChangedSubmission, ...],
) -> History:
    paths = {each.name: f"{folder}/{each.name}" for each in submissions}
    existing = {name: path for name, path in paths.items() if repository.tree(merge_base, path)}
    return History(
        adders={name: repository.adders(merge_base, path) for name, path in existing.items()},
        authors=repository.authors(merge_base, head) if existing else frozenset(),
    )
