"""The event that GitHub passes to a workflow: which pull request it is about, and whose it is."""

from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from grader.errors import UserError
from grader.model.text import say

MAX_SIZE = 32 << 20
"""Bytes of an event; GitHub limits them to 25 MiB."""

# \Z, because $ would also match before a newline.
Sha = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?\Z")]
Login = Annotated[str, msgspec.Meta(pattern=r"^[\w.-]{1,100}(\[bot\])?\Z")]


class GithubEventError(UserError):
    """The event cannot be read, or is of another kind."""


class Account(msgspec.Struct, frozen=True):
    """The account that opened a pull request."""

    login: Login


class Commit(msgspec.Struct, frozen=True):
    """The commit at one end of a pull request."""

    sha: Sha


class PullRequest(msgspec.Struct, frozen=True):
    """A pull request. Its title and description are untrusted, and not read."""

    number: Annotated[int, msgspec.Meta(ge=1)]
    user: Account
    base: Commit
    head: Commit


class GithubRepository(msgspec.Struct, frozen=True):
    """A repository: ``owner/name``."""

    full_name: Annotated[str, msgspec.Meta(pattern=r"^[\w.-]+/[\w.-]+\Z")]


class WorkflowRun(msgspec.Struct, frozen=True):
    """A finished run of a workflow."""

    id: int
    event: str
    head_sha: Sha
    head_branch: str
    """Untrusted."""
    head_repository: GithubRepository | None = None
    """None: the fork has been deleted."""


class PullRequestEvent(msgspec.Struct, frozen=True):
    """The event of a workflow ``on: pull_request``."""

    pull_request: PullRequest


class WorkflowRunEvent(msgspec.Struct, frozen=True):
    """The event of a workflow ``on: workflow_run``."""

    workflow_run: WorkflowRun
    repository: GithubRepository


_Event = TypeVar("_Event", PullRequestEvent, WorkflowRunEvent)


def read_pull_request(file: Path) -> PullRequest:
    """The pull request of the event in ``file``.

    Raises:
        GithubEventError: the event cannot be read, or is not about a pull request.
    """
    return _read(file, PullRequestEvent, "pull_request").pull_request


def read_workflow_run(file: Path) -> WorkflowRunEvent:
    """The event in ``file``, which is about the run of another workflow.

    Raises:
        GithubEventError: the event cannot be read, or is not about a workflow run.
    """
    return _read(file, WorkflowRunEvent, "workflow_run")


def _read(file: Path, kind: type[_Event], trigger: str) -> _Event:
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_SIZE + 1)
    except OSError as error:
        raise GithubEventError(
            say("The event {file} cannot be read: {reason}.", file=file, reason=error.strerror)
        ) from error
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise GithubEventError(
            say(
                "{file} is not an `on: {trigger}` event: {reason}. Is this the right workflow?",
                file=file,
                trigger=trigger,
                reason=error,
            )
        ) from error
