"""Scenario ``quiet``: clients are silent until the server's timeout has passed."""

from ..stage import Stage


def play(stage: Stage, *, newcomer: bool) -> None:
    """A client among silent ones sends a message. After the timeout has passed it sends another
    one, a line is typed, and a ``newcomer`` is served, if the server has shown that it can."""
    stage.connect()
    client = stage.connect()
    stage.connect()
    stage.say(client)
    stage.look_for_messages("settled")
    stage.outlast_timeout()
    stage.say(client)
    stage.observe("after a quiet while")
    stage.type()
    if newcomer:
        latest = stage.connect()
        # A server may take a client's first message for its name, and log it with the next one.
        stage.say(latest)
        stage.say(latest)
