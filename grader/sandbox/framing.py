"""What an agent writes, byte for byte: the engine's frames, lines, the end of an error text."""

from collections.abc import Iterator

MAX_LINE = 64 << 20
"""Bytes. The longest line holds a scenario's log files (at most 32 MiB), in base64."""

MAX_TOTAL = 256 << 20
"""Bytes. What a run may cost this machine's memory and disk, whatever the agent writes."""

MAX_STDERR = 4096
"""Bytes of standard error that are kept: its end, where a traceback names its error."""

HEADER = 8
"""Bytes before each frame: stream, three zeros, the payload's length with its highest byte
first."""

STDOUT, STDERR, ENGINE = 1, 2, 3


class FramingError(Exception):
    """What came is not what an engine or an agent writes; the message says what is wrong."""


class FrameDecoder:
    """Takes apart what an engine sends of a container without a terminal.

    Payloads are passed on as they come, so that nothing but an unfinished header is kept.
    """

    def __init__(self) -> None:
        self._header = b""
        self._stream = 0
        self._left = 0

    @property
    def unfinished(self) -> bool:
        """Whether the stream, if it ended now, would be cut off within a frame."""
        return bool(self._header) or self._left > 0

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield ``(stream, bytes)`` for each piece of payload in ``data``.

        Raises:
            FramingError: a header is none.
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
        raise FramingError(f"{header.hex(' ')} begins no frame")
    return header[0], int.from_bytes(header[4:], "big")


class LineDecoder:
    """Splits an agent's output into lines.

    What follows the last ``\\n`` is no line, and is never handed on: its writer was cut off.
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
            FramingError: a line, or all of them, are longer than agreed.
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
    """The end of a text, however long it is."""

    def __init__(self, limit: int = MAX_STDERR) -> None:
        self._limit = limit
        self._kept = b""

    def feed(self, data: bytes) -> None:
        """Add ``data`` at the end."""
        self._kept = (self._kept + data[-self._limit :])[-self._limit :]

    @property
    def text(self) -> str:
        """At most the limit's bytes, decoded; what is cut or no UTF-8 is replaced."""
        return self._kept.decode("utf-8", "replace").strip()
