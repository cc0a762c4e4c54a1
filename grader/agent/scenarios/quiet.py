"""Clients are connected, and nobody has anything to say for a while; then one speaks again."""

from ..stage import Stage


def play(stage: Stage) -> None:
    """A message is sent and taken, between two silent clients; the server's own time limit ends its
    sleep; then the same client speaks again."""
    stage.connect()
    client = stage.connect()
    stage.connect()
    stage.say(client)
    stage.look_for_messages("settled")
    stage.outlast_timeout()
    stage.say(client)
    stage.observe("after a quiet while")
