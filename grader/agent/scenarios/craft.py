"""The craft scenarios: what a careful server copes with, beyond the homework."""

import zlib
from collections.abc import Callable

from ..stage import Stage
from ..vocabulary import ScenarioName

CROWD = 50
TOGETHER = 5
LARGE = 64 * 1024
RARE = "黼"
"""A character that no log prefix contains; in GB 2312, and three bytes in UTF-8."""

_LETTERS = ["".join("jqxz"[byte >> shift & 3] for shift in range(0, 8, 2)) for byte in range(256)]
"""Four letters for each value of a byte."""


def reconnect(stage: Stage) -> None:
    """A client leaves, and another one connects."""
    for _ in range(2):
        client = stage.connect()
        stage.say(client)
        stage.say(client)
        stage.leave(client)


def burst(stage: Stage) -> None:
    """Several messages arrive in one piece, one byte by byte, and one in two halves, with another
    client's message between them."""
    client = stage.connect()
    stage.send_together(client, TOGETHER)
    stage.settle()
    stage.say_bytewise(client)
    other = stage.connect()
    stage.say(other)  # it may be taken for a name, and logged with the next one
    stage.say_in_halves(client, other)


def large_message(stage: Stage) -> None:
    """One message of 64 KiB."""
    client = stage.connect()
    stage.say(client, " " + _filler(stage.messages.fresh_nonce(), LARGE))


def _filler(seed: str, length: int) -> str:
    """``length`` letters without a pattern, so that a missing or repeated piece shows."""
    state = seed.encode()
    data = bytearray()
    while len(data) * 4 < length:
        drawn = zlib.crc32(state).to_bytes(4, "big")
        state = (state + drawn)[-16:]
        data += drawn
    return "".join(map(_LETTERS.__getitem__, data))[:length]


def split_character(stage: Stage) -> None:
    """A Chinese character arrives in two pieces."""
    client = stage.connect()
    stage.say_split(client, f" {RARE} Hello", RARE)
    stage.say(client)


def crowd(stage: Stage) -> None:
    """Fifty clients connect, each with a message; then all send one at once."""
    clients = []
    for _ in range(CROWD):
        clients.append(stage.connect())
        stage.say(clients[-1])
    stage.all_at_once(clients)


def hasty_departure(stage: Stage) -> None:
    """Clients close right after a message: one that had been accepted, one that just connected."""
    stays = stage.connect()
    stage.say(stays)
    stage.leave_hastily(stage.connect())
    stage.say(stays)
    stage.leave_hastily()
    stage.say(stays)


def reset(stage: Stage) -> None:
    """A client's connection is reset."""
    stays = stage.connect()
    stage.say(stays)
    aborting = stage.connect()
    stage.say(aborting)
    stage.say(aborting)
    stage.reset(aborting)
    stage.say(stays)


def end_of_typing(stage: Stage) -> None:
    """Ctrl-D is typed, and the terminal stays open."""
    client = stage.connect()
    stage.say(client)
    stage.observe("before the end of typing")
    stage.type_end_of_file()
    stage.observe("after the end of typing")
    stage.say(client)


SCENARIOS: tuple[tuple[ScenarioName, Callable[[Stage], None]], ...] = (
    ("return", reconnect),
    ("burst", burst),
    ("large-message", large_message),
    ("split-character", split_character),
    ("crowd", crowd),
    ("hasty-departure", hasty_departure),
    ("reset", reset),
    ("end-of-typing", end_of_typing),
)


def stop_and_start(stage: Stage) -> None:
    """The server is stopped while a client is connected, and started again."""
    stage.say(stage.connect())
    stage.restart()


def restart(stage: Stage) -> None:
    """As :func:`stop_and_start`; then another client is served."""
    stop_and_start(stage)
    stage.say(stage.connect())
