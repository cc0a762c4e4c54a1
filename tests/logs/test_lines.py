"""Lines are found as a search for each line end finds them, in little memory."""

import re
import tracemalloc
from bisect import bisect_right
from random import Random

import pytest

from grader.logs.lines import Lines


@pytest.mark.parametrize("size", [0, 1, 2, 1023, 1024, 1025, 3000])
@pytest.mark.parametrize("letters", [b"a\n", b"a\r", b"\r\n", b"aaaaaaaa\r\n", b"a"])
def test_each_offset_is_in_its_line(size: int, letters: bytes) -> None:
    data = bytes(Random(size).choices(letters, k=size))
    starts = [0, *(end.end() for end in re.finditer(rb"\r\n|\n|\r", data))]
    count = len(starts) - (starts[-1] == len(data))
    lines = Lines(data)
    assert lines.count == count
    assert [lines.start(line) for line in range(1, count + 1)] == starts[:count]
    assert lines.start(count + 1) == len(data)
    at_each = [bisect_right(starts, at) for at in range(size)]
    assert [lines.at(at) for at in range(size)] == at_each
    for offsets in (range(size), range(size - 1, -1, -7)):
        assert all(lines.end(at) == lines.start(at_each[at] + 1) for at in offsets)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_log_of_nothing_but_line_ends_takes_little_memory(end: bytes) -> None:
    data = end * (1 << 19)
    tracemalloc.start()
    try:
        lines = Lines(data)
        assert lines.start(lines.at(len(data) // 2)) == len(data) // 2
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < len(data) / 16
