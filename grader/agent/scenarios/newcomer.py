"""A client comes while others are connected and quiet."""

from ..stage import Stage


def play(stage: Stage) -> None:
    """Two clients speak and fall quiet, one after the other; a third comes and speaks."""
    for _ in range(3):
        client = stage.connect()
        stage.say(client)
        # The first that a client says may be its name, and a name may be logged with what follows.
        stage.say(client)
