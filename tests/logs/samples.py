"""A log stream in a word, and the messages that the tests put into it."""

from checks.histories import message

from grader.logs.mentions import find_mentions
from grader.logs.streams import LogStream
from grader.model.history import LogFile, Message

A, B, C = (message(name, at, at + 1) for at, name in enumerate("abc"))

CHINESE = " 你好，服务端：1 + 1"
SENT = A.text + CHINESE


def stream(data: bytes | str, *older: LogFile) -> LogStream:
    data = data.encode() if isinstance(data, str) else data
    return LogStream((*older, LogFile(path="log", data=data, size=len(data))))


def found(data: bytes | str, *messages: Message) -> list[str]:
    """The messages (A and B unless others are asked for) that are in ``data``."""
    return sorted(find_mentions(stream(data), messages or (A, B)))


def offsets(data: bytes | str, *messages: Message) -> dict[str, tuple[int, ...]]:
    locations = find_mentions(stream(data), messages or (A, B))
    return {name: (*location.offsets,) for name, location in locations.items()}
