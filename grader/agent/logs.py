"""Finds and reads what the server wrote."""

from __future__ import annotations

import itertools
import os
import re
import stat
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_ENTRIES = 4096
"""Files and folders that are looked at. A right server writes a handful."""


class Log(NamedTuple):
    """A file that the server wrote."""

    path: str
    size: int
    data: bytes
    """Its bytes, or the first of them where it is larger than what may be kept."""


def _files(roots: Iterable[str]) -> Iterator[str]:
    todo, left = list(roots), _ENTRIES
    while todo and left:
        try:
            with os.scandir(todo.pop()) as listing:
                entries = sorted(itertools.islice(listing, left), key=lambda entry: entry.name)
        except OSError:
            continue
        left -= len(entries)
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    todo.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield entry.path


def read(path: str, limit: int) -> Log | None:
    """Read a regular file, ``limit`` bytes at most; None for anything else."""
    # Between the listing and this the name may have become a link, a pipe or a device: it is
    # opened without following, without waiting, and looked at again.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        file = os.open(path, flags)
    except OSError:
        return None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            return None
        pieces = []
        while limit > 0 and (piece := os.read(file, min(limit, 1 << 20))):
            pieces.append(piece)
            limit -= len(piece)
        return Log(path, status.st_size, b"".join(pieces))
    except OSError:
        return None
    finally:
        os.close(file)


def written(roots: Iterable[str], apart_from: str, limit: int) -> list[Log]:
    """What is in the files below ``roots`` but the program itself, ``limit`` bytes in all.

    The smallest come first: a flood, which a limit cuts off, hides no log beside it.
    """
    found = []
    for path in sorted(_files(roots), key=_size):
        if path == apart_from:
            continue
        log = read(path, limit)
        if log:
            limit -= len(log.data)
            found.append(log)
    return found


_LETTERS = b"jqxzJQXZ"
_OTHERS = bytes(set(range(256)) - set(_LETTERS))
_RUNS = re.compile(b"[%s]{2,}" % _LETTERS)


def letters(data: bytes) -> tuple[bytes, bytes]:
    """The letters that nonces are made of, and nothing else: so a nonce is recognised in any
    record format, in capitals, and cut in pieces. With, and without, those that stand alone:
    they may be a prefix's, or the pieces of a server that reads byte by byte."""
    return data.translate(None, _OTHERS).lower(), b"".join(_RUNS.findall(data)).lower()


def size(roots: Iterable[str]) -> int:
    """Bytes in the files below ``roots``."""
    return sum(map(_size, _files(roots)))


def _size(path: str) -> int:
    """A file's bytes; 0 where it is gone meanwhile."""
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0
