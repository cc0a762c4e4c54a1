"""Reaches into folders in which a stranger's program has written, and no further.

A folder of ours may have become a link, a file or a pipe; what is in it may be closed to its owner,
or lie deeper than any path reaches. So all is done from an open folder to the next.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def open_up(name: str, rights: int, within: int | None = None) -> None:
    """Give its owner ``rights`` to what the program has closed to itself, where we are its owner:
    as another user's parent we may read it all the same."""
    with contextlib.suppress(OSError, NotImplementedError, ValueError):
        # (Linux cannot change a link's rights, and need not.)
        status = os.lstat(name, dir_fd=within)
        if status.st_uid == os.geteuid() and status.st_mode & rights != rights:
            mode = stat.S_IMODE(status.st_mode) | rights
            os.chmod(name, mode, dir_fd=within, follow_symlinks=False)


def open_within(folder: int, name: str, rights: int, *, follow: bool = False) -> int:
    """Open the folder ``name`` that is in ``folder``, with ``rights`` for its owner; a link to one
    only if it is to be followed.

    Raises:
        OSError: there is none.
    """
    open_up(name, rights, folder)
    return os.open(name, _FOLDER if follow else _FOLDER | os.O_NOFOLLOW, dir_fd=folder)


@contextlib.contextmanager
def opened(path: str, rights: int) -> Iterator[int]:
    """Open a folder by its absolute path, with ``rights`` for its owner. A link on the way is
    followed only where the program cannot have made it: in a file system that is read-only.

    Raises:
        OSError: there is none.
    """
    place = os.open("/", _FOLDER)
    names = [name for name in path.split("/") if name]
    try:
        for number, name in enumerate(names, 1):
            follow = bool(os.fstatvfs(place).f_flag & os.ST_RDONLY)
            wanted = rights if number == len(names) else 0o500
            inner = open_within(place, name, wanted, follow=follow)
            os.close(place)
            place = inner
        yield place
    finally:
        os.close(place)


def empty(path: str, rights: int) -> None:
    """Remove all that is in a folder, and leave it with ``rights``, as far as we may. What cannot
    be removed is left. Nobody else may write in it meanwhile."""
    with contextlib.suppress(OSError), opened(path, 0o700) as folder:
        _empty(folder)
        os.fchmod(folder, rights)


def _empty(top: int) -> None:
    todo = _remove_files(top)
    if not os.access(".", os.W_OK, dir_fd=top, effective_ids=True):
        # It is the agent's own, as its folders may be: in those may be something.
        for name in todo:
            with contextlib.suppress(OSError):
                folder = open_within(top, name, 0o700)
                try:
                    _empty(folder)
                finally:
                    os.close(folder)
        return
    # Each folder is moved up before it is emptied: so none is too deep, and two are open at most.
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
                        open_up(inner, 0o700, folder)  # else it could not be moved
                        os.rename(inner, str(number), src_dir_fd=folder, dst_dir_fd=top)
                        todo.append(str(number))
                        number += 1
            finally:
                os.close(folder)
            os.rmdir(name, dir_fd=top)


def _remove_files(folder: int) -> list[str]:
    """Remove what is no folder; the names of those."""
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
    """Remove what is at ``path`` and is no folder."""
    with contextlib.suppress(OSError):
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            os.unlink(path)


def first_below(place: str, path: str) -> str | None:
    """The folder right below ``place`` in which ``path`` is, or which it is; None: in none."""
    top = os.path.normpath(place).rstrip("/") + "/"
    path = os.path.normpath(path)
    return top + path[len(top) :].partition("/")[0] if path.startswith(top) else None


def writable_part(path: str) -> str:
    """The highest folder above ``path``, or itself, whose file system can be written to; itself
    where none can."""
    place = ""
    for name in filter(None, os.path.normpath(path).split("/")):
        place += "/" + name
        with contextlib.suppress(OSError):
            if not os.statvfs(place).f_flag & os.ST_RDONLY:
                return place
    return path
