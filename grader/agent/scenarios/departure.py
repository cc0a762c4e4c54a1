"""Scenario ``departure``: clients leave, the first, one in the middle, and the newest."""

from ..clients import Client
from ..stage import Stage


def play(stage: Stage) -> None:
    """After each departure, each remaining client sends a message, and a line is typed."""
    clients = []
    for _ in range(4):
        clients.append(stage.connect())
        stage.say(clients[-1])
    first, second, third, newest = clients
    _depart(stage, first, [second, third, newest])
    _depart(stage, third, [newest, second])
    _depart(stage, newest, [second])


def _depart(stage: Stage, client: Client, others: list[Client]) -> None:
    stage.leave(client)
    stage.observe("after a departure")
    for other in others:
        stage.say(other)
    stage.type()
