"""Scenario ``quiet``: clients are silent until the server's timeout has passed."""

from ..stage import Stage


def play(stage: Stage) -> None:
    """A client among silent ones sends a message, and another one after the timeout has passed."""
    stage.connect()
    client = stage.connect()
    stage.connect()
    stage.say(client)
    stage.look_for_messages("settled")
    stage.outlast_timeout()
    stage.say(client)
    stage.observe("after a quiet while")
