"""Reads and empties folders in which an untrusted program has written, without leaving them.

The program may have replaced a folder by a link, a file or a pipe, removed its own permissions, or
nested folders deeper than the longest path. So everything here goes from one open folder to the
next, relative to its descriptor.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def open_up(name: str, permissions: int, within: int | None = None) -> None:
    """Add ``permissions`` to a file or folder that this process owns; ignore errors.

    Args:
        name: its path, relative to ``within``.
        permissions: mode bits.
        within: an open folder; None: the working folder.
    """
    with contextlib.suppress(OSError, NotImplementedError, ValueError):
        # Linux cannot change the mode of a symbolic link, and nobody needs to.
        status = os.lstat(name, dir_fd=within)
        if status.st_uid == os.geteuid() and status.st_mode & permissions != permissions:
            mode = stat.S_IMODE(status.st_mode) | permissions
            os.chmod(name, mode, dir_fd=within, follow_symlinks=False)


def open_within(folder: int, name: str, permissions: int, *, follow: bool = False) -> int:
    """Open the folder ``name`` in the open ``folder`` and return its descriptor.

    Args:
        folder: the open folder.
        name: a single path component.
        permissions: mode bits that the owner gets if they are missing.
        follow: whether ``name`` may be a symbolic link to a folder.

    Raises:
        OSError: there is no such folder.
    """
    open_up(name, permissions, folder)
    return os.open(name, _FOLDER if follow else _FOLDER | os.O_NOFOLLOW, dir_fd=folder)


@contextlib.contextmanager
def opened(path: str, permissions: int) -> Iterator[int]:
    """Open a folder by its absolute path, for the ``with`` block; gives its descriptor.

    Follows symbolic links only on read-only file systems, where the program cannot have created
    them. Adds ``permissions`` to the folder, and read permission to its parents, if we own them.

    Raises:
        OSError: there is no such folder.
    """
    current = os.open("/", _FOLDER)
    names = [name for name in path.split("/") if name]
    try:
        for number, name in enumerate(names, 1):
            follow = bool(os.fstatvfs(current).f_flag & os.ST_RDONLY)
            wanted = permissions if number == len(names) else 0o500
            inner = open_within(current, name, wanted, follow=follow)
            os.close(current)
            current = inner
        yield current
    finally:
        os.close(current)


def empty(path: str, mode: int) -> None:
    """Remove everything in a folder and set its ``mode``; ignore what cannot be removed.

    No other process may write in it at the same time.
    """
    with contextlib.suppress(OSError), opened(path, 0o700) as folder:
        _empty(folder)
        os.fchmod(folder, mode)


def _empty(top: int) -> None:
    todo = _remove_files(top)
    if not os.access(".", os.W_OK, dir_fd=top, effective_ids=True):
        # The agent's own folder: nothing can be moved into it. But the folders in it may be the
        # program's, and contain something.
        for name in todo:
            with contextlib.suppress(OSError):
                folder = open_within(top, name, 0o700)
                try:
                    _empty(folder)
                finally:
                    os.close(folder)
        return
    # Move each inner folder up to the top before emptying it. That way no path gets too long, and
    # at most two folders are open.
    taken = set(os.listdir(top))
    number = 0
    while todo:
        name = todo.pop()
        with contextlib.suppress(OSError):
            folder = open_within(top, name, 0o700)
            try:
                for inner in _remove_files(folder):
                    while str(number) in taken:
                        number += 1
                    with contextlib.suppress(OSError):
                        open_up(inner, 0o700, folder)  # Without it, the move would fail.
                        os.rename(inner, str(number), src_dir_fd=folder, dst_dir_fd=top)
                        todo.append(str(number))
                        number += 1
            finally:
                os.close(folder)
            os.rmdir(name, dir_fd=top)


def _remove_files(folder: int) -> list[str]:
    """Remove everything but folders from the open ``folder``; return the names of those."""
    folders = []
    with os.scandir(folder) as listing:
        entries = list(listing)
    for entry in entries:
        with contextlib.suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=folder)
    return folders


def make_way(path: str) -> None:
    """Remove what is at ``path``, unless it is a folder."""
    with contextlib.suppress(OSError):
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            os.unlink(path)


def first_below(parent: str, path: str) -> str | None:
    """The direct child of ``parent`` that contains ``path`` or is it; None if ``path`` is not below
    ``parent``."""
    top = os.path.normpath(parent).rstrip("/") + "/"
    path = os.path.normpath(path)
    return top + path[len(top) :].partition("/")[0] if path.startswith(top) else None


def writable_part(path: str) -> str:
    """The topmost folder on the way to ``path`` that is on a writable file system.

    Returns ``path`` itself if there is none.
    """
    folder = ""
    for name in filter(None, os.path.normpath(path).split("/")):
        folder += "/" + name
        with contextlib.suppress(OSError):
            if not os.statvfs(folder).f_flag & os.ST_RDONLY:
                return folder
    return path
