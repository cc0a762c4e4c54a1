"""Files that hold messages, and what these say of when each was written."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from math import inf

from grader.logs.encodings import narrow
from grader.logs.nonces import find_nonces
from grader.model.history import LogFile, Message, Play


@dataclass(frozen=True, eq=False)
class HoldingFile:
    """A file, and the messages that it holds whole nonces of."""

    file: LogFile
    data: bytes
    """Its content, narrow."""
    offsets: dict[str, list[int]]
    """The offsets of each message in :attr:`data`."""
    messages: tuple[Message, ...]
    """The messages that it holds."""
    first: Set[str]
    """The first message of each source, which may be a nickname."""
    ports: frozenset[str]
    """The ports of clients that its path names: see :func:`ports_in`."""

    @property
    def names(self) -> Set[str]:
        """The names of the messages that it holds."""
        return self.offsets.keys()


Log = tuple[HoldingFile, ...]
"""The files of one log, oldest first."""


def holding_files(play: Play) -> list[HoldingFile]:
    """Return the files of a play, with or without messages."""
    wanted = {message.nonce.encode(): message.name for message in play.messages}
    found = []
    for file in play.files:
        data = narrow(file.data)
        found.append((file, data, find_nonces(data, wanted)))
    first = {m.source: m.name for m in reversed(play.messages)}
    return [
        HoldingFile(
            file,
            data,
            offsets,
            tuple(m for m in play.messages if m.name in offsets),
            frozenset(first.values()),
            ports_in(file.path, play),
        )
        for file, data, offsets in found
    ]


_NUMBER = re.compile(r"[0-9]+")


def ports_in(path: str, play: Play) -> frozenset[str]:
    """Return the numbers in ``path`` that are ports of clients of ``play``.

    A name that has one is made for that client. A server's own port, or any other number that is in
    the program, is never a client's: the kernel gives those out.
    """
    return frozenset(_NUMBER.findall(path)).intersection(play.client_ports)


def names_in(log: Log) -> frozenset[str]:
    """Return the names of the messages that a log holds."""
    return frozenset[str]().union(*(each.names for each in log))


def dated_messages(logs: Sequence[Log]) -> list[list[Message]]:
    """Return the messages that show when each of ``logs`` was written: not a source's first one
    that stands in others, too, as a nickname does."""
    times = Counter(name for log in logs for name in names_in(log))
    return [
        [m for each in log for m in each.messages if times[m.name] == 1 or m.name not in each.first]
        for log in logs
    ]


Span = tuple[float, float]
"""A time of writing, in the play's order of events."""


def follow_one_another(spans: Iterable[Span]) -> bool:
    """Whether each of ``spans`` ends before the next one begins."""
    latest: float = -inf
    for begins, ends in spans:
        if begins < latest:
            return False
        latest = max(latest, ends)
    return True


def span_of(messages: Iterable[Message]) -> Span:
    """When the first of ``messages`` had settled, and when the last one was sent.

    One log's file ends before another's begins if none of the latter's messages had settled
    before one of the former's was sent. Sorted by these, files come in such an order if there is
    one: what was sent first has settled first.
    """
    listed = list(messages)
    return (
        min((inf if m.settled is None else m.settled for m in listed), default=inf),
        max((m.sent for m in listed), default=-inf),
    )
