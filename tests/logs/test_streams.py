"""The lines of a log."""

import pytest

from grader.logs.streams import LINE_BYTES
from logs.samples import stream


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end):
    lines = stream(f"one{end}two{end}{end}four")
    assert lines.line_count == 4
    assert [lines.line_text(number) for number in range(1, 5)] == ["one", "two", "", "four"]
    assert lines.line_at(0) == 1
    assert lines.line_at(len("one" + end)) == 2


def test_the_last_line_end_does_not_start_a_line():
    assert stream("one\n").line_count == 1
    assert stream("").line_count == 0


def test_a_long_line_is_cut_between_characters():
    shown = stream("x" + "早" * 500 + "\n").line_text(1)
    assert shown == "x" + "早" * 133 + "…"
    assert stream("早" * 500).line_text(1) == "早" * 133 + "…"
    assert stream(("x" + "早" * 500).encode("gbk")).line_text(1) == "x" + "早" * 199 + "…"


@pytest.mark.parametrize("codec", ["utf-8", "gbk"])
def test_a_long_line_is_shown_around_a_place(codec):
    lines = stream(("早" * 500 + " 早上" + "早" * 9 + "place" + "好" * 500).encode(codec))
    shown = lines.line_text(1, lines.data.index(b"place"))
    assert shown.startswith("…早上" + "早" * 9 + "place好好")
    assert shown.endswith("好…")


def test_a_long_line_without_characters_of_one_byte_is_shown_from_the_place_on():
    lines = stream("x\n" + "早" * 500 + "place\n")
    assert lines.line_text(2, lines.data.index(b"place")) == "…place"
    assert lines.line_text(2, lines.data.index("早".encode())).startswith("早早")


def test_a_line_is_shown_without_its_end_and_nothing_else_is_left_out():
    assert stream("Xa X\r\n").line_text(1) == "Xa X"
    assert stream("a \t\n").line_text(1) == "a \t"
    longest = "x" * (LINE_BYTES - 1)
    assert stream(f"{longest}\nb\n").line_text(1) == longest


def test_where_a_line_ends():
    lines = stream("one\ntwo")
    assert [lines.record_end(offset) for offset in (0, 3, 4, 6)] == [4, 4, 7, 7]
