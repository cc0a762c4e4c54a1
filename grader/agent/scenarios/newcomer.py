"""A client comes while others are connected and quiet."""

from ..stage import Stage


def play(stage: Stage) -> None:
    """Two clients speak and fall quiet, one after the other; a third comes and speaks."""
    for _ in range(2):
        stage.say(stage.connect())
    newcomer = stage.connect()
    stage.say(newcomer)
    stage.say(newcomer)
