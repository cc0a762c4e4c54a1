"""A text is recognised in any encoding or escape that reads back exactly."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.logs.encodings import decode, narrow
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
    "json in repr": repr(json.dumps({"text": SENT})),
    "a list": str([("127.0.0.1", 8888), SENT]),
}


@pytest.mark.parametrize("data", [b"", b"a", b"ab", b"\xe4"])
def test_hardly_anything_is_not_taken_for_wide_characters(data):
    assert narrow(data) == data


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
