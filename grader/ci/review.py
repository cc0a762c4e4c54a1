"""Whether a pull request is what one should be: its author's own submission, and nothing else."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from grader.ci.changes import Change, name_of, names, outside
from grader.ci.git import Repository
from grader.model.text import Text, say, say_count
from grader.model.text import names as named

Whose = Literal["login", "history", "anyone"]
"""How it is told whose a submission is.

``login``: it is named as its author's account is, which GitHub vouches for. ``history``: one that
the base has belongs to whoever added it, by the mail addresses in the commits; those are what
their author says, so this finds mistakes and no cheats. ``anyone``: it is not asked.
"""

TOLD = 8
"""Paths that are named; a pull request may have thousands."""

_NOREPLY = "users.noreply.github.com"


class Foreign(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is changed, and is not the author's to change by handing in."""

    path: str
    """One of the paths."""
    what: Text


def review(
    changes: Sequence[Change],
    *,
    folder: str,
    author: str | None,
    whose: Whose,
    repository: Repository,
    parted: str,
    head: str,
) -> tuple[Foreign, ...]:
    """What a pull request changes besides its author's submission; empty: nothing.

    Args:
        author: the login of its author; None: it is not known, and no name is held against it.
        parted: the commit at which ``head`` left the base.
    """
    found = []
    if others := outside(changes, folder):
        found.append(
            Foreign(
                path=others[0].path,
                what=say(
                    "It changes what is no submission: {paths}.",
                    paths=_paths([change.path for change in others]),
                ),
            )
        )
    handed = names(changes, folder)
    if len(handed) > 1:
        found.append(
            Foreign(
                path=_path_of(handed[1], changes, folder),
                what=say(
                    "It changes {count} submissions: {paths}.",
                    count=len(handed),
                    paths=_paths(handed),
                ),
            )
        )
    for name in handed:
        path = _path_of(name, changes, folder)
        owner = name.removesuffix(".py")
        if whose == "login" and author is not None and owner.lower() != author.lower():
            what = say(
                "{name} is not {author}'s: a submission is named as its author's account is.",
                name=name, author=author,
            )  # fmt: skip
            found.append(Foreign(path=path, what=what))
        elif whose == "history" and _is_anothers(
            f"{folder}/{name}", author, repository, parted, head
        ):
            what = say("{name} was added by somebody else: the base's history says so.", name=name)
            found.append(Foreign(path=path, what=what))
    return tuple(found)


def _is_anothers(
    path: str, author: str | None, repository: Repository, parted: str, head: str
) -> bool:
    if not repository.entries(parted, path):
        return False  # it is new
    adders = repository.adders(parted, path)
    own = author is not None and any(_is_login(address, author) for address in adders)
    return bool(adders) and not own and not adders & repository.authors(parted, head)


def _is_login(address: str, login: str) -> bool:
    """Whether ``address`` is the one that GitHub gives an account that shows none of its own."""
    user, _, host = address.partition("@")
    return host == _NOREPLY and user.rpartition("+")[2] == login.lower()


def _path_of(name: str, changes: Sequence[Change], folder: str) -> str:
    return next(change.path for change in changes if name_of(change, folder) == name)


def _paths(paths: Sequence[str]) -> tuple[Text, ...]:
    more = len(paths) - TOLD
    told = named(
        path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        for path in paths[:TOLD]
    )
    return (*told, say_count("{count} other", "{count} others", count=more)) if more > 0 else told
