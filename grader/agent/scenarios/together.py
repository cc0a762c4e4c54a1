"""Several clients and the terminal: in turns, at rest, then all at once."""

from ..stage import Stage

CLIENTS = 3
BURSTS = 3


def play(stage: Stage) -> None:
    """Take turns in two orders (the newest client first, then last), then speak together.

    Each client speaks when it has come: whether a silent one holds a server is another
    scenario's question.
    """
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
