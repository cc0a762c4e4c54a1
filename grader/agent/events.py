"""Writes what happens, as one line of JSON an event."""

from __future__ import annotations

import base64
import json
import time
import zlib
from typing import Any, BinaryIO


class Events:
    """The agent's only output. ``at`` is nanoseconds since this was created.

    Events are buffered until the buffer is full or :meth:`flush` is called: a write to the pipe
    takes longer than encoding an event, and wakes its reader.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._start = time.monotonic_ns()

    def write(self, event: str, **fields: Any) -> None:
        """Write one event. Named tuples in ``fields`` become objects, tuples arrays."""
        at = time.monotonic_ns() - self._start
        line = {"event": event, "at": at} | {name: _plain(fields[name]) for name in fields}
        self._out.write(json.dumps(line).encode() + b"\n")

    def clock(self, wall: int) -> int:
        """A time of ``time.time_ns`` as nanoseconds on this clock; 0 where it lies before that."""
        return max(0, wall - time.time_ns() + time.monotonic_ns() - self._start)

    def flush(self) -> None:
        """Pass on what was written so far."""
        self._out.flush()


def pack(data: bytes) -> str:
    """Compress bytes (a flooded log is long and repetitive) and make them text: zlib and base64."""
    return base64.b64encode(zlib.compress(data, 1)).decode()


def path_text(path: bytes | str) -> str:
    """A path as text that JSON can hold, whatever bytes its author chose."""
    data = path if isinstance(path, bytes) else path.encode("utf-8", "surrogateescape")
    return data.decode("utf-8", "backslashreplace")


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {name: _plain(part) for name, part in value._asdict().items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value
