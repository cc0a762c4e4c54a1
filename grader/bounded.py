"""Reads files that a stranger may have made: regular files only, and only so much of them.

A link may lead anywhere, a pipe keeps its reader waiting, and a sparse file of a terabyte takes no
room on a disk.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


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
    file = open(path, "rb", opener=_not_followed)  # noqa: SIM115
    try:
        if os.fstat(file.fileno()).st_size > most:
            raise _too_large(most)
    except BaseException:
        file.close()
        raise
    return file


def open_without_waiting(path: str, flags: int) -> int:
    """An opener for :func:`open` that takes regular files only, and links to them.

    Raises:
        OSError: it is missing or something else. A folder's is of the class that :func:`open`
            raises for one.
    """
    # O_NONBLOCK: opening a named pipe would otherwise wait for a writer.
    file = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    mode = os.fstat(file).st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        os.close(file)
        raise OSError(None, "it is not a regular file")
    return file


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


def _not_followed(path: str, flags: int) -> int:
    if Path(path).is_symlink():  # O_NOFOLLOW says "Too many levels of symbolic links"
        raise OSError(None, "it is a link")
    return open_without_waiting(path, flags | getattr(os, "O_NOFOLLOW", 0))


def _too_large(most: int) -> OSError:
    return OSError(None, f"it is larger than {most >> 20} MiB")
