"""Writes what happened, a line of JSON for each event."""

from __future__ import annotations

import base64
import json
import time
import zlib
from typing import Any, BinaryIO


class Events:
    """The one way out of the agent. ``at`` is nanoseconds since this was made, one clock.

    What is written is passed on when enough has come together, or somebody is about to wait: that
    takes longer than to write an event, and wakes whoever is at the other end.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._start = time.monotonic_ns()

    def write(self, event: str, **fields: Any) -> None:
        """Write one event."""
        at = time.monotonic_ns() - self._start
        self._out.write(json.dumps({"event": event, "at": at, **fields}).encode() + b"\n")

    def flush(self) -> None:
        """Pass on what was written so far."""
        self._out.flush()


def packed(data: bytes) -> str:
    """Bytes for an event: zlib and base64 (a flooded log is long and says little)."""
    return base64.b64encode(zlib.compress(data, 1)).decode()


def shown(path: bytes | str) -> str:
    """A path as text that JSON can hold, whatever bytes its author chose."""
    data = path if isinstance(path, bytes) else path.encode("utf-8", "surrogateescape")
    return data.decode("utf-8", "backslashreplace")
