"""Decoders for an agent's output: the engine's frames, lines, and the end of standard error.

They do no IO: feed them bytes. All have bounded memory, whatever an agent writes.
"""

from collections.abc import Iterator

MAX_LINE = 64 << 20
"""Bytes. The longest line contains a scenario's log files (at most 32 MiB) in base64."""

MAX_TOTAL = 256 << 20
"""Bytes of all lines of a run, which this machine stores."""

MAX_STDERR = 4096
"""Bytes kept of the end of standard error, where a traceback names the exception."""

HEADER = 8
"""Bytes of a frame's header: the stream, three zeros, the payload's length (big-endian)."""

STDOUT, STDERR, ENGINE = 1, 2, 3
"""Streams; on the last one the engine reports its own errors."""


class FramingError(Exception):
    """The data is not what an engine or an agent writes; the message says why."""


class FrameDecoder:
    """Decodes the frames in which an engine sends the output of a container without a terminal.

    Payloads are yielded as they arrive; only an incomplete header is kept.
    """

    def __init__(self) -> None:
        self._header = b""
        self._stream = 0
        self._left = 0

    @property
    def unfinished(self) -> bool:
        """Whether a frame has begun that is not complete."""
        return bool(self._header) or self._left > 0

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield ``(stream, bytes)`` for each piece of payload in ``data``.

        Raises:
            FramingError: a header is malformed.
        """
        view = memoryview(data)
        while view:
            if self._left:
                piece, view = bytes(view[: self._left]), view[self._left :]
                self._left -= len(piece)
                yield self._stream, piece
                continue
            missing = HEADER - len(self._header)
            self._header += bytes(view[:missing])
            view = view[missing:]
            if len(self._header) == HEADER:
                self._stream, self._left = _parse(self._header)
                self._header = b""


def _parse(header: bytes) -> tuple[int, int]:
    if header[0] > ENGINE or any(header[1:4]):
        raise FramingError(f"{header.hex(' ')} is not the header of a frame")
    return header[0], int.from_bytes(header[4:], "big")


class LineDecoder:
    """Splits an agent's output into lines.

    What follows the last ``\\n`` is never yielded: its writer was interrupted.
    """

    def __init__(self, *, max_line: int = MAX_LINE, max_total: int = MAX_TOTAL) -> None:
        self._max_line = max_line
        self._max_total = max_total
        self._total = 0
        self._pieces: list[bytes] = []
        self._length = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield each line, without its ``\\n``, that ``data`` completes.

        Raises:
            FramingError: a line, or all lines together, are too long.
        """
        self._total += len(data)
        if self._total > self._max_total:
            raise FramingError(f"more than {self._max_total} bytes")
        *complete, rest = data.split(b"\n")
        for end in complete:
            self._keep(end)
            line = b"".join(self._pieces)
            self._pieces, self._length = [], 0
            yield line
        self._keep(rest)

    def _keep(self, piece: bytes) -> None:
        self._length += len(piece)
        if self._length > self._max_line:
            raise FramingError(f"a line of more than {self._max_line} bytes")
        if piece:
            self._pieces.append(piece)


class Tail:
    """Keeps the end of a text."""

    def __init__(self, limit: int = MAX_STDERR) -> None:
        self._limit = limit
        self._kept = b""

    def feed(self, data: bytes) -> None:
        """Append ``data``."""
        self._kept = (self._kept + data[-self._limit :])[-self._limit :]

    @property
    def text(self) -> str:
        """The last bytes, at most the limit, decoded; invalid UTF-8 is replaced."""
        return self._kept.decode("utf-8", "replace").strip()
