"""Reads folders and archives as trees; nothing in an archive decides where it is unpacked."""

import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from lzma import LZMAError
from pathlib import Path
from typing import Any, BinaryIO

from grader.bounded import open_regular, read_below
from grader.classroom.importing import packed
from grader.classroom.importing.bounds import (
    EXPORT_BYTES,
    Bounds,
    Ratio,
    TooMuchError,
    copy,
)
from grader.classroom.importing.entry_names import UnsafeNameError, decode_name, safe_parts
from grader.classroom.importing.streams import BoundedStream, decompress, directory_size
from grader.classroom.importing.tree import Item, Tree, TreeBuilder
from grader.errors import UserError, os_reason
from grader.model.text import say

_HEAD = 512

_OFFICE = "[Content_Types].xml"
"""What each file of today's Office has: those are no archives of files."""

NO_FILE = say("it is a link or no regular file")
LOCKED = say("it is encrypted")

_DIRECTORY_ENTRY = 512
"""Bytes of an entry in a zip archive's directory that its names, even long ones, fit in."""

_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, LZMAError, EOFError, OSError,
    NotImplementedError, RuntimeError, ValueError, OverflowError, MemoryError,
)  # fmt: skip
"""What the readers raise of an archive that is damaged, or made to harm. (RuntimeError includes
RecursionError, and ValueError what is wrong with an encoding.)"""


class ArchiveError(UserError):
    """An archive cannot be read."""


class Scratch:
    """A folder of numbered files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = 0

    def new(self) -> Path:
        """The path of a file or folder that does not exist yet."""
        self._count += 1
        return self.folder / str(self._count)


def archive_kind(root: Path, path: Path) -> str | None:
    """The format of the archive ``path``, by its content; None: it is none."""
    head = read_below(root, path, _HEAD)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None if _is_office(path) else "zip"
    if head.startswith(b"7z\xbc\xaf\x27\x1c"):
        return "7z"
    if head.startswith(b"Rar!\x1a\x07"):
        return "rar"
    if head[257:262] == b"ustar" or head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")):
        return "tar"
    return None


def _is_office(path: Path) -> bool:
    try:
        with (
            open_regular(path, EXPORT_BYTES) as file,
            _open_zip(file, Bounds.of_hand_in()) as archive,
        ):
            return _OFFICE in archive.namelist()
    except (TooMuchError, *_BROKEN):
        return False


def _open_zip(file: BinaryIO, bounds: Bounds) -> zipfile.ZipFile:
    """Open a zip archive, unless its directory may have far more entries, each of which takes half
    a KiB of memory as soon as it is opened.

    Raises:
        TooMuchError: it may.
    """
    if directory_size(file) > bounds.entries * _DIRECTORY_ENTRY:
        raise TooMuchError(bounds.too_many())
    return zipfile.ZipFile(file)


def unpack(path: Path, kind: str, scratch: Scratch, bounds: Bounds) -> Tree:
    """Unpack an archive into ``scratch``.

    Args:
        kind: its format, one of those of :func:`archive_kind`.

    Raises:
        ArchiveError: it cannot be read.
        TooMuchError: it exceeds ``bounds``.
    """
    builder = TreeBuilder()
    ratio = Ratio(path.stat().st_size)
    reader = {"zip": _unpack_zip, "tar": _unpack_tar, "7z": _unpack_7z, "rar": _unpack_rar}[kind]
    try:
        reader(path, builder, scratch, bounds, ratio)
    except _BROKEN as error:
        reason = os_reason(error) if isinstance(error, OSError) else str(error)
        raise ArchiveError(
            say("the archive is damaged ({reason})", reason=reason or type(error).__name__)
        ) from error
    return builder.tree


def read_folder(folder: Path, bounds: Bounds) -> Tree:
    """The files below ``folder``. No link is followed, and what a rule ignores is not entered.

    Raises:
        OSError: a folder cannot be read.
        TooMuchError: there are too many files, or too large ones.
    """
    builder = TreeBuilder()
    pending: list[tuple[Path, str]] = [(folder, "")]
    while pending:
        current, above = pending.pop()
        for entry in sorted(current.iterdir(), key=lambda each: os.fsencode(each.name)):
            bounds.count_entry()
            name = above + decode_name(os.fsencode(entry.name))
            mode = entry.lstat().st_mode
            try:
                # Not the whole path: a backslash is a character here.
                parts = safe_parts(name.replace("\\", "_"))
            except UnsafeNameError as error:
                builder.refuse(name, error.what)
                continue
            if stat.S_ISDIR(mode):
                if not builder.ignore(parts):
                    pending.append((entry, name + "/"))
            elif builder.admits(parts):
                if stat.S_ISREG(mode):
                    bounds.count_bytes(entry.lstat().st_size)
                    builder.add(parts, entry, folder)
                else:
                    builder.refuse(name, NO_FILE)
    return builder.tree


def single_file(path: Path) -> Tree:
    """A tree of one file."""
    name = decode_name(os.fsencode(path.name))
    return Tree(items=(Item(parts=safe_parts(name), file=path, root=path.parent),))


class _Adder:
    """Adds an archive's entries to a tree, one by one."""

    def __init__(
        self, builder: TreeBuilder, scratch: Scratch, bounds: Bounds, ratio: Ratio
    ) -> None:
        self._builder, self._scratch = builder, scratch
        self._bounds, self._ratio = bounds, ratio

    def add(
        self, raw: bytes, open_entry: Callable[[], Any], *, regular: bool, locked: bool = False
    ) -> None:
        """Add the file of the name ``raw``."""
        name = decode_name(raw)
        try:
            parts = safe_parts(name)
        except UnsafeNameError as error:
            self._builder.refuse(name, error.what)
            return
        if not self._builder.admits(parts):
            return
        if locked or not regular:
            self._builder.refuse(name, LOCKED if locked else NO_FILE)
            return
        target = self._scratch.new()
        try:
            with open_entry() as source:
                copy(source, target, self._bounds, self._ratio)
        except _BROKEN as error:
            self._builder.refuse(name, say("it is damaged ({reason})", reason=error))
            return
        self._builder.add(parts, target, self._scratch.folder)


def _unpack_zip(
    path: Path, builder: TreeBuilder, scratch: Scratch, bounds: Bounds, ratio: Ratio
) -> None:
    adder = _Adder(builder, scratch, bounds, ratio)
    with open_regular(path, EXPORT_BYTES) as file, _open_zip(file, bounds) as archive:
        for info in archive.infolist():
            bounds.count_entry()
            raw = info.orig_filename
            kind = stat.S_IFMT(info.external_attr >> 16)
            if raw.endswith(("/", "\\")) or stat.S_ISDIR(kind):
                continue
            adder.add(
                # Bit 11 says that it is UTF-8. Else Python has decoded it as cp437.
                raw.encode("utf-8" if info.flag_bits & 0x800 else "cp437", "replace"),
                partial(archive.open, info),
                regular=kind in (0, stat.S_IFREG),
                locked=bool(info.flag_bits & 1),
            )


def _unpack_tar(
    path: Path, builder: TreeBuilder, scratch: Scratch, bounds: Bounds, ratio: Ratio
) -> None:
    adder = _Adder(builder, scratch, bounds, ratio)
    with open_regular(path, EXPORT_BYTES) as file, decompress(file) as plain:
        # What is skipped counts, too: it has to be unpacked.
        stream = BoundedStream(plain, bounds.bytes + 1024 * bounds.entries, bounds.too_large())
        stream = BoundedStream(stream, ratio.most + 1024 * bounds.entries, packed.TOO_DENSE)
        with tarfile.open(
            fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape"
        ) as archive:
            for member in archive:
                bounds.count_entry()
                if member.isdir():
                    continue
                adder.add(
                    member.name.encode("utf-8", "surrogateescape"),
                    partial(archive.extractfile, member),
                    regular=member.isreg(),
                )


def _unpack_rar(
    path: Path, builder: TreeBuilder, scratch: Scratch, bounds: Bounds, ratio: Ratio
) -> None:
    rarfile = packed.load("rarfile")
    adder = _Adder(builder, scratch, bounds, ratio)
    try:
        # All of them are read before the first one can be looked at.
        with rarfile.RarFile(
            path, charset="gb18030", info_callback=lambda _: bounds.count_entry()
        ) as archive:
            for info in archive.infolist():
                bounds.check_time()
                if info.is_dir():
                    continue
                adder.add(
                    info.filename.encode("utf-8", "surrogateescape"),
                    partial(archive.open, info),
                    regular=info.is_file() and not info.file_redir,
                    locked=info.needs_password(),
                )
    except rarfile.RarCannotExec as error:
        raise ArchiveError(
            say("no program that unpacks rar is installed: unrar, unar, 7z or bsdtar")
        ) from error
    except rarfile.Error as error:
        raise ArchiveError(say("the archive is damaged ({reason})", reason=error)) from error


def _unpack_7z(
    path: Path, builder: TreeBuilder, scratch: Scratch, bounds: Bounds, ratio: Ratio
) -> None:
    packed.load("py7zr")
    folder = scratch.new()
    folder.mkdir()
    found = packed.unpack_7z(path, folder, entries=bounds.entries, most=bounds.bytes)
    if found.locked:
        raise ArchiveError(LOCKED)
    if found.too_much:
        raise TooMuchError(bounds.too_large())
    if found.failed:
        raise ArchiveError(say("the archive is damaged ({reason})", reason=found.failed))
    adder = _Adder(builder, scratch, bounds, ratio)
    for entry in found.entries:
        bounds.count_entry()
        adder.add(
            entry.name.encode("utf-8", "surrogatepass"),
            partial((folder / str(entry.number)).open, "rb"),
            regular=entry.regular,
        )
