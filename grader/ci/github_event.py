"""What GitHub hands over: which pull request it is, and whose."""

from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from grader.errors import UserError
from grader.model.text import say

LARGEST = 32 << 20
"""Bytes of an event; GitHub's own limit is 25 MiB."""

# \Z, since $ would let a newline follow.
Sha = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?\Z")]
Login = Annotated[str, msgspec.Meta(pattern=r"^[\w.-]{1,100}(\[bot\])?\Z")]


class EventError(UserError):
    """There is no event, or none of this kind."""


class Account(msgspec.Struct, frozen=True):
    """Who opened a pull request."""

    login: Login


class End(msgspec.Struct, frozen=True):
    """One end of a pull request: the commit that is on it."""

    sha: Sha


class PullRequest(msgspec.Struct, frozen=True):
    """A pull request, as far as it is read. Its title and texts are a stranger's, and are not."""

    number: Annotated[int, msgspec.Meta(ge=1)]
    user: Account
    base: End
    head: End


class Repository(msgspec.Struct, frozen=True):
    """A repository: ``owner/name``."""

    full_name: Annotated[str, msgspec.Meta(pattern=r"^[\w.-]+/[\w.-]+\Z")]


class WorkflowRun(msgspec.Struct, frozen=True):
    """A workflow that has run."""

    id: int
    event: str
    head_sha: Sha
    head_branch: str
    """A stranger's text."""
    head_repository: Repository | None = None
    """None: the fork was deleted meanwhile."""


class OfPullRequest(msgspec.Struct, frozen=True):
    """The event of a workflow that runs ``on: pull_request``."""

    pull_request: PullRequest


class OfWorkflowRun(msgspec.Struct, frozen=True):
    """The event of a workflow that runs ``on: workflow_run``."""

    workflow_run: WorkflowRun
    repository: Repository


_Event = TypeVar("_Event", OfPullRequest, OfWorkflowRun)


def pull_request(file: Path) -> PullRequest:
    """The pull request of the event in ``file``.

    Raises:
        EventError: it cannot be read, or is no event of a pull request.
    """
    return _read(file, OfPullRequest, "pull_request").pull_request


def workflow_run(file: Path) -> OfWorkflowRun:
    """The run of another workflow that the event in ``file`` is about.

    Raises:
        EventError: it cannot be read, or is no event of a workflow's run.
    """
    return _read(file, OfWorkflowRun, "workflow_run")


def _read(file: Path, kind: type[_Event], trigger: str) -> _Event:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise EventError(
            say("The event {file} cannot be read: {reason}.", file=file, reason=error.strerror)
        ) from error
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EventError(
            say(
                "{file} is no event of `on: {trigger}`: {reason}. Is this the right workflow?",
                file=file,
                trigger=trigger,
                reason=error,
            )
        ) from error
