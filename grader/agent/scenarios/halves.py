"""Two clients take turns, and none of their messages ends a line."""

from ..stage import Stage


def play(stage: Stage) -> None:
    """Tell a server that logs what comes from one that waits for the end of a line.

    The one logs the messages in turns; the other keeps each client's apart until that client
    leaves, or cannot go on before the first line is whole.
    """
    stage.messages.track_order = True
    one, other = stage.connect(), stage.connect()
    for _ in range(2):
        stage.say(one)
        stage.say(other)


def kept_apart(order: list[str]) -> bool:
    """Whether messages in this order are those of one client, and then those of the other."""
    return {frozenset(order[:2]), frozenset(order[2:])} == {
        frozenset(("m1", "m3")),
        frozenset(("m2", "m4")),
    }
