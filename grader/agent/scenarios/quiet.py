"""A client is connected, and nobody has anything to say for a while."""

from ..stage import Stage


def play(stage: Stage) -> None:
    """A message is sent and taken; then the server's own time limit ends its sleep."""
    stage.say(stage.connect())
    stage.outlast()
