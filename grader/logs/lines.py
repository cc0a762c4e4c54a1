"""Lines of a log: where each begins, in little memory."""

import re
from array import array
from bisect import bisect_left
from itertools import islice

_LINE_END = re.compile(rb"\r\n|\n|\r")

_BLOCK = 1024
"""Bytes for which the line ends before them are noted. A place for each line would take eight times
as much memory as a log of nothing but line ends."""


class Lines:
    """The lines of ``data``, which LF, CR or CR LF end. The first one has number 1."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._returns = b"\r" in data
        self._before = array("Q", [0])
        """The number of line ends before each block, and in all."""
        for start in range(0, len(data), _BLOCK):
            ends = self._ends(start, min(len(data), start + _BLOCK))
            self._before.append(self._before[-1] + ends)
        self._last = (0, 0)
        """Two offsets between which there is no line end, but at the second one."""

    def _ends(self, start: int, end: int) -> int:
        """Return how many line ends end behind ``start``, up to ``end``."""
        count = self._data.count(b"\n", start, end)
        if self._returns:
            count += self._data.count(b"\r", start, end)
            count -= self._data.count(b"\r\n", start, end + 1)
        return count

    @property
    def count(self) -> int:
        """The number of lines; a last one without a line end counts unless it is empty."""
        return self._before[-1] + (self._data[-1:] not in (b"", b"\n", b"\r"))

    def at(self, offset: int) -> int:
        """Return the number of the line that ``offset`` lies in."""
        block = min(offset // _BLOCK, len(self._before) - 1)
        return 1 + self._before[block] + self._ends(block * _BLOCK, offset)

    def end(self, offset: int) -> int:
        """Return the offset at which the line of ``offset`` ends, with its line end included.

        Asked for ascending offsets, it reads nothing twice, even if all are in one line.
        """
        if not self._last[0] <= offset < self._last[1]:
            found = _LINE_END.search(self._data, offset)
            self._last = offset, found.end() if found else len(self._data)
        return self._last[1]

    def start(self, line: int) -> int:
        """Return the offset at which a line begins; behind the last line, the data's end."""
        number = line - 1
        if number <= 0:
            return 0
        if number > self._before[-1]:
            return len(self._data)
        block = bisect_left(self._before, number) - 1
        ends = _LINE_END.finditer(self._data, block * _BLOCK)
        return next(islice(ends, number - self._before[block] - 1, None)).end()
