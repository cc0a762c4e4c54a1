"""The folders in which a submission runs, and may write."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterable, Mapping

from .. import untrusted_fs
from ..isolation.base import PROGRAM, Isolation
from . import logs, watch
from .watch import FileWatch

_SHARED = ("/tmp", "/dev/shm")
"""Folders that every user may write to."""


class Workspace:
    """One scenario's folders.

    ``folder`` has the program, ``top`` is the scenario's own folder around it, ``own`` are all
    folders that belong to the program alone, ``outside`` are folders that it shares with other
    programs of a person's computer.
    """

    def __init__(
        self,
        *,
        folder: str,
        top: str,
        home: str,
        own: list[str],
        outside: list[str],
        upcoming: tuple[str, ...],
        isolation: Isolation,
        began: float,
        files: Mapping[str, bytes],
    ) -> None:
        self.folder = folder
        self.home = home
        self.isolation = isolation
        self.upcoming = upcoming
        """The program's folder at its next starts; it need not exist yet."""
        self._top = top
        self._own = own
        self._outside = outside
        self._handed_in = {f"{folder}/{path}": data for path, data in files.items()}
        self._program = f"{folder}/{PROGRAM}"
        self._began = began

    @classmethod
    def create(
        cls,
        name: str,
        root: str,
        home: str,
        folders: Iterable[str],
        isolation: Isolation,
        source: bytes,
        files: Mapping[str, bytes] = {},
        upcoming: tuple[str, ...] = (),
    ) -> Workspace:
        """Empty the scenario's folders, and make those that the source names.

        ``source`` is the program, ``files`` is what lies beside it.

        The program's folder lies two levels below the scenario's own, so that a log at
        ``../log.txt`` is found too. ``name``: that of the scenario's own folder; ``upcoming``:
        those of the program's next starts.
        """
        top, folder = f"{root}/{name}", _program_folder(root, name)
        folders = [f"{home}/{f[2:]}" if f.startswith("~/") else f for f in folders]
        named = [path for path in folders if os.path.isabs(path)]
        own = [top, home]
        if isolation.sandboxed:
            own += [*_SHARED, *(_own_part(path, root, home) for path in named)]
        made = cls(
            folder=folder,
            top=top,
            home=home,
            # Each once, although one may lie within another.
            own=[p for p in dict.fromkeys(own) if not any(_is_below(p, o) for o in own)],
            outside=[] if isolation.sandboxed else named,
            upcoming=tuple(_program_folder(root, later) for later in upcoming),
            isolation=isolation,
            began=time.time(),
            files=files,
        )
        made._make(folders, source)
        return made

    def _make(self, folders: list[str], source: bytes) -> None:
        """Make the program's folder, and ``folders`` as far as they may be made."""
        for place in self._own:
            self._empty(place)
        os.makedirs(self.folder)
        os.makedirs(self.home, exist_ok=True)
        made = []
        for path, data in {**self._handed_in, self._program: source}.items():
            made += self._make_parents(path)
            with open(path, "wb") as file:
                file.write(data)
            made.append(path)
        made += [self.folder, f"{self._top}/course", self._top, self.home]
        sandboxed, named = self.isolation.sandboxed, []
        for path in folders:
            if sandboxed or not os.path.isabs(path) or _is_below(path, self.home):
                named += self._make_folder(os.path.normpath(os.path.join(self.folder, path)))
        # Ownership is given away last: root without DAC_OVERRIDE may not write into another
        # user's folder.
        for path in made:
            self.isolation.give(path)
        for path in named if sandboxed else ():
            # It may be in a read-only file system, or not have been made.
            with contextlib.suppress(OSError):
                if any(_is_below(place, path) for place in (self._top, self.home)):
                    os.chmod(path, 0o1777)  # given away, the agent could make nothing in it
                else:
                    self.isolation.give(path)

    def _make_parents(self, path: str) -> list[str]:
        """Make the folders below the program's in which a file lies; those that were missing,
        innermost first."""
        missing = []
        folder = os.path.dirname(path)
        while not os.path.isdir(folder):
            missing.append(folder)
            folder = os.path.dirname(folder)
        for each in reversed(missing):
            os.mkdir(each)
        return missing

    def clear(self) -> None:
        """Empty the scenario's folder: all scenarios share the disk space."""
        self._empty(self._top)

    def name(self, path: str) -> str:
        """The path as the student knows it: relative to the program or to the home folder, if it
        is in one of the program's own folders."""
        if path.startswith(self.folder + "/"):
            return path[len(self.folder) + 1 :]
        if path.startswith(self._top + "/"):
            return os.path.relpath(path, self.folder)
        if path.startswith(self.home + "/"):
            return "~" + path[len(self.home) :]
        return path

    def logs(self, limit: int, nonces: list[str]) -> list[logs.LogFile]:
        """The files that the program wrote, ``limit`` bytes in all.

        On a person's own computer, without a sandbox, a file outside the program's folders counts
        if it contains one of ``nonces``.
        """
        found = logs.read_all(self._own, self._program, limit, self._handed_in)
        for folder in self._outside:
            for path in _recent(folder, self._began):
                log = logs.read(path, limit)
                picked = logs.nonce_letters(log.data) if log else ()
                if log and any(n.encode() in letters for letters in picked for n in nonces):
                    found.append(log)
        return found

    def stamps(self) -> dict[str, object] | None:
        """As :func:`.watch.stamps`, of all files that the program may write; None where it may
        write to folders that it shares with others."""
        return None if self._outside else watch.stamps(self._own)

    def watch(self, limit: int) -> FileWatch | None:
        """Follow the files that the program writes, ``limit`` bytes in all; None where it may write
        to folders that it shares with others."""
        if self._outside:
            return None
        return FileWatch(self._own, self._program, limit, self._handed_in)

    def size(self) -> int:
        """Bytes in the files that the program wrote in its own folders."""
        return logs.total_size(self._own)

    def _make_folder(self, folder: str) -> list[str]:
        """Make ``folder`` and its missing parents; the folders made, or ``folder`` if it existed.

        Failure is ignored: the program then runs into it as it would anywhere else.
        """
        missing = []
        while not os.path.isdir(folder):
            missing.append(folder)
            folder = os.path.dirname(folder)
        try:
            for path in reversed(missing):
                os.mkdir(path, 0o755)
        except PermissionError:
            # The folder above was made in an earlier scenario, and is the program's user's.
            with contextlib.suppress(OSError), self.isolation.as_program():
                os.makedirs(missing[0], exist_ok=True)
        except OSError:
            return []
        return missing or [folder]

    def _empty(self, folder: str) -> None:
        """Remove what an earlier scenario left in ``folder`` or in its place.

        This is done as the program's user, so that links and odd names reach no further than the
        program itself could.
        """
        with self.isolation.as_program():
            untrusted_fs.make_way(folder)
            untrusted_fs.empty(folder, 0o1777 if folder in _SHARED else 0o755)


def _program_folder(root: str, name: str) -> str:
    return f"{root}/{name}/course/homework"


def _own_part(folder: str, root: str, home: str) -> str:
    """The part of an absolute ``folder`` that is the program's own.

    Below ``root`` or beside ``home``, that is the first folder below those; else the topmost
    folder that is writable.
    """
    return (
        untrusted_fs.first_below(root, folder)
        or untrusted_fs.first_below(os.path.dirname(home), folder)
        or untrusted_fs.writable_part(folder)
    )


def _is_below(path: str, other: str) -> bool:
    return os.path.normpath(path).startswith(os.path.normpath(other).rstrip("/") + "/")


def _recent(folder: str, since: float) -> list[str]:
    """The regular files in ``folder`` that were modified since then."""
    found = []
    try:
        for entry in os.scandir(folder):
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(status.st_mode) and status.st_mtime >= since - 1:
                found.append(entry.path)
    except OSError:
        pass
    return found
