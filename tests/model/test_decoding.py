"""Events are decoded strictly: any invalid line is an error."""

import base64
import json
import zlib
from contextlib import suppress

import pytest
from checks.histories import lines, pack, right_scenes
from hypothesis import given
from hypothesis import strategies as st

from grader.model import decoding, event
from grader.model.decoding import EventError, parse_event, unpack

STREAM = lines(*right_scenes())
SENT = b'{"event": "sent", "at": 7, "message": "m1", "source": "client 1", "text": "jq hello"}'


def test_a_complete_line():
    assert parse_event(SENT) == event.Sent(
        at=7, message="m1", source="client 1", text="jq hello"
    )  # fmt: skip


def test_every_line_of_a_run():
    kinds = {type(parse_event(line)) for line in STREAM}
    assert {event.Agent, event.Scenario, event.Observed, event.LogFile, event.Finished} <= kinds


@pytest.mark.parametrize("line", [SENT, max(STREAM, key=len)])
def test_a_line_truncated_anywhere(line):
    for end in range(len(line)):
        with pytest.raises(EventError):
            parse_event(line[:end])


@pytest.mark.parametrize("junk", [b"x", b"}", b"{}", SENT, b"\0", b"\xff"])
def test_junk_around_a_line(junk):
    for line in (SENT + junk, junk + SENT):
        with pytest.raises(EventError):
            parse_event(line)


@pytest.mark.parametrize("around", [b"", b" ", b"\r", b"\n", b"\t "])
def test_white_space_is_allowed(around):
    assert parse_event(around + SENT + around) == parse_event(SENT)


def test_unknown_fields_are_ignored():
    assert parse_event(SENT.replace(b'"at"', b'"new": [{"a": 1}], "at"')) == parse_event(SENT)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"7",
        b'"sent"',
        b"Traceback (most recent call last):",
        b'{"at": 7}',
        b'{"event": "exploded", "at": 7}',
        b'{"event": null, "at": 7}',
        b'{"event": ["sent"], "at": 7}',
        b'{"event": "settled", "asleep": true}',
        b'{"event": "settled", "at": 7}',
        b'{"event": "settled", "at": 7, "asleep": "yes"}',
        b'{"event": "settled", "at": 7, "asleep": 1}',
        b'{"event": "settled", "at": "7", "asleep": true}',
        b'{"event": "settled", "at": 7.5, "asleep": true}',
        b'{"event": "settled", "at": null, "asleep": true}',
        b'{"event": "settled", "at": 1e999, "asleep": true}',
        b'{"event": "settled", "at": NaN, "asleep": true}',
        b"{'event': 'settled', 'at': 7, 'asleep': true}",
        b'{"event": "started", "at": 7, "taken": ["22"]}',
        b'{"event": "ended", "at": 7, "code": "0", "signal": null}',
        b'{"event": "found", "at": 7, "when": "left", "messages": "m1"}',
        SENT.replace(b"hello", b"\xff\xfe"),
        SENT.replace(b"hello", b"\\ud800"),
        SENT.replace(b"hello", b"a\nb"),
        SENT.replace(b'"jq hello"', b'["jq hello"]'),
    ],
)
def test_lines_that_are_not_events(line):
    with pytest.raises(EventError):
        parse_event(line)


@pytest.mark.parametrize(("open_", "close"), [(b"[", b"]"), (b'{"a":', b"}")])
@pytest.mark.parametrize("depth", [100_000, 2_000_000])
def test_deep_nesting(open_, close, depth):
    for deep in (open_ * depth + b"1" + close * depth, open_ * depth):
        with pytest.raises(EventError):
            parse_event(deep)
        with pytest.raises(EventError):
            parse_event(b'{"event": "settled", "new": ' + deep + b"}")


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_an_event_or_an_error(line):
    with suppress(EventError):
        parse_event(line)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


@given(st.sampled_from(STREAM), st.data())
def test_any_value_in_any_field_is_an_event_or_an_error(line, data):
    fields = json.loads(line)
    fields[data.draw(st.sampled_from(sorted(fields)))] = data.draw(json_values)
    with suppress(EventError):
        parse_event(json.dumps(fields).encode())


# --- packed fields ---


@given(st.binary())
def test_packed_data_is_unpacked(data):
    assert unpack(pack(data)) == data


@pytest.mark.parametrize(
    "packed",
    [
        "",
        "x",
        "====",
        "早",
        "\0",
        "aGVsbG8=",  # not compressed
        pack(b"hello")[:-4],
        pack(b"hello" * 99)[:20],
        "\n" + pack(b"hello"),
        pack(b"hello").replace("e", "*", 1),
        base64.b64encode(zlib.compress(b"hello") + b"junk").decode(),
        base64.b64encode(zlib.compress(b"hello") * 2).decode(),
        base64.b64encode(zlib.compress(b"hello")[:-1] + b"\0").decode(),
    ],
)
def test_data_that_is_not_packed(packed):
    with pytest.raises(EventError):
        unpack(packed)


def test_a_compression_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(decoding, "LONGEST", 1000)
    assert unpack(pack(b"\0" * 1000)) == b"\0" * 1000
    for size in (1001, 10_000_000):
        with pytest.raises(EventError, match="too large"):
            unpack(pack(b"\0" * size))


@given(st.text())
def test_any_text_unpacks_or_is_an_error(text):
    with suppress(EventError):
        unpack(text)
