"""Checks that a pull request changes its author's own submission and nothing else."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import msgspec

from grader.ci.changes import PathChange, changes_outside, submission_name, submission_names
from grader.model.text import Text, names, say, say_count
from grader.submissions.names import base_name

OwnershipRule = Literal["login", "history", "anyone"]
"""How the owner of a submission is determined.

``login``: it must be named after its author's account, which GitHub vouches for. ``history``: if
the base has it, it belongs to whoever added it, by the mail addresses in the commits. Authors
choose those addresses, so this catches mistakes, not cheating. ``anyone``: not checked.
"""

MAX_PATHS = 8
"""How many paths a message lists; a pull request may change thousands."""

_NOREPLY = "users.noreply.github.com"


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Mail addresses in the commits, in lower case."""

    adders: Mapping[str, frozenset[str]] = {}
    """By submission: who added it to the base. New submissions are not listed."""
    authors: frozenset[str] = frozenset()
    """Who made the pull request's commits."""


class ForeignChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change to something that is not the author's to change."""

    path: str
    """The path, or one of them."""
    message: Text


def review(
    changes: Sequence[PathChange],
    *,
    folder: str,
    rule: OwnershipRule,
    author: str | None,
    history: History,
) -> tuple[ForeignChange, ...]:
    """Everything that a pull request changes besides its author's submission.

    Args:
        author: the login of the pull request's author; None if unknown: then the rule ``login``
            finds nothing.
        history: needed by the rule ``history`` only.
    """
    found = []
    if others := [change.path for change in changes_outside(changes, folder)]:
        message = say("It changes files outside any submission: {paths}.", paths=_listed(others))
        found.append(ForeignChange(path=others[0], message=message))
    submissions = submission_names(changes, folder)
    if len(submissions) > 1:
        message = say(
            "It changes {count} submissions: {paths}.",
            count=len(submissions),
            paths=_listed(submissions),
        )
        found.append(
            ForeignChange(path=_first_path(submissions[1], changes, folder), message=message)
        )
    for name in submissions:
        path = _first_path(name, changes, folder)
        if rule == "login" and author is not None and not _named_after(name, author):
            message = say(
                "{name} is not {author}'s: a submission must be named after its author's account.",
                name=name,
                author=author,
            )
            found.append(ForeignChange(path=path, message=message))
        elif rule == "history" and _belongs_to_another(name, author, history):
            message = say(
                "{name} was added by somebody else, according to the base's history.", name=name
            )
            found.append(ForeignChange(path=path, message=message))
    return tuple(found)


def _named_after(submission: str, author: str) -> bool:
    return base_name(submission).lower() == author.lower()


def _belongs_to_another(submission: str, author: str | None, history: History) -> bool:
    adders = history.adders.get(submission, frozenset())
    if author is not None and any(_is_noreply_of(address, author) for address in adders):
        return False
    return bool(adders) and not adders & history.authors


def _is_noreply_of(address: str, login: str) -> bool:
    """Whether ``address`` is the one that GitHub gives to the account ``login``."""
    user, _, host = address.partition("@")
    return host == _NOREPLY and user.rpartition("+")[2] == login.lower()


def _first_path(submission: str, changes: Sequence[PathChange], folder: str) -> str:
    return next(c.path for c in changes if submission_name(c, folder) == submission)


def _listed(paths: Collection[str]) -> tuple[Text, ...]:
    readable = [
        path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        for path in paths
    ]
    listed = names(readable[:MAX_PATHS])
    if rest := len(readable) - len(listed):
        return (*listed, say_count("{count} other", "{count} others", count=rest))
    return listed
