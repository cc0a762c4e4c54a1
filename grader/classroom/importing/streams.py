"""Streams that are decompressed while they are read, and that end in time."""

import bz2
import gzip
import io
import lzma
from typing import IO, Any

from grader.classroom.importing.bounds import TooMuchError
from grader.model.text import Text


class BoundedStream(io.RawIOBase):
    """Reads ``source``, but no more than ``most`` bytes.

    More raises :class:`.TooMuchError` with the reason ``why``.
    """

    def __init__(
        self, source: IO[bytes] | io.BufferedIOBase | io.RawIOBase, most: int, why: Text
    ) -> None:
        self._source, self._left, self._why = source, most, why

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into ``buffer``, and return how much."""
        view = memoryview(buffer)
        data = self._source.read(len(view)) or b""
        self._left -= len(data)
        if self._left < 0:
            raise TooMuchError(self._why)
        view[: len(data)] = data
        return len(data)


def decompress(file: IO[bytes]) -> IO[bytes] | io.BufferedIOBase:
    """What ``file`` holds, which may be compressed by gzip, bzip2 or xz."""
    head = file.read(6)
    file.seek(0)
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file)
    if head.startswith(b"BZh"):
        return bz2.BZ2File(file)
    if head.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMAFile(file)
    return file


_END, _LOCATOR, _END_64 = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
_END_SIZE, _LOCATOR_SIZE, _END_64_SIZE = 22, 20, 56
_LONGEST_COMMENT = 0xFFFF
_IN_64 = 0xFFFFFFFF
"""Stands in place of a size that only the record of zip's 64-bit format has."""


def directory_size(file: IO[bytes]) -> int:
    """How many bytes the directory of a zip archive says that it has; 0: there is none."""
    length = file.seek(0, io.SEEK_END)
    start = max(0, length - _END_SIZE - _LONGEST_COMMENT - _LOCATOR_SIZE)
    file.seek(start)
    tail = file.read()
    # Python looks for the last one, too.
    end = tail.rfind(_END, 0, len(tail) - _END_SIZE + len(_END))
    if end < 0:
        return 0
    size = int.from_bytes(tail[end + 12 : end + 16], "little")
    locator = tail[max(0, end - _LOCATOR_SIZE) : end]
    if locator.startswith(_LOCATOR):
        file.seek(min(length, int.from_bytes(locator[8:16], "little")))
        record = file.read(_END_64_SIZE)
        if record.startswith(_END_64):
            size = max(size if size != _IN_64 else 0, int.from_bytes(record[40:48], "little"))
    return size
