"""Writes hand-ins into the folder of a class; ``submissions.hand_in`` defines where they lie.

A student's folder is replaced by a new one that is complete and holds the old one, by renaming. A
process that is killed in between leaves the new one in :data:`WORK`, and the next import finishes
what it had begun.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from grader import atomic
from grader.bounded import read_below
from grader.classroom.importing.bounds import HAND_IN_BYTES
from grader.classroom.importing.tree import Item
from grader.errors import UserError
from grader.model.text import say
from grader.submissions import hand_in as records
from grader.submissions.hand_in import ATTEMPTS, HandIn, load_attempts

WORK = ".importing"
"""The folder, in the class's, of what is being imported."""

LOCK = ".importing.lock"

Status = Literal["new", "later", "earlier", "unchanged"]
"""A student's first hand-in, a later attempt, one that is earlier than the latest, or one that was
imported before."""


class StoreError(UserError):
    """A hand-in cannot be written, because something else is in its place."""


class ClassFolder:
    """The folder of a class, while it is locked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._new = path / WORK / "new"

    def store(self, name: str, items: Iterable[Item], record: HandIn) -> Status:
        """Write a hand-in of the student whose folder is ``name``.

        Raises:
            StoreError: the folder holds what no import has written.
            HandInError: a record there cannot be read.
            OSError: it cannot be written.
        """
        target = self.path / name
        attempts = load_attempts(target) if target.is_dir() and not target.is_symlink() else ()
        if any(each.hand_in.is_known(record) for each in attempts):
            return "unchanged"
        if (not attempts and os.path.lexists(target)) or (target / ATTEMPTS).is_symlink():
            raise StoreError(
                say(
                    "{path} was not written by an import, and nothing is overwritten: move or "
                    "rename it",
                    path=target,
                )
            )
        new = self._new / name
        _write(new, items, record)
        if not attempts:
            new.rename(target)
            return "new"
        number = 1 + max((int(n) for n in _names(target / ATTEMPTS) if n.isdecimal()), default=0)
        if record.order < attempts[-1].hand_in.order:
            (target / ATTEMPTS).mkdir(exist_ok=True)
            new.rename(target / ATTEMPTS / str(number))
            return "earlier"
        if (target / ATTEMPTS).exists():
            (target / ATTEMPTS).rename(new / ATTEMPTS)
        else:
            (new / ATTEMPTS).mkdir()
        target.rename(new / ATTEMPTS / str(number))
        new.rename(target)
        return "later"

    def recover(self) -> None:
        """Finish what a killed import has begun."""
        for name in _names(self._new):
            new, target = self._new / name, self.path / name
            if not (new / records.NAME).exists():
                continue
            if not os.path.lexists(target):
                new.rename(target)
            elif (new / ATTEMPTS).exists() and not (target / ATTEMPTS).exists():
                (new / ATTEMPTS).rename(target / ATTEMPTS)


@contextmanager
def opened(path: Path) -> Iterator[ClassFolder]:
    """The folder of a class, which is made if there is none; nobody else imports into it.

    Raises:
        OSError: it cannot be written.
    """
    path.mkdir(parents=True, exist_ok=True)
    with atomic.locked(path / LOCK):
        folder = ClassFolder(path)
        folder.recover()
        _remove(path / WORK)
        (path / WORK / "new").mkdir(parents=True)
        try:
            yield folder
        finally:
            _remove(path / WORK)


def _write(folder: Path, items: Iterable[Item], record: HandIn) -> None:
    folder.mkdir(parents=True)
    for item in items:
        target = folder.joinpath(*item.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(read_below(item.root, item.file, HAND_IN_BYTES + 1))
    # The last: without it, the folder is not complete.
    (folder / records.NAME).write_bytes(records.to_toml(record))


def _names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []


def _remove(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
