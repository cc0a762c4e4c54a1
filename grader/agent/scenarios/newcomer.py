"""Scenario ``newcomer``: a client connects while others are connected and silent."""

from ..stage import Stage


def play(stage: Stage) -> None:
    """Three clients connect, one after the other; each sends messages, and then is silent."""
    for _ in range(3):
        client = stage.connect()
        stage.say(client)
        # A server may take a client's first message for its name, and log it with the next one.
        stage.say(client)
