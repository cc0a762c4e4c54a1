"""Finds and reads the files that the server wrote."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from .. import untrusted_fs

_ENTRIES = 4096
"""Files and folders that are listed at most. A right server writes a handful."""

_DEEPEST = 16
"""Levels of folders that are listed at most: each folder is opened from the root on."""


class LogFile(NamedTuple):
    """A file that the server wrote."""

    path: str
    size: int
    data: bytes
    """Its bytes, or the first of them where it is larger than what may be kept."""
    written: int = 0
    """Time of the last write, in nanoseconds of ``time.time_ns``; 0: unknown."""

    def is_still(self, data: bytes | None) -> bool:
        """Whether the file holds ``data``, as far as it was read; None: it did not exist."""
        return data is not None and len(data) == self.size and data.startswith(self.data)


class Folder(NamedTuple):
    """An open folder. No link was followed to it."""

    path: str
    descriptor: int
    """Valid until the next folder is asked for."""
    status: os.stat_result
    """As of before it was listed."""
    files: list[os.DirEntry[str]]
    """Its regular files, sorted by name."""


def walk(roots: Iterable[str]) -> Iterator[Folder]:
    """The folders below ``roots`` and these themselves."""
    left = _ENTRIES

    def below(folder: int, path: str, depth: int) -> Iterator[Folder]:
        nonlocal left
        status = os.fstat(folder)
        with os.scandir(folder) as listing:
            entries = sorted(itertools.islice(listing, left), key=lambda entry: entry.name)
        left -= len(entries)
        inner = [e.name for e in entries if e.is_dir(follow_symlinks=False)]
        files = [e for e in entries if e.is_file(follow_symlinks=False)]
        yield Folder(path, folder, status, files)
        for name in inner if depth < _DEEPEST else ():
            if name != "__pycache__":
                with contextlib.suppress(OSError):
                    opened = untrusted_fs.open_within(folder, name, 0o500)
                    try:
                        yield from below(opened, f"{path}/{name}", depth + 1)
                    finally:
                        os.close(opened)

    for root in roots:
        with contextlib.suppress(OSError), untrusted_fs.opened(root, 0o500) as place:
            yield from below(place, root, 0)


def _files(roots: Iterable[str]) -> Iterator[tuple[str, int]]:
    """The regular files below ``roots``, with their sizes. No link is followed."""
    for folder in walk(roots):
        for entry in folder.files:
            with contextlib.suppress(OSError):
                yield f"{folder.path}/{entry.name}", entry.stat(follow_symlinks=False).st_size


def read(path: str, limit: int, folder: int | None = None) -> LogFile | None:
    """Read a regular file, ``limit`` bytes at most; None for anything else.

    ``folder``: a descriptor of the file's folder. Without it, links in ``path`` are followed.
    """
    # Since it was listed, the name may have become a link, a pipe or a device: so it is opened
    # without following links and without blocking, and its type is checked again.
    name = path if folder is None else os.path.basename(path)
    untrusted_fs.open_up(name, 0o400, folder)
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        file = os.open(name, flags, dir_fd=folder)
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
        data = b"".join(pieces)
        return LogFile(path, status.st_size, data, status.st_mtime_ns)
    except OSError:
        return None
    finally:
        os.close(file)


def read_all(
    roots: Iterable[str], apart_from: str, limit: int, before: Mapping[str, bytes] = {}
) -> list[LogFile]:
    """The files below ``roots`` except ``apart_from``, ``limit`` bytes in all, and without those
    that are still as they were ``before``.

    The smallest come first, so that a flooded file, which the limit cuts off, hides no other.
    """
    found = []
    with contextlib.ExitStack() as opened:
        here, folder = "", 0  # most files share a folder with the one before
        for path, _ in sorted(_files(roots), key=lambda file: file[1]):
            if path == apart_from:
                continue
            if os.path.dirname(path) != here:
                opened.close()
                here = ""
                with contextlib.suppress(OSError):
                    folder = opened.enter_context(untrusted_fs.opened(os.path.dirname(path), 0o500))
                    here = os.path.dirname(path)
            log = read(path, limit, folder) if here else None
            if log and not log.is_still(before.get(path)):
                limit -= len(log.data)
                found.append(log)
    return found


_LETTERS = b"jqxzJQXZ"
_OTHERS = bytes(set(range(256)) - set(_LETTERS))
_OTHER = re.compile(b"[^%s]" % _LETTERS)
_LOWER = bytes.maketrans(b"JQXZ", b"jqxz")
_BLANKED = bytes.maketrans(_OTHERS + b"JQXZ", b" " * len(_OTHERS) + b"jqxz")
_LABELLED = re.compile(b"(?s)([%s](?<=(..).)[%s]*)" % (_LETTERS, _LETTERS))
"""A run, behind the two bytes by which a text is told from what else is in a record. More would be
apt to reach into a time or a number, which differs from record to record."""

_CHUNK = 1 << 18
"""Bytes in which runs are looked for at once. A run for itself takes many times its length, and a
log of pairs of letters has millions: more than the agent may have memory."""

_PIECES = 1 << 18
"""Bytes, from the file's start, whose letters are sorted by label. A server that reads byte by byte
writes fewer."""


def nonce_letters(data: bytes) -> Iterator[bytes]:
    """Yield the nonces' letters in ``data``: all of them; those in runs of two or more; and those
    of each *label*, one label to a line.

    So a nonce is recognised in any record format, in capitals, and cut into pieces. A letter that
    stands alone may belong to a record's prefix (``text=``), or be a piece: of a server that reads
    byte by byte, or what is left at a nonce's end. The prefix tells them apart: every piece stands
    behind the same label, which a letter of the label itself does not.
    """
    yield letters(data)
    yield b"".join(_runs(data))
    by_label: dict[bytes, list[bytes]] = {}
    for run, label in _LABELLED.findall(b"\n\n" + data[:_PIECES]):
        by_label.setdefault(label.rpartition(b"\n")[2], []).append(run)
    yield b"\n".join(map(b"".join, by_label.values())).lower()


def letters(data: bytes) -> bytes:
    """All letters of the nonces in ``data``."""
    return data.translate(_LOWER, _OTHERS)


def _runs(data: bytes) -> Iterator[bytes]:
    """The nonces' letters in runs of two or more."""
    start = 0
    while start < len(data):
        other = _OTHER.search(data, start + _CHUNK)
        end = other.start() if other else len(data)
        runs = data[start:end].translate(_BLANKED).split()
        yield b"".join([run for run in runs if len(run) > 1])
        start = end


def total_size(roots: Iterable[str]) -> int:
    """Total size of the files below ``roots``, in bytes."""
    return sum(size for _, size in _files(roots))
