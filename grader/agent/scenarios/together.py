"""Scenario ``together``: several clients and the terminal, in turns and then at once."""

from ..stage import Stage

CLIENTS = 3
BURSTS = 3


def play(stage: Stage) -> None:
    """Clients send messages in two orders (the newest first, then last); then all at once."""
    stage.await_log = True
    clients = []
    for _ in range(CLIENTS):
        clients.append(stage.connect())
        stage.say(clients[-1])
    for client in reversed(clients):
        stage.say(client)
        stage.type()
    for client in clients:
        stage.say(client)
    stage.type()
    stage.observe("several clients, silent")
    for _ in range(BURSTS):
        stage.all_at_once(clients)
