"""A client is connected, and nobody has anything to say for a while; then they speak again."""

from ..stage import Stage


def play(stage: Stage) -> None:
    """A message is sent and taken; the server's own time limit ends its sleep; then it speaks
    again."""
    client = stage.connect()
    stage.say(client)
    stage.outlast()
    stage.say(client)
