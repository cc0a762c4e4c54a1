"""The folders in which a submission runs, and may write."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterable

from .. import untrusted_fs
from ..isolation.base import PROGRAM, Isolation
from . import logs

_SHARED = ("/tmp", "/dev/shm")
"""What every user may write to."""


class Workspace:
    """One scenario's folders, made empty."""

    def __init__(
        self,
        number: int,
        root: str,
        home: str,
        folders: Iterable[str],
        isolation: Isolation,
        source: bytes,
        ahead: int = 0,
    ) -> None:
        """Make the program's folder, and the ones that its source names.

        The program lies two folders below its scenario's own, so that a log at ``../log.txt``
        is found too. ``ahead`` is how many starts the next scenario will have.
        """
        self.isolation = isolation
        self.home = home
        self._began = time.time()
        self._top = f"{root}/{number}"
        self.folder = _program_folder(root, number)
        self.following = (_program_folder(root, number + 1),) * ahead
        """The program's folder at each start of the next scenario; it is not there yet."""
        folders = [f"{home}/{f[2:]}" if f.startswith("~/") else f for f in folders]
        named = [folder for folder in folders if os.path.isabs(folder)]
        self._outside = [] if isolation.sandboxed else named
        own = [self._top, home]
        if isolation.sandboxed:
            own += [*_SHARED, *(_own_part(folder, root, home) for folder in named)]
        # Each once, although one may lie in another.
        self._own = [p for p in dict.fromkeys(own) if not any(_is_below(p, o) for o in own)]
        for place in self._own:
            self._empty(place)
        os.makedirs(self.folder)
        os.makedirs(home, exist_ok=True)
        with open(f"{self.folder}/{PROGRAM}", "wb") as file:
            file.write(source)
        made = [f"{self.folder}/{PROGRAM}", self.folder, f"{self._top}/course", self._top, home]
        theirs = []
        for folder in folders:
            if isolation.sandboxed or not os.path.isabs(folder) or _is_below(folder, home):
                theirs += self._make(os.path.normpath(os.path.join(self.folder, folder)))
        # Given away only when all is made: root without DAC_OVERRIDE may not write into another
        # user's folder.
        for path in made:
            isolation.give(path)
        for path in theirs if isolation.sandboxed else ():
            # It may be in a file system that is read-only, or not have been made.
            with contextlib.suppress(OSError):
                if any(_is_below(place, path) for place in (self._top, home)):
                    os.chmod(path, 0o1777)  # given away, nothing could be made in it
                else:
                    isolation.give(path)

    def clear(self) -> None:
        """Remove what the program has left in its scenario's folder: the space is shared, and
        what one scenario has filled would be missing in all later ones."""
        self._empty(self._top)

    def name(self, path: str) -> str:
        """The path as the student knows it: relative to the program where it is below it."""
        if path.startswith(self.folder + "/"):
            return path[len(self.folder) + 1 :]
        if path.startswith(self._top + "/"):
            return os.path.relpath(path, self.folder)
        return path

    def logs(self, limit: int, nonces: list[str]) -> list[logs.Log]:
        """The files that the program wrote, ``limit`` bytes in all.

        Where the program runs on a person's own computer, what it wrote outside its folders
        is known by its holding a message.
        """
        found = logs.written(self._own, f"{self.folder}/{PROGRAM}", limit)
        for folder in self._outside:
            for path in _recent(folder, self._began):
                log = logs.read(path, limit)
                picked = logs.letters(log.data) if log else ()
                if log and any(n.encode() in letters for n in nonces for letters in picked):
                    found.append(log)
        return found

    def size(self) -> int:
        """Bytes in the files that the program wrote in its own folders."""
        return logs.size(self._own)

    def _make(self, folder: str) -> list[str]:
        """Make ``folder`` and what is missing above it; it, and what was made.

        What cannot be made is left: the program then meets what it would meet anywhere else.
        """
        missing = []
        while not os.path.isdir(folder):
            missing.append(folder)
            folder = os.path.dirname(folder)
        try:
            for path in reversed(missing):
                os.mkdir(path, 0o755)
        except PermissionError:
            # Made in an earlier scenario, the folder above is the user's already.
            with contextlib.suppress(OSError), self.isolation.as_program():
                os.makedirs(missing[0], exist_ok=True)
        except OSError:
            return []
        return missing or [folder]

    def _empty(self, folder: str) -> None:
        """Remove what an earlier scenario left in ``folder``, or in its place, as the user who
        wrote it: its links and names then reach no further than that user does."""
        with self.isolation.as_program():
            untrusted_fs.make_way(folder)
            untrusted_fs.empty(folder, 0o1777 if folder in _SHARED else 0o755)


def _program_folder(root: str, number: int) -> str:
    return f"{root}/{number}/course/homework"


def _own_part(folder: str, root: str, home: str) -> str:
    """What of an absolute ``folder`` is the program's own: where the scenarios' folders and the
    homes are, one of those; else all that can be written to."""
    return (
        untrusted_fs.first_below(root, folder)
        or untrusted_fs.first_below(os.path.dirname(home), folder)
        or untrusted_fs.writable_part(folder)
    )


def _is_below(path: str, other: str) -> bool:
    return os.path.normpath(path).startswith(os.path.normpath(other).rstrip("/") + "/")


def _recent(folder: str, since: float) -> list[str]:
    found = []
    try:
        for entry in os.scandir(folder):
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(status.st_mode) and status.st_mtime >= since - 1:
                found.append(entry.path)
    except OSError:
        pass
    return found
