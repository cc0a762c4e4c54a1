"""Somebody types, and no client has come yet."""

from ..stage import Stage

LINES = 3


def play(stage: Stage) -> None:
    """Watch it idle, type some lines, watch it idle again."""
    stage.observe("before any client")
    for _ in range(LINES):
        stage.type()
    stage.observe("after typing")
