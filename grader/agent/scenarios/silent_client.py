"""A client is connected and says nothing."""

from ..stage import Stage


def play(stage: Stage) -> None:
    """A silent client is there first, then one comes after the speaker."""
    stage.connect()
    stage.observe("a client that has said nothing")
    speaker = stage.connect()
    stage.say(speaker)
    stage.type()
    stage.connect()
    stage.say(speaker)
    stage.type()
