"""The roster with which a class was last graded: a copy beside its runs.

So the class's page can list who has handed in nothing, whichever command writes it again.
"""

from pathlib import Path

from grader import atomic
from grader.bounded import read
from grader.classroom import roster
from grader.classroom.roster import Roster, RosterError
from grader.errors import unwritable
from grader.runs.files import make_runs_folder

NAME = "roster.csv"

LARGEST = 16 << 20
"""Most bytes of it."""


def keep(path: Path, runs_folder: Path) -> Roster:
    """Read the roster at ``path``, and keep a copy in a folder of runs.

    Raises:
        RosterError: it cannot be read or is invalid, or the copy cannot be written.
    """
    students = roster.load(path)
    copy = runs_folder / NAME
    try:
        make_runs_folder(runs_folder)
        if not (copy.exists() and copy.samefile(path)):
            atomic.write(copy, path.read_bytes())
    except OSError as error:
        raise RosterError(unwritable(copy, error)) from error
    return students


def kept(runs_folder: Path) -> Roster | None:
    """The roster that was kept in a folder of runs; None: there is none.

    Raises:
        RosterError: it is invalid.
    """
    path = runs_folder / NAME
    try:
        read(path, LARGEST)
    except OSError:  # missing, a link, or too large
        return None
    return roster.load(path)
