"""Removes runs on purpose: all of one student, or those that no longer count.

The ledger notes each removal, so that it can be told from what somebody has taken away.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from grader import bounded
from grader.classroom import results
from grader.errors import unwritable
from grader.runs import ledger
from grader.runs.lock import locked
from grader.runs.run import Run, RunError, open_run
from grader.submissions.names import base_name


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """Runs that are to be removed, or have been."""

    runs: tuple[Path, ...]
    size: int
    """Bytes in them."""
    kept: int
    """Bytes in the other runs."""


def runs_of(folder: Path, name: str) -> Removal:
    """All runs of the submission ``name``: ``zhang`` and ``zhang.py`` are the same.

    Raises:
        RunError: the folder cannot be read.
    """
    wanted = base_name(name)
    return _removal(folder, lambda run: base_name(run.info().submission) == wanted)


def superseded(folder: Path) -> Removal:
    """The finished runs that are not the one that counts for their submission, and those that were
    made for some checks only. Of a submission for which none counts, all stay.

    Raises:
        RunError: the folder or its decisions cannot be read.
    """
    graded = results.load_results([folder]).graded
    counting = {name: Path(result.report.run).name for name, result in graded.items()}

    def is_superseded(run: Run) -> bool:
        if not run.finished and run.lost is None:
            return False  # it may be running
        info = run.info()
        own = counting.get(info.submission)
        return bool(info.only) or (own is not None and own != run.path.name)

    return _removal(folder, is_superseded)


def remove(folder: Path, removal: Removal) -> None:
    """Remove runs from ``folder``.

    Raises:
        RunError: one cannot be removed.
    """
    with locked(folder):
        for path in removal.runs:
            ledger.add_removal(folder, path.name)
            try:
                shutil.rmtree(path)
            except OSError as error:
                raise RunError(unwritable(path, error)) from error


def _removal(folder: Path, chosen: Callable[[Run], bool]) -> Removal:
    found, size, kept = [], 0, 0
    for run in _runs(folder):
        own = _size(run.path)
        try:
            is_chosen = chosen(run)
        except RunError:  # Of what cannot be read, nobody knows what it is.
            is_chosen = False
        if is_chosen:
            found.append(run.path)
            size += own
        else:
            kept += own
    return Removal(runs=tuple(found), size=size, kept=kept)


def _runs(folder: Path) -> Iterator[Run]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise RunError(unwritable(folder, error)) from error
    for path in paths:
        run = open_run(path)
        if not path.is_symlink() and (path / run.info_name).is_file():
            yield run


def _size(folder: Path) -> int:
    return sum(
        entry.stat(follow_symlinks=False).st_size
        for entry in bounded.walk(folder)
        if entry.is_file(follow_symlinks=False)
    )
