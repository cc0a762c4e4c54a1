"""A binary log whose records say how long they are."""

import struct

import pytest
from checks.histories import nonce, text

from grader.logs.encodings import narrow
from grader.logs.lengths import records_of

TEXTS = [text(name).encode() * times for name, times in (("a", 1), ("b", 5), ("c", 2))]


@pytest.mark.parametrize("form", [">I", "<I", ">H", "<H", ">Q", "<Q", "B"])
def test_records_behind_their_lengths(form):
    data = b"".join(struct.pack(form, len(each)) + each for each in TEXTS)
    assert records_of(data) == TEXTS
    assert narrow(data) == b"".join(each + b"\n" for each in TEXTS)


def test_the_newest_file_of_a_log_may_hold_one_record():
    assert records_of(b"\0\0\0\5hello") == [b"hello"]


def test_a_name_and_a_text_with_a_length_each():
    parts = [b"client", TEXTS[0], b"terminal", TEXTS[1]]
    assert records_of(b"".join(struct.pack(">I", len(each)) + each for each in parts)) == parts


@pytest.mark.parametrize("length", [10, 13, ord("q")])
def test_a_length_may_be_any_byte(length):
    data = b"".join(struct.pack(">I", length) + letter * length for letter in (b"a", b"b"))
    assert narrow(data) == b"a" * length + b"\n" + b"b" * length + b"\n"


def test_a_record_with_a_line_end_keeps_it():
    assert narrow(b"\0\2a\n\0\2b\n") == b"a\nb\n"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0\0",  # no text
        b"\0\0\0\5hello\0\0\0\5hel",  # the last one is cut
        b"\0\0\0\5hello\0\0\0\7hello",
        # Text, though its bytes come out even as lengths: '!' is 33.
        (b"!" + b"a" * 33) * 3,
        # Lines that end with a zero, too. '!' is 33, and a line end 10.
        b"!" + b"a" * 32 + b"\n\0" + b"\n" + b"a" * 8 + b"\n\0",
        # The length of the second record would be a letter of a nonce.
        bytes([3]) + b"abc" + nonce("a").encode() + b"-" * (nonce("a").encode()[0] - 15),
    ],
)
def test_what_is_no_record_behind_its_length(data):
    assert records_of(data) == []
