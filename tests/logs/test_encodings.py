"""A text is recognised in any encoding or escape that reads back exactly."""

import bz2
import codecs
import gzip
import json
import lzma
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.logs.encodings import decode, format_of, narrow, spellings
from grader.model.history import LogFile
from logs.samples import CHINESE, SENT, A, found, stream

ESCAPED = {
    "json": json.dumps({"text": SENT}),
    "json, not escaped": json.dumps({"text": SENT}, ensure_ascii=False),
    "repr": repr(SENT),
    "ascii": ascii(SENT),
    "repr of bytes": repr(SENT.encode()),
    "repr of GBK bytes": str(SENT.encode("gbk")),
    "repr of bytes in json": json.dumps({"data": str(SENT.encode())}),
    "xml": "<text>" + SENT.encode("ascii", "xmlcharrefreplace").decode() + "</text>",
    "repr of bytes in repr in json": json.dumps([repr(str(SENT.encode()))]),
    "json in repr": repr(json.dumps({"text": SENT})),
    "a list": str([("127.0.0.1", 8888), SENT]),
}


@pytest.mark.parametrize("data", [b"", b"a", b"ab", b"\xe4"])
def test_hardly_anything_is_not_taken_for_wide_characters(data):
    assert narrow(data) == data


def test_a_letter_and_a_zero_byte_are_not_taken_for_wide_characters():
    assert narrow(b"l\n\0") == b"l\n\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_wide_characters(encoding):
    data = f"one {A.text}{CHINESE}\ntwo\n".encode(encoding)
    assert found(data) == ["a"]
    assert stream(data).contains_exact(A.text + CHINESE)


@pytest.mark.parametrize("record", ESCAPED.values(), ids=ESCAPED)
def test_escaped_text_that_reads_back_exactly(record):
    assert found(record) == ["a"]
    assert stream(record).contains_exact(SENT)


@pytest.mark.parametrize(
    "record",
    [SENT[:-1], SENT.upper(), SENT.replace("你", "?"), SENT[:9] + "\n" + SENT[9:], ""],
    ids=["cut", "in capitals", "replaced", "in two pieces", "empty"],
)
def test_altered_text_is_not_found(record):
    assert not stream(record).contains_exact(SENT)


@example("𐀀", "utf-16")
@example("\0a" * 15, "utf-8")
@given(st.text(max_size=30), st.sampled_from(["utf-8", "gbk", "utf-16"]))
def test_a_text_is_found_wherever_it_stands(around, encoding):
    data = (around + SENT + around).encode(encoding, "replace")
    assert stream(data).contains_exact(SENT)


def test_decode():
    assert decode("早".encode()) == "早"
    assert decode("早上好".encode("gbk")) == "早上好"
    assert decode(b"\xff\xfe\xfd") == "\\xff\\xfe\\xfd"
    assert decode(b"") == ""


def test_a_character_that_is_cut_is_left_out_if_so_asked():
    cut = "早上".encode()[:4]
    assert decode(cut, cut=True) == "早"
    assert decode(cut) not in ("早", "早上")


def test_utf_16_that_is_cut_or_invalid_is_read_as_far_as_it_goes():
    assert narrow(b"\xff\xfea\0b") == "a\N{REPLACEMENT CHARACTER}".encode()
    assert narrow(b"\xff\xfe\0\xd8a\0") == "\N{REPLACEMENT CHARACTER}a".encode()
    assert narrow(b"a\0\n\0\x01\xd8c\0d\0") == "a\n\N{REPLACEMENT CHARACTER}cd".encode()


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("a\n你好吗在吗啊", True),
        ("\n你好吗在", False),
        ("\r你好吗", True),
        ("a" * 9 + "\n伀", True),
        ("a" * 8 + "\n伀", False),
    ],
)
def test_utf_16_is_told_by_its_share_of_zero_bytes(text, wide):
    for encoding in ("utf-16-le", "utf-16-be"):
        data = text.encode(encoding)
        assert (narrow(data) == text.encode()) is wide


def test_utf_16_is_told_by_what_each_file_of_a_log_has():
    for text, wide in (("a: 你好", False), ("a: 你好\n", True), (f"{A.nonce}你好", True)):
        for encoding in ("utf-16-le", "utf-16-be"):
            assert (narrow(text.encode(encoding)) == text.encode()) is wide
    assert narrow(b"q|5\0sent: q|5\0x|5\0sent: x|5\0") == b"q|5\nsent: q|5\nx|5\nsent: x|5\n"
    assert narrow(b"q\0sent: q\0x\0sent: x\0") == b"q\nsent: q\nx\nsent: x\n"


def test_zero_bytes_of_a_binary_log_are_line_ends():
    assert narrow(b"one\0\0\0two\0") == b"one\ntwo\n"
    assert narrow(b"\5\0\0\0hello\6\0\0\0again!\0") == b"\5\nhello\6\nagain!\n"


def test_single_characters_with_zeros_behind_them_are_not_wide_ones():
    data = A.nonce.encode() + b"\0" + b"".join(bytes([byte, 0]) for byte in A.text.encode())
    assert narrow(data) == "\n".join([A.nonce, *A.text, ""]).encode()


def test_half_a_character_at_the_end_does_not_hide_utf_16():
    assert (
        narrow("\n你好吗".encode("utf-16-le") + b"x")
        == "\n你好吗\N{REPLACEMENT CHARACTER}".encode()
    )


def test_marks_of_the_byte_order_are_left_out_wherever_they_stand():
    assert narrow("ab\ufeffcd\n".encode("utf-16-le")) == b"abcd\n"


def test_all_spellings_of_a_text():
    assert spellings('𐀀你"') == {
        '𐀀你"'.encode(),
        b'?\xc4\xe3"',
        b'&#65536;&#20320;"',
        rb"\ud800\udc00\u4f60\"",
        rb'\\ud800\\udc00\\u4f60\\"',
        rb'\\\\ud800\\\\udc00\\\\u4f60\\\\"',
        rb'\U00010000\u4f60"',
        rb'\\U00010000\\u4f60"',
        rb'\\\\U00010000\\\\u4f60"',
        rb'\xf0\x90\x80\x80\xe4\xbd\xa0"',
        rb'\\xf0\\x90\\x80\\x80\\xe4\\xbd\\xa0"',
        rb'\\\\xf0\\\\x90\\\\x80\\\\x80\\\\xe4\\\\xbd\\\\xa0"',
        rb'?\xc4\xe3"',
        rb'?\\xc4\\xe3"',
        rb'?\\\\xc4\\\\xe3"',
    }


def test_a_text_is_found_across_files_that_only_look_like_utf_16():
    padding, sent = b"\0a" * 100, SENT.encode()
    older = LogFile(path="log.1", data=padding + sent[:9], size=209)
    assert stream(sent[9:] + padding, older).contains_exact(SENT)


def test_what_no_editor_shows_is_no_text():
    for packed in (gzip.compress(b"hello"), bz2.compress(b"hello"), lzma.compress(b"hello")):
        assert format_of(packed)
        assert narrow(packed) == b""
    for text in (b"", b"BZ", b"PK: hello", b"SQLite format 3", b"\x1f hello"):
        assert format_of(text) is None
        assert narrow(text) == text


MEBIBYTE = 1 << 20


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF16_LE + "漢\n".encode("utf-16-le") * (2 * MEBIBYTE),
        codecs.BOM_UTF16_LE + "\U0001f600\n".encode("utf-16-le") * MEBIBYTE,
        "ab\n".encode("utf-16-be") * MEBIBYTE,
        codecs.BOM_UTF16_LE + b"\0\xd8" * (4 * MEBIBYTE),
        b"jqxz" * 4 + b"\na\0" * (2 * MEBIBYTE),
        b"jqxz" * 4 + bytes(8 * MEBIBYTE),
    ],
    ids=["wide", "wider", "narrow", "invalid", "by turns", "zeros"],
)
def test_a_flood_takes_a_few_times_its_size(data):
    tracemalloc.start()
    narrow(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * len(data)


def test_characters_are_whole_wherever_a_portion_ends():
    text = "\U0001f600漢a\r\n" * 100_000
    for start in ("", "x", "漢x"):
        assert (
            narrow(codecs.BOM_UTF16_LE + (start + text).encode("utf-16-le"))
            == (start + text).encode()
        )


def test_what_is_mostly_invalid_is_no_text():
    begins = codecs.BOM_UTF16_LE + "a\n".encode("utf-16-le")
    assert narrow(begins + b"\0\xd8" * 1000) == b"a\n" + "\ufffd".encode() * 1000
    assert narrow(begins + b"\0\xd8" * 100_000) == b""


@pytest.mark.parametrize("count", [1, 2, 3, 64, 1000, 1 << 18])
def test_a_run_of_zero_bytes_is_one_line_end(count):
    assert narrow(b"abcdef" + bytes(count) + b"ghijklmnop" * count) == (
        b"abcdef\n" + b"ghijklmnop" * count
    )
