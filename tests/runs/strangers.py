"""Stored runs that somebody has changed."""

import base64
import json
import zlib
from typing import Any

from checks.histories import lines, right_scenes

from grader.runs.run import Run


def bomb(size: int, count: int) -> list[bytes]:
    """Files that unpack to ``size`` bytes each, all different."""
    zeros = zlib.compressobj(level=9)
    first = zeros.compress(bytes(size - 1))

    def file(number: int) -> dict[str, Any]:
        last = zeros.copy()
        data = first + last.compress(bytes([number])) + last.flush()
        return {"path": f"{number}.log", "size": size, "data": base64.b64encode(data).decode()}

    return [json.dumps({"event": "log", "at": 1, **file(n)}).encode() for n in range(count)]


def with_events(run: Run, more: list[bytes]) -> Run:
    *first, last = lines(*right_scenes())
    (run.path / "events.jsonl").write_bytes(b"".join(e + b"\n" for e in (*first, *more, last)))
    return run
