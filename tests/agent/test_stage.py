"""One scenario's stage, with a real server on it."""

import errno
import socket
import struct
from pathlib import Path

import pytest

from agent.servers import RIGHT, server
from agent.telling import EACH_ONCE, NO_ECHO, SOON, assert_all_logged
from grader.agent import clients
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
    assert order[-3:] == ["MessagesFound", "LogFile", "TerminalOutput"]
    assert [e.at for e in run.events] == sorted(e.at for e in run.events)


def test_to_have_listened_for_a_moment_is_not_to_have_started(drive):
    source = """
    import socket, time
    listener = socket.create_server(("", 0))
    while time.process_time() < 0.2:
        pass
    """
    run = drive(source, "pass")
    assert run.play().listening is None, run.explain()
    assert run.play().ended


def test_a_server_that_sends_nothing_more_sees_its_client_leave_in_order(drive):
    changed = "def on_accept(client):\n    rlist.append(client); client.shutdown(socket.SHUT_WR)"
    run = drive(server(changed), "c = stage.connect(); stage.say(c); stage.leave(c); stage.type()")
    assert run.play().failure is None, run.explain()
    assert_all_logged(run)


WHEN_QUIET = """
kept = {}
def on_text(client, data):
    kept.setdefault(client, []).append(data)
def serve():
    while True:
        ready = select(rlist, [], [], 0.1)[0]
        if not ready:
            while kept:
                for data in kept.pop(next(iter(kept))):
                    log(data)
        for r in ready:
            if r in listeners:
                on_accept(r.accept()[0])
            else:
                on_text(r, r.recv(1024))
"""


def test_what_a_server_writes_a_while_later_is_awaited_before_another_source_speaks(drive):
    steps = "stage.await_log = True\na = stage.connect(); b = stage.connect()\n"
    steps += 2 * "stage.say(a); stage.say(b)\n"
    run = drive(server(WHEN_QUIET), steps)
    (file,) = run.play().files
    assert file.data.split(b"\n")[:-1] == [m.text.encode() for m in run.play().messages]


def test_what_is_never_written_is_awaited_once(drive):
    never = WHEN_QUIET.replace("if not ready", "if False")
    steps = "stage.await_log = True\na = stage.connect()\n" + 20 * "stage.say(a)\n"
    run = drive(server(never), steps)
    play = run.play()
    assert play.failure is None
    assert len(play.messages) == 20
    assert play.over - play.started < 10e9, "twenty seconds, if each were awaited"


CLOSES_ALL = """
def on_departure(client):
    for other in rlist[:1:-1]:
        rlist.remove(other)
        other.close()
"""


def test_when_all_leave_at_the_end_no_connection_is_closed_by_the_server_first(drive):
    """Its end of that would be in TIME_WAIT, and its port be missing in the next scenario."""
    run = drive(server(CLOSES_ALL), 50 * "stage.connect()\n")
    assert run.play().failure is None, run.explain()
    assert run.of(event.ClosedByServer) == []


def test_enter_is_pressed_for_what_it_asks_before_it_listens(drive):
    asking = "port = input('port (0): ') or '0'\n    listeners = [listen(port=int(port))]"
    run = drive(RIGHT.replace("listeners = [listen()]", asking), EACH_ONCE)
    assert run.play().failure is None, run.explain()
    assert len(run.of(event.Entered)) == 1
    assert_all_logged(run)


# --- where it listens ---


@pytest.mark.parametrize(
    ("listening", "address"),
    [
        ("listen()", "127.0.0.1"),
        ("listen(address='0.0.0.0')", "0.0.0.0"),
        ("listen(address='')", "0.0.0.0"),
        ("listen(address='localhost')", "127.0.0.1"),
        ("listen(address='127.0.0.2')", "127.0.0.2"),
        ("listen(socket.AF_INET6, '::1')", "::1"),
        ("listen(socket.AF_INET6, '::')", "::"),
        ("listen(socket.AF_INET6, '::ffff:127.0.0.1')", "::ffff:127.0.0.1"),
    ],
)
def test_any_address(drive, listening, address):
    if "INET6" in listening and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    run = drive(RIGHT.replace("[listen()]", f"[{listening}]"), EACH_ONCE)
    assert run.play().listening.address == address
    assert run.play().failure is None, run.explain()
    assert_all_logged(run)


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def test_two_ports(drive):
    run = drive(RIGHT.replace("[listen()]", "[listen(), listen()]"), EACH_ONCE)
    assert run.play().failure is None, run.explain()
    assert_all_logged(run)


def test_anothers_port_is_not_its_own(drive):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        run = drive(f"raise SystemExit('port {port} is taken')")
        assert run.play().listening is None
        assert port in run.play().taken_ports


def test_all_addresses_of_a_protocol_that_has_none(monkeypatch):
    """As in a container whose loopback has no IPv6 address, though one may listen there."""
    tried = []

    def refuse(name: str, address: str, port: int) -> None:
        tried.append((name, address, port))
        if address == "::1":
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")

    monkeypatch.setattr(clients, "connect", refuse)
    clients.connect_to_listener("client 1", ("::", 8888))
    assert tried == [("client 1", "::1", 8888), ("client 1", "127.0.0.1", 8888)]


def test_a_server_that_no_longer_listens_is_not_sought_elsewhere(monkeypatch):
    tried = []

    def refuse(name: str, address: str, port: int) -> None:
        tried.append(address)
        raise OSError(errno.ECONNREFUSED, "Connection refused")

    monkeypatch.setattr(clients, "connect", refuse)
    with pytest.raises(OSError, match="refused"):
        clients.connect_to_listener("client 1", ("::", 8888))
    assert tried == ["::1"]


def test_it_stops_listening(drive):
    changed = """
def on_accept(client):
    rlist[1] = client
    listeners.pop().close()
"""
    run = drive(server(changed), "stage.say(stage.connect()); stage.connect()")
    assert isinstance(run.play().failure, event.Refused), run.explain()


# --- never listening ---


def test_never_listens_asleep(drive):
    run = drive("import signal; signal.pause()")
    stuck = run.play().failure
    assert isinstance(stuck, event.Stuck)
    assert (stuck.how, stuck.waiting, run.play().listening) == ("asleep", (), None)


def test_never_listens_and_asks(drive):
    run = drive("print('x' * 100000)\nwhile True: port = input('port? ')")
    assert len(run.of(event.Entered)) == 8
    stuck = run.play().failure
    assert isinstance(stuck, event.Stuck), run.explain()
    assert [(t.call, t.file) for t in stuck.threads] == [("read", "terminal")]
    assert b"xport? port? port? port? " in run.play().terminal.replace(b"\r\n", b"")


@pytest.mark.parametrize("source", ["import time; time.sleep(3600)", "while True: pass"])
def test_never_listens_awake(drive, source):
    run = drive(source, limits={"patience": 0.2})
    assert isinstance(run.play().failure, event.GaveUp), run.explain()


def test_listens_late(drive):
    run = drive("import time\ntime.sleep(0.3)\n" + RIGHT, EACH_ONCE)
    assert run.play().failure is None, run.explain()


def test_to_sleep_for_a_moment_before_is_not_to_be_stuck(drive):
    """A socket's own time limit is none that the kernel tells; so the moment has to be over."""
    sleep = (
        "import socket, struct\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.bind(('127.0.0.1', 0))\n"
        "s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('ll', 0, 20_000))\n"
        "try: s.recv(1)\n"
        "except BlockingIOError: pass\n"
    )
    run = drive(sleep + RIGHT, EACH_ONCE)
    assert run.play().failure is None, run.explain()


# --- typing ---


def test_a_line_is_read_though_nothing_shows_it(drive):
    """Without an echo nothing tells that a line is on its way; it is waited for all the same."""
    steps = "stage.type(); stage.look_for_messages('settled')"
    run = drive(server(NO_ECHO), steps)
    assert run.play().failure is None, run.explain()
    assert run.play().found["settled"] == {"m1"}
    assert run.play().terminal.replace(b"^C", b"") == b""


def test_it_reads_with_input(drive):
    changed = "def on_line(line): log(line.encode())\nsys.stdin.readline = input"
    run = drive(server(changed), "stage.type(); stage.type()")
    assert run.play().failure is None, run.explain()
    assert_all_logged(run)


def test_nothing_is_typed_where_that_is_pointless(drive):
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
def test_a_log_anywhere(drive, tmp_path: Path, name: str):
    folders = (str(Path(name).parent),) if name.startswith("logs") else ()
    run = drive(server(f"LOG = {name!r}"), EACH_ONCE, folders=folders)
    assert run.play().failure is None, run.explain()
    assert_all_logged(run)
    shown = name.replace("~", str(tmp_path / "home")).removeprefix("./")
    assert [file.path for file in run.play().files] == [shown]


def test_a_log_below_an_absolute_path(drive, tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "another.log").write_text("somebody else's")
    run = drive(server(f"LOG = '{outside}/x.log'"), EACH_ONCE, folders=(str(outside),))
    assert [file.path for file in run.play().files] == [f"{outside}/x.log"]
    assert_all_logged(run)


def test_a_huge_log_is_cut(drive):
    changed = "def log(data):\n    open('x.log', 'ab').write(data + b'.' * 100000)"
    run = drive(server(changed), EACH_ONCE, limits={"logs": 1000})
    (file,) = run.play().files
    assert len(file.data) == 1000
    assert file.size > 200_000


def test_the_size_of_a_file_is_limited(drive):
    changed = "def log(data):\n    open('x.log', 'ab').write(data * 10000)"
    run = drive(server(changed), EACH_ONCE, limits={"file_size": 10_000})
    assert run.play().ended, run.explain()
    assert [file.size for file in run.play().files] == [10_000]


# --- the queues, seen from the server ---


def test_one_connection_at_a_time_may_wait(drive):
    source = RIGHT.replace("listen(8)", "listen(0)")
    run = drive(source, "for _ in range(20): stage.say(stage.connect())")
    assert run.play().failure is None, run.explain()
    took = run.events[-1].at - run.events[0].at
    assert took < 2 * SOON, "no connection was refused and asked for again a second later"


def test_a_reset_connection_is_taken(drive):
    changed = f"""
def on_accept(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, {struct.pack("ii", 1, 0)!r})
    client.close()
"""
    run = drive(server(changed), "stage.type(); c = stage.connect(); stage.say(c); stage.type()")
    assert not isinstance(run.play().failure, event.Stuck | event.GaveUp), run.explain()


# --- who is asked ---


def test_the_program_runs_under_a_neutral_name_in_a_plain_world(drive):
    source = """
    import json, os, signal, sys
    told = {
        "file": os.path.basename(__file__), "name": __name__, "cwd": os.getcwd(),
        "environment": dict(os.environ), "tty": [os.isatty(file) for file in range(3)],
        "files": sorted(os.listdir("/proc/self/fd"), key=int), "group": os.getpgrp() == os.getpid(),
        "session": os.getsid(0) == os.getpid(), "foreground": os.tcgetpgrp(0) == os.getpid(),
        "pipe": signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN, "argv": sys.argv,
        "size": tuple(os.get_terminal_size()),
    }
    json.dump(told, open("told.json", "w"))
    """
    run = drive(source, "")
    import json

    (file,) = run.play().files
    told = json.loads(file.data)
    assert told["file"] == "submission.py"
    assert told["argv"] == ["submission.py"]
    assert told["name"] == "__main__"
    assert told["cwd"].endswith("/course/homework")
    assert told["environment"]["HOME"] == str(run.folder / "home")
    assert not any("PYTHONPATH" in name for name in told["environment"])
    assert told["tty"] == [True, True, True]
    assert told["files"] == ["0", "1", "2", "3"]  # the fourth is the listing itself
    assert told["group"] and told["session"] and told["foreground"]  # noqa: PT018
    assert told["size"] == [80, 24]
