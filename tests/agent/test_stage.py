"""The steps of a scenario, with a real server."""

import struct
from pathlib import Path

import pytest

from agent.assertions import EACH_ONCE, NO_ECHO, SOON, assert_all_logged
from agent.servers import RIGHT, server
from grader.model import event

pytestmark = pytest.mark.timeout(60)


def test_a_right_server(drive):
    run = drive(RIGHT, EACH_ONCE)
    play = run.play()
    assert play.failure is None, run.explain()
    assert all(message.settled for message in play.messages)
    assert play.found["left"] == play.found["stopped"] == {"m1", "m2"}
    assert [file.path for file in play.files] == ["server.log"]
    assert_all_logged(run)
    assert all(e.asleep for e in run.of(event.Settled))
    assert (play.stopped.by, play.stopped.code, play.stopped.signal) == ("ctrl-c", 0, None)
    order = [type(e).__name__ for e in run.events]
    assert order[:4] == ["Scenario", "Started", "Settled", "Listening"]
    assert order[-4:] == ["MessagesFound", "LogFile", "TerminalOutput", "Finished"]
    assert [e.at for e in run.events] == sorted(e.at for e in run.events)


def test_a_server_that_shut_down_its_half_sees_an_orderly_close(drive):
    changed = "def on_accept(client):\n    rlist.append(client); client.shutdown(socket.SHUT_WR)"
    run = drive(server(changed), "c = stage.connect(); stage.say(c); stage.leave(c); stage.type()")
    assert run.play().failure is None, run.explain()
    assert_all_logged(run)


PASSES_LINES_ON = """
def on_text(client, data):
    log(data)
    client.sendall(b"reply")

def on_line(line):
    log(line.strip().encode())
    for client in rlist[2:]:
        client.sendall(line.encode())

def on_departure(client):
    client.getpeername()  # raises if the connection was reset
    rlist.remove(client)
    client.close()
"""


def test_a_client_leaves_only_after_what_nagle_held_back_has_arrived(drive):
    # The server's second small write waits until its first one is acknowledged, 40 ms later.
    acts = """
clients = [stage.connect() for _ in range(4)]
for client in clients:
    for other in clients:
        if other.open:
            stage.say(other)
    stage.type()
    stage.leave(client)
"""
    run = drive(server(PASSES_LINES_ON), acts)
    assert run.play().failure is None, run.explain()


CLOSES_ALL = """
def on_departure(client):
    for other in rlist[:1:-1]:
        rlist.remove(other)
        other.close()
"""


def test_when_all_clients_leave_the_server_closes_no_connection_first(drive):
    """Its end of that would be in TIME_WAIT, and its port be missing in the next scenario."""
    run = drive(server(CLOSES_ALL), 50 * "stage.connect()\n")
    assert run.play().failure is None, run.explain()
    assert run.of(event.ClosedByServer) == []


def test_a_server_that_stops_listening_refuses_a_client(drive):
    changed = """
def on_accept(client):
    rlist[1] = client
    listeners.pop().close()
"""
    run = drive(server(changed), "stage.say(stage.connect()); stage.connect()")
    assert isinstance(run.play().failure, event.Refused), run.explain()


# --- typing ---


def test_a_line_is_read_without_an_echo(drive):
    """Without an echo nothing shows that a line is on its way; it is awaited all the same."""
    steps = "stage.type(); stage.look_for_messages('settled')"
    run = drive(server(NO_ECHO), steps)
    assert run.play().failure is None, run.explain()
    assert run.play().found["settled"] == {"m1"}
    assert run.play().terminal.replace(b"^C", b"") == b""


def test_a_server_may_read_with_input(drive):
    changed = "def on_line(line): log(line.encode())\nsys.stdin.readline = input"
    run = drive(server(changed), "stage.type(); stage.type()")
    assert run.play().failure is None, run.explain()
    assert_all_logged(run)


def test_nothing_is_typed_when_typing_is_pointless(drive):
    steps = """
    stage.supervisor.traits = ServerTraits(typing=False)
    stage.type()
    stage.say(stage.connect())
    """
    run = drive(RIGHT, steps)
    assert [message.source for message in run.play().messages] == ["client 1"]


# --- where the log is ---

PLACES = ["../x.log", "~/x.log", "logs/x.log", "logs/deeper/x.log", "../../x.log", "./x.log"]


@pytest.mark.parametrize("name", PLACES)
def test_a_log_is_found_anywhere(drive, name: str):
    folders = (str(Path(name).parent),) if name.startswith("logs") else ()
    run = drive(server(f"LOG = {name!r}"), EACH_ONCE, folders=folders)
    assert run.play().failure is None, run.explain()
    assert_all_logged(run)
    assert [file.path for file in run.play().files] == [name.removeprefix("./")]


def test_a_log_is_found_below_an_absolute_path(drive, tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "another.log").write_text("somebody else's")
    run = drive(server(f"LOG = '{outside}/x.log'"), EACH_ONCE, folders=(str(outside),))
    assert [file.path for file in run.play().files] == [f"{outside}/x.log"]
    assert_all_logged(run)


def test_a_huge_log_is_truncated(drive):
    changed = "def log(data):\n    open('x.log', 'ab').write(data + b'.' * 100000)"
    run = drive(server(changed), EACH_ONCE, limits={"logs": 1000})
    (file,) = run.play().files
    assert len(file.data) == 1000
    assert file.size > 200_000


# --- queues ---


def test_a_backlog_of_zero_accepts_every_client(drive):
    source = RIGHT.replace("listen(8)", "listen(0)")
    run = drive(source, "for _ in range(20): stage.say(stage.connect())")
    assert run.play().failure is None, run.explain()
    took = run.events[-1].at - run.events[0].at
    assert took < 2 * SOON, "no connection was refused and asked for again a second later"


def test_a_connection_that_the_server_resets_is_not_pending(drive):
    changed = f"""
def on_accept(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, {struct.pack("ii", 1, 0)!r})
    client.close()
"""
    run = drive(server(changed), "stage.type(); c = stage.connect(); stage.say(c); stage.type()")
    assert not isinstance(run.play().failure, event.Stuck | event.GaveUp), run.explain()


def test_a_file_says_when_it_was_last_written(drive):
    replaced = """
def log(data):
    old = open(LOG, "rb").read() if os.path.exists(LOG) else b""
    with open(LOG + ".new", "wb") as file:
        file.write(old + data + b"\\n")
    os.rename(LOG + ".new", LOG)
"""
    steps = """
    client = stage.connect()
    stage.say(client)
    stage.messages.write_files(stage.messages.look("settled"))
    stage.say(client)
    """
    run = drive(server(replaced), steps)
    former, latter = run.of(event.LogFile)
    tick = 20_000_000  # the kernel's clock for files is coarse
    first, second = run.of(event.Sent)
    assert first.at - tick <= former.written <= former.at
    assert second.at - tick <= latter.written <= latter.at
    assert run.play().files[-1].written == latter.written
