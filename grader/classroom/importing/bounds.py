"""How much an export, and what one student handed in, may hold.

docs/grading-a-class.md states these numbers.
"""

import math
import time
from pathlib import Path
from typing import BinaryIO

from grader.errors import UserError
from grader.model.text import Text, say

MIB = 1 << 20

EXPORT_ENTRIES, EXPORT_BYTES = 100_000, 2048 * MIB
"""Most files and folders of an export, and most bytes of its files, unpacked."""

HAND_IN_ENTRIES, HAND_IN_BYTES = 2_000, 50 * MIB
"""The same of one student's hand-in, with all archives in it."""

HAND_IN_SECONDS = 300
"""Seconds for which the archives of one student's hand-in may keep their reader busy. A solid rar
is unpacked anew for each of its files."""

RATIO, ANY_RATIO_BYTES = 200, 10 * MIB
"""How many times an archive's size its content may have, if that is more than so many bytes."""

DEPTH = 3
"""Archives within each other, the export among them."""

_CHUNK = 64 << 10


class TooMuchError(UserError):
    """Something holds more than it may."""


class Bounds:
    """What is left of the entries and bytes that may be read, and of the time for it."""

    def __init__(self, entries: int, most: int, seconds: float = math.inf) -> None:
        self.entries, self.bytes = entries, most
        self._until = time.monotonic() + seconds
        self._all = entries, most

    def count_entry(self) -> None:
        """Count one more.

        Raises:
            TooMuchError: there are too many, or it takes too long.
        """
        self.check_time()
        self.entries -= 1
        if self.entries < 0:
            raise TooMuchError(self.too_many())

    def check_time(self) -> None:
        """Raise a :class:`TooMuchError` if it takes too long."""
        if time.monotonic() > self._until:
            raise TooMuchError(
                say("it takes more than {seconds} s to unpack", seconds=HAND_IN_SECONDS)
            )

    def count_bytes(self, size: int) -> None:
        """Count ``size`` more bytes.

        Raises:
            TooMuchError: there are too many.
        """
        self.bytes -= size
        if self.bytes < 0:
            raise TooMuchError(self.too_large())

    def too_many(self) -> Text:
        """Say that there are too many entries."""
        return say("it has more than {count} files", count=self._all[0])

    def too_large(self) -> Text:
        """Say that there are too many bytes."""
        return say("it has more than {size} MiB when unpacked", size=self._all[1] // MIB)

    @staticmethod
    def of_export() -> "Bounds":
        """Those of an export."""
        return Bounds(EXPORT_ENTRIES, EXPORT_BYTES)

    @staticmethod
    def of_hand_in() -> "Bounds":
        """Those of what one student handed in."""
        return Bounds(HAND_IN_ENTRIES, HAND_IN_BYTES, HAND_IN_SECONDS)


class Ratio:
    """Compares what an archive holds with its size."""

    def __init__(self, packed: int) -> None:
        self.most = max(packed * RATIO, ANY_RATIO_BYTES)
        self._unpacked = 0

    def count(self, size: int) -> None:
        """Count ``size`` more bytes that were unpacked.

        Raises:
            TooMuchError: they are out of proportion.
        """
        self._unpacked += size
        if self._unpacked > self.most:
            raise TooMuchError(too_dense())


def too_dense() -> Text:
    """Say that an archive holds far more than its size."""
    return say("its content is more than {ratio} times as large as the archive", ratio=RATIO)


def copy(source: BinaryIO, target: Path, bounds: Bounds, ratio: Ratio) -> int:
    """Write what ``source`` holds to the new file ``target``, and return how many bytes it was.

    Raises:
        TooMuchError: that exceeds a bound.
    """
    size = 0
    with target.open("xb") as file:
        while chunk := source.read(_CHUNK):
            bounds.count_bytes(len(chunk))
            ratio.count(len(chunk))
            file.write(chunk)
            size += len(chunk)
    return size
