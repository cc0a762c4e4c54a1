"""A message is found in any record format."""

import time

import pytest
from checks.histories import message, text
from hypothesis import given
from hypothesis import strategies as st

from grader.logs.mentions import find_mentions
from grader.logs.nonces import PLACES
from logs.samples import CHINESE, A, B, C, found, offsets, stream

FORMATS = {
    "bare": "{}\n",
    "a time and an address": "[2024-05-01 12:00:00,123] ('127.0.0.1', 53124): {}\n",
    "a name behind": "{} -- from client 7\r\n",
    "quoted": "'{}'\n",
    "blank lines": "\n\n{}\n\n",
    "no end of line": "{}|",
    "letters right before it": "xqjz{}zjxq\n",
    "a hexadecimal number": "0x7fffe2a0 {}\n",
    "an escape sequence": "\x1b[31m{}\x1b[0m\n",
    "JSON": '{{"time": 1.5, "text": "{}"}}\n',
    "chinese": "客户端消息：{}（收到）\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_formats(form, encoding):
    data = "".join(form.format(m.text + CHINESE) for m in (A, B)).encode(encoding)
    assert found(data, A, B, C) == ["a", "b"]
    assert stream(data).contains_exact(A.text + CHINESE)
    assert not stream(data).contains_exact(C.text + CHINESE)


def test_capitals():
    assert found(f"{A.text.upper()}\n{B.text.title()}\n") == ["a", "b"]


def test_two_without_anything_between():
    assert offsets(A.nonce + B.nonce) == {"a": (0,), "b": (len(A.nonce),)}


def test_in_a_long_stretch_of_the_same_letters():
    stretch = "jqxz" * 50
    assert offsets(f"{stretch}{A.nonce}{stretch}{B.nonce}{A.nonce}\n", A, B, C) == {
        "a": (200, 432),
        "b": (416,),
    }


def test_one_that_is_logged_twice():
    twice = f"{A.text}\n{A.text}\n"
    assert offsets(twice) == {"a": (0, len(A.text) + 1)}
    assert find_mentions(stream(twice), (A,))["a"].lines == {1, 2}


def test_no_more_than_a_thousand_places_of_one_are_noted():
    often = find_mentions(stream(f"{A.text}\n" * (PLACES + 1)), (A,))
    assert len(often["a"].offsets) == PLACES
    assert offsets(f"{A.text}\n" * (PLACES + 1) + B.text)["b"] == (
        (PLACES + 1) * len(A.text + "\n"),
    )


def test_messages_of_other_plays_are_passed_over():
    assert found(f"{C.nonce}\n{A.nonce}\n{C.nonce}{B.nonce}\n") == ["a", "b"]


plain = st.text(st.characters(codec="utf-8", exclude_characters="jqxzJQXZ"), max_size=40)


@given(st.lists(st.tuples(plain, plain), min_size=3, max_size=3), st.sampled_from(["utf-8", "gbk"]))
def test_any_prefix_and_suffix(around, encoding):
    data = b"".join(
        before.encode(encoding, "replace") + m.text.encode() + after.encode(encoding, "replace")
        for m, (before, after) in zip((A, B, C), around, strict=True)
    )
    positions = offsets(data, A, B, C)
    # A GBK character's second byte may be one of the letters: then other places may fit as well.
    assert all(m.nonce.encode() in data[positions[m.name][0] :][:16].lower() for m in (A, B, C))
    starts = [positions[m.name][0] for m in (A, B, C)]
    assert starts == sorted(starts)


@given(st.binary(max_size=200))
def test_any_bytes(data):
    """Nothing is found in them, unless it is there; and all of them can be shown."""
    anything = stream(data)
    assert found(data) == []
    assert 0 <= anything.line_count <= len(data)
    for number in range(1, anything.line_count + 1):
        assert isinstance(anything.line_text(number), str)
    for offset in range(len(anything.data)):
        assert 1 <= anything.line_at(offset) <= anything.line_count


@pytest.mark.parametrize(
    "flood",
    [b"client left\n" * 100_000, b"\n" * 1_000_000, b"x" * 1_000_000, b"x\n" * 1_000_000,
     b"jj qq\n" * 200_000, text("b").encode() * 50_000],
    ids=["records", "blank lines", "letters", "letters on lines", "runs", "messages"],
)  # fmt: skip
def test_a_flood_is_searched_in_time(flood):
    """Each of these is a second of a loop gone wild, and the message is behind it."""
    start = time.process_time()
    many = [message(f"c{number}", number, None) for number in range(10)]
    flooded = stream(flood + b"\n" + A.text.encode() + b"\n")
    locations = find_mentions(flooded, (A, B, *many))
    assert [*locations["a"].offsets] == [len(flood) + 1]
    assert not any(m.name in locations for m in many)
    assert flooded.line_text(locations["a"].line) == A.text
    # A tenth of a second each here; it took minutes when every piece was tried with every other.
    assert time.process_time() - start < 10
