"""Clients leave: the first, one in the middle, the newest."""

from ..clients import Client
from ..stage import Stage


def play(stage: Stage) -> None:
    """After each departure, all who are left speak, and somebody types."""
    clients = []
    for _ in range(4):
        clients.append(stage.connect())
        stage.say(clients[-1])
    first, second, third, newest = clients
    _leaves(stage, first, [second, third, newest])
    _leaves(stage, third, [newest, second])
    _leaves(stage, newest, [second])


def _leaves(stage: Stage, client: Client, others: list[Client]) -> None:
    stage.leave(client)
    stage.observe("after a departure")
    for other in others:
        stage.say(other)
    stage.type()
