"""The files of a run's folder: how they are called and written."""

import re
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from grader import atomic
from grader.model.history import History, Play


def safe_name(name: str) -> str:
    """Turn ``name`` into a file name, which has 255 bytes at most, whatever letters those are. What
    this system's encoding does not have becomes ``_``."""
    encoding = sys.getfilesystemencoding()
    safe = re.sub(r"[^\w.-]", "_", name).encode(encoding, "replace").decode(encoding)
    safe = safe.replace("?", "_")
    return safe if len(safe.encode()) <= 200 else re.sub(r"[^A-Za-z0-9_.-]", "_", safe)


def _distinct(plays: Iterable[Play]) -> Iterator[tuple[str, Play]]:
    """Name each play by number and scenario; consecutive plays of one server, which share their
    files and terminal, are one."""

    def evidence(entry: tuple[int, Play]) -> object:
        return entry[1].stopped, entry[1].files, entry[1].terminal

    for _, same in groupby(enumerate(plays, 1), evidence):
        together = list(same)
        ends = dict.fromkeys((together[0], together[-1]))
        names = [f"{number}-{re.sub(r'[^a-z-]', '_', play.scenario)}" for number, play in ends]
        yield "_to_".join(names), together[0][1]


def write_evidence(folder: Path, history: History) -> None:
    """Write the logs and terminals, for people.

    Raises:
        OSError: they cannot be written.
    """
    for name, play in _distinct(history.plays):
        write(folder / "terminal" / f"{name}.txt", play.terminal)
        for index, file in enumerate(play.files[:64], 1):
            safe = safe_name(re.sub(r"^\.+", "_", file.path.rpartition("/")[2])[-80:])
            write(folder / "logs" / name / f"{index}-{safe}", file.data)


def make_runs_folder(folder: Path) -> None:
    """Make a folder of runs, if there is none. Git ignores a new one: it holds students' work.

    Raises:
        OSError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return  # It may hold other things, too.
    atomic.write(folder / ".gitignore", b"# Written by grade: students' work and grades.\n*\n")


def write(path: Path, data: bytes) -> None:
    """Write a file whole, in a folder that need not exist.

    Raises:
        OSError: it cannot be written.
    """
    try:
        atomic.write(path, data)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, data)
