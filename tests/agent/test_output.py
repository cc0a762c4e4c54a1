"""The server's output is drained, however much it is."""

import socket

import pytest

from agent.assertions import assert_all_logged, texts
from agent.servers import RIGHT, server
from grader.model import event
from grader.model.decoding import unpack

pytestmark = pytest.mark.timeout(60)


def test_replies(drive):
    run = drive(
        server("def on_text(client, data):\n    log(data)\n    client.sendall(b'got ' + data)"),
        "a = stage.connect(); b = stage.connect(); stage.say(a); stage.leave(a); stage.say(b)",
    )
    replies = {e.source: unpack(e.data) for e in run.of(event.Replied)}
    assert replies == {
        f"client {number + 1}": b"got " + text + b" Hello" for number, text in enumerate(texts(run))
    }
    assert not run.of(event.ClosedByServer)


def test_a_client_with_unread_replies_closes_in_order(drive):
    """Its replies are read before it closes: else the kernel would cut the connection."""
    changed = """
def on_text(client, data):
    for _ in range(20): client.send(data)
    log(data)
"""
    steps = """
    for _ in range(30):
        c = stage.connect()
        stage.say(c)
        stage.leave(c)
    """
    run = drive(server(changed), steps)
    assert run.play().failure is None, run.explain()


def test_a_flood_of_replies(drive):
    changed = "def on_text(client, data):\n    client.sendall(b'x' * (10 << 20))\n    log(data)"
    steps = "c = stage.connect(); stage.say(c); stage.look_for_messages('settled'); stage.type()"
    run = drive(server(changed), steps)
    assert run.play().failure is None, run.explain()
    assert run.play().found["settled"] == {"m1"}, "settled is not: waiting until its reply is read"
    (replied,) = run.of(event.Replied)
    assert replied.size == 10 << 20
    assert unpack(replied.data) == b"x" * 4096


def test_a_flood_on_the_terminal(drive):
    changed = "def on_text(client, data):\n    os.write(1, b'x' * (1 << 20))\n    log(data)"
    steps = """
    c = stage.connect()
    for number in range(5):
        stage.say(c)
        stage.look_for_messages("settled")
    stage.type()
    """
    run = drive(server(changed), steps, limits={"terminal": 1000})
    assert run.play().failure is None, run.explain()
    looks = [e.messages for e in run.of(event.MessagesFound) if e.when == "settled"]
    assert len(looks) == 5
    for number, messages in enumerate(looks, 1):
        assert f"m{number}" in messages, "settled too early"
    assert len(run.play().terminal) < 2100
    assert b"bytes left out" in run.play().terminal


def test_a_server_blocked_on_terminal_output_is_not_asleep(drive):
    """Though nothing can be read there yet: the kernel passes it on a moment later."""
    changed = "def on_text(client, data):\n    os.write(1, b'x' * (1 << 20))\n    log(data)"
    steps = """
    from grader.agent.kernel import snapshot
    stage.send(stage.connect())
    while not snapshot.take(os.getpid(), lambda: None).asleep:
        pass
    stage._observer._readable = list
    awake = not stage._observer.look().asleep
    del stage._observer._readable
    events.write("found", when="settled", messages=["awake"] if awake else [])
    stage.settle()
    """
    run = drive(server(changed), steps)
    assert run.play().failure is None, run.explain()
    assert run.play().found["settled"] == {"awake"}
    assert_all_logged(run)


def test_an_endless_flood_on_the_terminal(drive):
    changed = "def on_accept(client):\n    while True: os.write(1, b'x' * 4096)"
    steps = "c = stage.connect(); stage.observe('before any client'); stage.say(c)"
    run = drive(server(changed), steps)
    observed = run.of(event.Observed)[0]
    assert observed.ran > observed.wall / 50
    failure = run.play().failure
    assert isinstance(failure, event.Stuck | event.GaveUp), run.explain()
    assert [w.what for w in failure.waiting] == ["text"]


def test_a_connection_that_the_server_closes(drive):
    changed = "def on_text(client, data):\n    log(data)\n    on_departure(client)"
    steps = "a = stage.connect(); b = stage.connect(); stage.say(a); stage.say(b); stage.send(a)"
    run = drive(server(changed), steps)
    assert [e.source for e in run.of(event.ClosedByServer)] == ["client 1", "client 2"]
    assert run.play().failure is None, run.explain()


def test_the_port_is_free_for_the_next_scenario(run):
    """Though it closes its clients itself, and does without SO_REUSEADDR."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    changed = "def on_text(client, data):\n    log(data)\n    on_departure(client)"
    done = run(server(changed).replace("[listen()]", f"[listen(port={port})]"))
    assert len(done.history.plays) > 2
    assert all(play.listening for play in done.history.plays), done.explain()


@pytest.mark.parametrize(
    "end",
    [
        "os._exit(1)",
        "os.kill(os.getpid(), 9)",
        "client.recv(1024, socket.MSG_PEEK) and os._exit(1)",
    ],
)
def test_the_port_is_free_after_a_crash(run, end):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    changed = f"def on_text(client, data):\n    log(data)\n    client.send(data)\n    {end}"
    done = run(server(changed).replace("[listen()]", f"[listen(port={port})]"))
    assert len(done.history.plays) > 2
    assert all(play.listening for play in done.history.plays), done.explain()


def test_the_port_is_free_although_the_end_is_noticed_late(drive):
    steps = """
    stage.say(stage.connect())
    stage.clients[0].drain = lambda: None
    raise Over
    """
    run = drive(RIGHT, steps)
    port = run.play().listening.port
    with socket.socket() as another:
        another.bind(("127.0.0.1", port))
