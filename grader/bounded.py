"""Lists and reads files that a stranger may have made: regular files only, and only so much.

A link may lead anywhere, a pipe keeps its reader waiting, and a sparse file of a terabyte takes no
room on a disk. Whoever checks a path and then opens it may open something else, so what counts is
the open file. A hard link looks like the file itself.
"""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)

# Windows has none of these. There, a path is checked before it is opened: whoever may make links
# on it could put one in between.
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_HOLDS_FOLDERS = os.open in os.supports_dir_fd


class LinkError(OSError):
    """A path is a symbolic link, or passes one."""


class NotRegularError(OSError):
    """A path is a pipe, a socket or a device."""


def read(path: Path, most: int) -> bytes:
    """The content of the regular file ``path``, which is not a link.

    Raises:
        OSError: it is missing or something else, or has more than ``most`` bytes.
    """
    with open_regular(path, most) as file:
        data = file.read(most + 1)
    if len(data) > most:  # it has grown since
        raise _too_large(most)
    return data


def open_regular(path: Path, most: int) -> BinaryIO:
    """Open the regular file ``path``, which is not a link, for reading.

    Raises:
        OSError: it is missing or something else, or has more than ``most`` bytes.
    """
    file = open(path, "rb", opener=_open_file)  # noqa: SIM115
    try:
        if os.fstat(file.fileno()).st_size > most:
            raise _too_large(most)
    except BaseException:
        file.close()
        raise
    return file


def read_below(root: Path, path: Path, most: int) -> bytes:
    """The first ``most`` bytes of the regular file ``path``.

    Args:
        root: a folder above it. This folder, and the way to it, may be links.

    Raises:
        LinkError: ``path`` is a link, or passes one below ``root``.
        NotRegularError: it is a pipe, a socket or a device.
        OSError: it is missing, a folder, or cannot be read.
    """
    if path == root:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    *folders, name = path.relative_to(root).parts
    if not _HOLDS_FOLDERS:
        way = root
        for folder in folders:
            way /= folder
            _refuse_link(os.lstat(way).st_mode)
        with open(_open_file(str(path), os.O_RDONLY), "rb") as file:
            return file.read(most)
    current = os.open(root, _FOLDER)
    try:
        for folder in folders:
            inner = _open_no_link(folder, _FOLDER, current)
            os.close(current)
            current = inner
        with open(_open_file(name, os.O_RDONLY, current), "rb") as file:
            return file.read(most)
    finally:
        os.close(current)


def walk(folder: Path) -> "Iterator[os.DirEntry[str]]":
    """All entries below ``folder``. Links are listed but not followed.

    Iterative, because folders may be nested deeper than Python's recursion limit.

    Raises:
        OSError: a folder cannot be read.
    """
    pending = [str(folder)]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)


def _open_file(name: str, flags: int, within: int | None = None) -> int:
    # O_NONBLOCK: opening a named pipe would otherwise wait for a writer.
    file = _open_no_link(name, flags | _NO_WAIT | getattr(os, "O_BINARY", 0), within)
    mode = os.fstat(file).st_mode
    if stat.S_ISREG(mode):
        return file
    os.close(file)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    raise NotRegularError(None, "it is not a regular file")


def _open_no_link(name: str, flags: int, within: int | None) -> int:
    if not _NO_FOLLOW:
        _refuse_link(os.lstat(name).st_mode)
    try:
        return os.open(name, flags | _NO_FOLLOW, dir_fd=within)
    except OSError as error:
        # The system says "Too many levels of symbolic links", for example. Nothing was opened, so
        # this look at the path only explains why.
        mode = os.stat(name, dir_fd=within, follow_symlinks=False).st_mode
        _refuse_link(mode, error)
        if stat.S_ISDIR(mode):  # Windows: permission denied
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)) from error
        if stat.S_ISSOCK(mode) or stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
            raise NotRegularError(None, "it is not a regular file") from error
        raise


def _refuse_link(mode: int, error: OSError | None = None) -> None:
    if stat.S_ISLNK(mode):
        raise LinkError(None, "it is a link") from error


def _too_large(most: int) -> OSError:
    return OSError(None, f"it is larger than {most >> 20} MiB")
