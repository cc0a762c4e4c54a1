"""Scenario ``halves``: two clients take turns, and no message ends a line."""

from ..stage import Stage


def play(stage: Stage) -> None:
    """Distinguish a server that logs what it receives from one that waits for the end of a line.

    The former logs the messages in turns. The latter keeps each client's messages until that
    client leaves, or is stuck before its first line is complete.
    """
    stage.messages.track_order = True
    one, other = stage.connect(), stage.connect()
    for _ in range(2):
        stage.say(one)
        stage.say(other)


def kept_apart(order: list[str]) -> bool:
    """Whether the messages of one client come first, and then those of the other."""
    return {frozenset(order[:2]), frozenset(order[2:])} == {
        frozenset(("m1", "m3")),
        frozenset(("m2", "m4")),
    }
