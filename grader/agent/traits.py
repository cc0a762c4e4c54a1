"""What earlier scenarios have shown of a server."""

from __future__ import annotations

from typing import NamedTuple


class ServerTraits(NamedTuple):
    """Facts about the server from earlier scenarios, on which later ones depend."""

    ending: str = ""
    """The line ending that the server needs, which clients append to each message; or empty."""
    typing: bool = True
    """Whether lines are typed. False: the server does not read its terminal."""
    sleepless: bool = False
    """Whether a wait for a start of it has ended in ``sleepless``; see ``watching``."""
    slow: bool | None = None
    """Whether it takes long to deal with a message, so that it may seem sleepless while it is still
    at work; see ``watching``. None: unknown."""
    fruitless_wait: float = 0.0
    """Longest fruitless wait for delayed log writes of clients' messages, in seconds; never
    repeated."""
    fruitless_wait_typed: float = 0.0
    """The same for typed lines."""
    looked_for: frozenset[str] = frozenset()
    """The kinds of input that its `select` was seen to watch, or was long enough seen not to."""
    sleeps_with_timeout: bool = False
    """Whether it was observed, while idle, to sleep in a call with a timeout."""
