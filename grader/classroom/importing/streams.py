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
