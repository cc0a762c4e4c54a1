"""Scenario ``silent-client``: a client is connected and sends nothing."""

from ..stage import Stage


def play(stage: Stage) -> None:
    """One silent client connects before the client that sends messages, another one after it."""
    stage.connect()
    stage.observe("a client that has said nothing")
    speaker = stage.connect()
    stage.say(speaker)
    stage.type()
    stage.connect()
    stage.say(speaker)
    stage.type()
