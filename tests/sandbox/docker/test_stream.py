"""A container's stream over a named pipe of Windows, as the SDK wraps it."""

from collections.abc import Callable

import pytest

from grader.sandbox import SandboxError
from grader.sandbox.docker.stream import AttachedStream, StreamTimeoutError


class PipeError(Exception):
    """As pywin32 raises it, which is no OSError."""

    def __init__(self, code: int) -> None:
        super().__init__(code, "ReadFile", "The pipe has been ended.")
        self.winerror = code


class Pipe:
    """The SDK's ``NpipeSocket``: it has no file descriptor, and heeds its timeout in ``recv_into``
    only."""

    def __init__(self, *events: bytes | Exception) -> None:
        self.events = list(events)
        self.timeout: float | None = None

    def settimeout(self, seconds: float) -> None:
        self.timeout = seconds

    def recv(self, _size: int) -> bytes:
        raise AssertionError("this would wait for ever")

    def recv_into(self, buffer: bytearray) -> int:
        event = self.events.pop(0)
        if isinstance(event, Exception):
            raise event
        buffer[: len(event)] = event
        return len(event)

    def sendall(self, _data: bytes) -> None:
        raise self.events.pop(0)  # type: ignore[misc]

    def close(self) -> None:
        raise PipeError(233)


def stream(*events: bytes | Exception) -> AttachedStream:
    opened = AttachedStream(Pipe(*events))
    opened.deadline = 1e12
    return opened


@pytest.mark.parametrize("code", [109, 232, 233])
def test_the_end_of_a_pipe_is_the_end_of_the_stream(code: int) -> None:
    opened = stream(b"hello", PipeError(code))
    assert [opened.receive(), opened.receive()] == [b"hello", b""]
    opened.close()


def test_an_agent_that_is_gone_takes_nothing() -> None:
    stream(PipeError(232)).send(b"more")


def test_a_pipe_that_is_silent_until_the_deadline() -> None:
    with pytest.raises(StreamTimeoutError):
        stream(TimeoutError()).receive()


@pytest.mark.parametrize(
    "use", [AttachedStream.receive, lambda opened: opened.send(b"x")], ids=["receive", "send"]
)
def test_another_error_of_a_pipe_is_a_lost_connection(
    use: Callable[[AttachedStream], object],
) -> None:
    with pytest.raises(SandboxError, match="was lost"):
        use(stream(PipeError(1450)))


def test_a_defect_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        stream(ZeroDivisionError()).receive()
