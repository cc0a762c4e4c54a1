"""Writing events."""

import io
import json
import time
from typing import NamedTuple

import pytest

from grader.agent import events


@pytest.mark.parametrize(
    ("path", "text"),
    [("a/日志.log", "a/日志.log"), (b"\xff.log", "\\xff.log"), ("\udcff.log", "\\xff.log")],
)
def test_any_path_becomes_text(path: str | bytes, text: str):
    assert events.path_text(path) == text
    json.dumps(events.path_text(path)).encode()


class Record(NamedTuple):
    name: str
    parts: list[NamedTuple]


def test_named_tuples_become_objects():
    out = io.BytesIO()
    written = events.Events(out)
    written.write("observed", outer=Record("a", [Record("b", [])]), numbers=(1, 2))
    line = json.loads(out.getvalue())
    assert isinstance(line.pop("at"), int)
    assert line == {
        "event": "observed",
        "outer": {"name": "a", "parts": [{"name": "b", "parts": []}]},
        "numbers": [1, 2],
    }


def test_a_time_of_the_wall_clock_is_placed_on_the_clock_of_the_events():
    written = events.Events(io.BytesIO())
    now = written.clock(time.time_ns())
    assert 0 <= now < 60_000_000_000
    assert written.clock(0) == 0
    assert now <= written.clock(time.time_ns())
