"""Follows the server's files: reads again what has changed, and lists the folders only if needed.

A full listing takes longer than a server takes to handle a message, so the agent could not afford
one after each. A file or folder is unchanged if its *stamp* (inode, size, time of last change) is,
unless that time was within :data:`_TICK` of the reading: the clock of files is coarse, so another
change right after it may have left the same stamp.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from . import logs
from .logs import LogFile

_TICK = 20_000_000
"""Nanoseconds: more than the period of the clock of files, 10 ms at most."""

_MOST_FOLDERS = 32
"""Folders that are held open at most. With more, all are listed each time."""


class _Stamp(NamedTuple):
    inode: int
    size: int
    changed: int
    settled: bool
    """Whether a later change cannot have the same stamp."""

    @classmethod
    def of(cls, status: os.stat_result) -> _Stamp:
        changed = max(status.st_mtime_ns, status.st_ctime_ns)
        return cls(status.st_ino, status.st_size, changed, time.time_ns() - changed > _TICK)


def stamps(roots: Iterable[str]) -> dict[str, object] | None:
    """A stamp of each file below ``roots``: while they are equal, the files are. None: one of them
    was changed just now, so that a later change may leave the same."""
    found: dict[str, object] = {}
    for folder in logs.walk(roots):
        for entry in folder.files:
            try:
                stamp = _Stamp.of(entry.stat(follow_symlinks=False))
            except OSError:
                return None
            if not stamp.settled:
                return None
            found[f"{folder.path}/{entry.name}"] = stamp
    return found


class FileWatch:
    """The files below ``roots`` except ``apart_from``, as of the last reading, and without those
    that are still as they were ``before``.

    ``limit``: bytes of files that are read. Once they are more, nothing is followed any longer.
    """

    def __init__(
        self,
        roots: Iterable[str],
        apart_from: str,
        limit: int,
        before: Mapping[str, bytes] = {},
    ) -> None:
        self._roots = tuple(roots)
        self._apart_from = apart_from
        self._limit = limit
        self._before = before
        self._folders: dict[str, tuple[int, _Stamp]] = {}
        """Each folder's descriptor, and its stamp before it was last listed."""
        self._stamps: dict[str, _Stamp] = {}
        self._listed = False
        """Whether ``_folders`` are all of them."""
        self.files: dict[str, LogFile] = {}
        """By path."""
        self.overflowed = False
        """Whether the limit was exceeded."""

    def reread(self) -> None:
        """Read the known files that have changed, also those of ``before``; forget those that are
        gone."""
        for path in {**self.files, **self._before}:
            self._read(path)

    def rescan(self) -> None:
        """List the folders, if one has changed, and read what is new."""
        if self._listed and not self._folders_changed():
            return
        self.close()
        paths = []
        for folder in logs.walk(self._roots):
            if len(self._folders) < _MOST_FOLDERS:
                stamp = _Stamp.of(folder.status)
                self._folders[folder.path] = os.dup(folder.descriptor), stamp
                paths += [f"{folder.path}/{entry.name}" for entry in folder.files]
            self._listed = len(self._folders) < _MOST_FOLDERS
        for path in paths:
            if path not in self.files and path != self._apart_from:
                self._read(path)

    def close(self) -> None:
        """Close the folders. What was read stays."""
        for descriptor, _ in self._folders.values():
            os.close(descriptor)
        self._folders.clear()
        self._listed = False

    def _folders_changed(self) -> bool:
        return any(
            not stamp.settled or _Stamp.of(os.fstat(descriptor)) != stamp
            for descriptor, stamp in self._folders.values()
        )

    def _read(self, path: str) -> None:
        """Read a file, unless its stamp is known to be unchanged."""
        folder, _, name = path.rpartition("/")
        known = self._stamps.get(path)
        file = None
        # Its folder may be gone since the files were listed.
        with contextlib.suppress(OSError, KeyError):
            descriptor = self._folders[folder][0]
            stamp = _Stamp.of(os.lstat(name, dir_fd=descriptor))
            if known and known.settled and stamp == known:
                return
            self.overflowed = self.overflowed or stamp.size > self._limit
            file = None if self.overflowed else logs.read(path, self._limit, descriptor)
        if file:
            self._stamps[path] = stamp
        else:
            self._stamps.pop(path, None)
        if file and not file.is_still(self._before.get(path)):
            self.files[path] = file
        else:
            self.files.pop(path, None)
