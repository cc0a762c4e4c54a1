"""Scenario ``terminal``: lines are typed before any client connects."""

from ..stage import Stage

LINES = 3


def play(stage: Stage) -> None:
    """Observe the idle server, type some lines, observe it again."""
    stage.observe("before any client")
    for _ in range(LINES):
        stage.type()
    stage.observe("after typing")
    stage.await_log_writes()
    stage.look_for_messages("settled")
