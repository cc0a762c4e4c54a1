"""One scenario's stage, with a real server on it."""

import errno
import os
import signal
import socket
import struct
import subprocess
from pathlib import Path

import pytest

from agent.playing import MAIN, agent, alive, collect, encode, make_plan, until
from agent.servers import RIGHT, server
from grader.agent import clients
from grader.agent.clients import Client
from grader.model import event

pytestmark = pytest.mark.timeout(60)

EACH_ONCE = "c = stage.connect(); stage.say(c); stage.type()"

SOON = 2_000_000_000
"""Nanoseconds, on a machine however busy. Measured on one that is not: a stuck server is known
3 ms after it was given what it never reads, and one that survives Ctrl-C 10 ms after that."""


def texts(run, scenario="test"):
    return [message.nonce.encode() for message in run.play(scenario).messages]


def assert_all_logged(run):
    logged = run.logged()
    assert [text for text in texts(run) if text not in logged] == [], run.explain()


def lag(run):
    """Nanoseconds between the last thing that was done and the failure."""
    play = run.play()
    assert play.failure, run.explain()
    done = (event.Started, event.Connected, event.Sent, event.Left)
    return play.failure.at - max(e.at for e in run.events if isinstance(e, done))


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
    assert order[-3:] == ["Found", "Log", "TerminalOutput"]
    assert [e.at for e in run.events] == sorted(e.at for e in run.events)


def test_to_have_listened_for_a_moment_is_not_to_have_started(drive):
    run = drive("import socket, time\nsocket.create_server(('', 0))\ntime.sleep(0.2)\n", "pass")
    assert run.play().listening is None, run.explain()
    assert run.play().ended


def test_a_server_that_sends_nothing_more_sees_its_client_leave_in_order(drive):
    changed = "def on_accept(client):\n    rlist.append(client); client.shutdown(socket.SHUT_WR)"
    run = drive(server(changed), "c = stage.connect(); stage.say(c); stage.leave(c); stage.type()")
    assert run.play().failure is None, run.explain()
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

    class Refused(Client):
        def __init__(self, name: str, address: str, port: int) -> None:
            tried.append((name, address, port))
            if address == "::1":
                raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")

    monkeypatch.setattr(clients, "Client", Refused)
    clients.open_client("client 1", ("::", 8888))
    assert tried == [("client 1", "::1", 8888), ("client 1", "127.0.0.1", 8888)]


def test_a_server_that_no_longer_listens_is_not_sought_elsewhere(monkeypatch):
    tried = []

    class Refused(Client):
        def __init__(self, name: str, address: str, port: int) -> None:
            tried.append(address)
            raise OSError(errno.ECONNREFUSED, "Connection refused")

    monkeypatch.setattr(clients, "Client", Refused)
    with pytest.raises(OSError, match="refused"):
        clients.open_client("client 1", ("::", 8888))
    assert tried == ["::1"]


def test_it_stops_listening(drive):
    changed = """
def on_accept(client):
    rlist[1] = client
    listeners.pop().close()
"""
    run = drive(server(changed), "stage.say(stage.connect()); stage.connect()")
    assert isinstance(run.play().failure, event.Refused), run.explain()


# --- stuck ---

SERIAL = server("""\
def serve():
    while True:
        client = listeners[0].accept()[0]
        while data := client.recv(1024):
            log(data)
        client.close()
""")

STUCK = {
    "accept": (
        server("def serve():\n    kept = []\n    while True: kept.append(listeners[0].accept())"),
        "stage.say(stage.connect())",
        ("client 1", "text", 18),
        ("accept", "listening socket"),
    ),
    "recv, while another comes": (
        SERIAL,
        "stage.say(stage.connect()); stage.connect()",
        ("client 2", "connection", 0),
        ("recv", "client 1"),
    ),
    "recv, while somebody types": (
        SERIAL,
        "stage.connect(); stage.type()",
        ("terminal", "line", 19),
        ("recv", "client 1"),
    ),
    "read": (
        server("def serve():\n    while True: log(sys.stdin.readline().encode())"),
        "stage.type(); stage.connect()",
        ("client 1", "connection", 0),
        ("read", "terminal"),
    ),
    "recv of the newest": (
        server("def on_accept(client):\n    rlist.append(client)\n    log(client.recv(99))"),
        "a = stage.connect(); stage.say(a); stage.connect(); stage.say(a)",
        ("client 1", "text", 18),
        ("recv", "client 2"),
    ),
    "departure": (
        server("def on_text(client, data):\n    rlist.remove(client)"),
        "a = stage.connect(); stage.say(a); stage.leave(a)",
        ("client 1", "departure", 0),
        ("select", ""),
    ),
    "a file": (
        server("os.mkfifo('pipe')\ndef log(data): os.read(os.open('pipe', os.O_RDWR), 1)"),
        "a = stage.connect(); stage.say(a); stage.say(a)",
        ("client 1", "text", 18),
        ("read", "pipe"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "steps", "waiting", "sleeps"), STUCK.values(), ids=STUCK.keys())
def test_stuck_asleep(drive, source, steps, waiting, sleeps):
    run = drive(source, steps, limits={"patience": 8.0})
    stuck = run.play().failure
    assert isinstance(stuck, event.Stuck), run.explain()
    assert stuck.how == "asleep"
    assert [(w.source, w.what, w.size) for w in stuck.waiting] == [waiting]
    assert [(t.call, t.file, t.limited) for t in stuck.threads] == [(*sleeps, False)]
    assert lag(run) < SOON


def test_stuck_tells_what_is_watched(drive):
    run = drive(
        server("def on_accept(client):\n    rlist.append(client) if len(rlist) < 3 else 0\n"
               "    log(b'x')\n    clients.append(client)\nclients = []"),
        "stage.connect(); b = stage.connect(); stage.say(b)",
    )  # fmt: skip
    (thread,) = run.play().failure.threads
    assert thread.watches == ("terminal", "listening socket", "client 1")


def test_two_threads_stuck(drive):
    changed = """\
import threading
def serve():
    threading.Thread(target=type_, daemon=True).start()
    while True:
        client = listeners[0].accept()[0]
        while data := client.recv(1024):
            log(data)
def type_():
    while line := sys.stdin.readline(): log(line.encode())
"""
    run = drive(server(changed), "stage.say(stage.connect()); stage.type(); stage.connect()")
    stuck = run.play().failure
    assert isinstance(stuck, event.Stuck), run.explain()
    assert sorted((t.call, t.file) for t in stuck.threads) == [
        ("read", "terminal"),
        ("recv", "client 1"),
    ]
    assert_all_logged(run)


@pytest.mark.parametrize(
    "changed",
    [
        "def on_accept(client):\n    while True: select([client], [], [], 0)",
        "def on_accept(client):\n    while True: select([], [client], [])",
    ],
)
def test_busy_and_given_up(drive, changed):
    run = drive(server(changed), "stage.say(stage.connect())", limits={"patience": 8.0})
    failure = run.play().failure
    assert isinstance(failure, event.Impatient), run.explain()
    assert failure.how == "busy"
    assert [(w.source, w.what) for w in failure.waiting] == [("client 1", "text")]
    assert run.of(event.Settled)[-1].asleep is False


def test_a_timer_proves_nothing(drive):
    """It sleeps with a limit: it may go on, and patience decides."""
    changed = "def on_accept(client):\n    while True: time.sleep(0.01)"
    run = drive(server(changed), "stage.say(stage.connect())", limits={"patience": 0.3})
    assert isinstance(run.play().failure, event.Impatient), run.explain()
    assert lag(run) >= 300_000_000
    (thread,) = run.play().failure.threads
    assert thread.limited


def test_an_alarm_may_wake_it(drive):
    """It sleeps without a limit, and yet goes on."""
    changed = """
class Alarm(Exception): pass
def ring(*_): raise Alarm
signal.signal(signal.SIGALRM, ring)
def serve():
    while True:
        for ready in (*listeners, *rlist[2:], sys.stdin):
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.03)
                if ready is sys.stdin: text = os.read(0, 99).strip()
                elif ready in listeners:
                    rlist.append(ready.accept()[0])
                    text = b""
                else: text = ready.recv(99)
                signal.setitimer(signal.ITIMER_REAL, 0)
                if text: log(text)
            except Alarm: pass
"""
    run = drive(server(changed), "c = stage.connect(); stage.type(); stage.say(c)")
    assert run.play().failure is None, run.explain()
    assert_all_logged(run)


def test_slow_is_not_stuck(drive):
    changed = "def on_text(client, data):\n    time.sleep(0.2)\n    log(data)"
    run = drive(server(changed), "c = stage.connect(); stage.send(c); stage.say(c)")
    assert run.play().failure is None, run.explain()


# --- never listening ---


def test_never_listens_asleep(drive):
    run = drive("import signal; signal.pause()")
    stuck = run.play().failure
    assert isinstance(stuck, event.Stuck)
    assert (stuck.how, stuck.waiting, run.play().listening) == ("asleep", (), None)


def test_never_listens_and_asks(drive):
    run = drive("print('x' * 100000); port = input('port? ')")
    stuck = run.play().failure
    assert isinstance(stuck, event.Stuck), run.explain()
    assert [(t.call, t.file) for t in stuck.threads] == [("read", "terminal")]
    assert b"xport? " in run.play().terminal.replace(b"\r\n", b"")


@pytest.mark.parametrize("source", ["import time; time.sleep(3600)", "while True: pass"])
def test_never_listens_awake(drive, source):
    run = drive(source, limits={"patience": 0.2})
    assert isinstance(run.play().failure, event.Impatient), run.explain()


def test_listens_late(drive):
    run = drive("import time\ntime.sleep(0.3)\n" + RIGHT, EACH_ONCE)
    assert run.play().failure is None, run.explain()


# --- ending by itself ---

END = {
    "at once": ("raise SystemExit(3)", "", (3, None)),
    "with an exception": ("1 / 0", "", (1, None)),
    "no program": ("this is no Python", "", (1, None)),
    "by a signal": ("import os; os.kill(os.getpid(), 11)", "", (None, 11)),
    "when it listens": (server(listening="sys.exit(3)"), "", (3, None)),
    "when a client comes": (
        server("def on_accept(client): sys.exit(3)"),
        "stage.connect()",
        (3, None),
    ),
    "at a message": (
        server("def on_text(client, data): os.abort()"),
        "stage.say(stage.connect())",
        (None, signal.SIGABRT),
    ),
    "at a line": (server("def on_line(line): sys.exit(4)"), "stage.type()", (4, None)),
    "at a departure": (
        server("def on_departure(client): 1 / 0"),
        "c = stage.connect(); stage.say(c); stage.leave(c)",
        (1, None),
    ),
    "with threads": (
        server("import threading\nthreading.Thread(target=time.sleep, args=(9,), daemon=True)"
               ".start()\ndef on_accept(client): sys.exit(5)"),
        "stage.connect()",
        (5, None),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "steps", "status"), END.values(), ids=END.keys())
def test_it_ends(drive, source, steps, status):
    run = drive(source, steps)
    ended = run.play().ended
    assert ended, run.explain()
    assert (ended.code, ended.signal) == status
    stopped = run.play().stopped
    assert (stopped.by, stopped.code, stopped.signal) == ("itself", *status)


def test_a_program_that_cannot_be_started_is_no_program_that_ended(tmp_path: Path):
    """It would be the machine's fault, or ours; the agent fails, and nothing is judged."""
    code = "sys.executable = '/nonexistent/python'\n" + MAIN
    with agent(tmp_path, code) as process:
        assert process.stdin
        process.stdin.write(encode(make_plan(RIGHT, tmp_path)))
        process.stdin.flush()
        out, complaint = collect(process)
        assert process.returncode == 1
        assert b'"ended"' not in out
        assert b"cannot be started: FileNotFoundError" in complaint


def test_how_it_ended_is_always_known(drive):
    """It may end at any moment of a look at it; fifteen different ones here."""
    steps = """
    for number in range(15):
        program = f"import time; time.sleep({number / 2500}); raise SystemExit(7)"
        another = Places(number + 2, plan["root"], plan["home"], (), None, program.encode())
        stage.close(healthy=False)
        stage = Stage(events, another, iter(()), plan["limits"], deadline)
        try:
            stage.wait_until_listening()
        except Over:
            pass
    """
    run = drive(RIGHT, steps)
    ended = [(e.code, e.signal) for e in run.of(event.Ended)]
    assert ended[:15] == [(7, None)] * 15


def test_seeing_nobody_is_no_proof_that_it_ended(drive):
    """A process whose parent has just ended is listed nowhere for a moment."""
    steps = """
    from grader.agent import kernel
    look, blind = kernel.look, [True] * 3
    def blink(root, middle):
        if blind and blind.pop():
            middle()
            return kernel.View([], False, True, kernel.Use(0, 0, 0))
        return look(root, middle)
    kernel.look = blink
    stage.say(stage.connect())
    """
    run = drive(RIGHT, steps)
    assert run.play().failure is None, run.explain()
    assert_all_logged(run)


# --- being stopped ---

NO_ECHO = """
import termios
settings = termios.tcgetattr(0)
settings[3] &= ~termios.ECHO
termios.tcsetattr(0, termios.TCSANOW, settings)
"""

STOP = {
    "ctrl-c": ("", "", ("ctrl-c", 0, None)),
    "ctrl-c, and a traceback": ("def on_end(): raise", "", ("ctrl-c", None, signal.SIGINT)),
    "ctrl-c, slowly": (
        "def on_end():\n    time.sleep(0.3)\n    sys.exit(2)",
        "",
        ("ctrl-c", 2, None),
    ),
    "ctrl-c, without an echo": (
        NO_ECHO,
        "",
        ("ctrl-c", 0, None),
    ),
    "second ctrl-c": (
        "",
        "def on_signal(*_): sys.exit(6) if told else told.append(1)\n"
        "told = []\n"
        "signal.signal(signal.SIGINT, on_signal)",
        ("second ctrl-c", 6, None),
    ),
    "sigterm": (
        "",
        "signal.signal(signal.SIGINT, signal.SIG_IGN)",
        ("sigterm", None, signal.SIGTERM),
    ),
    "sigterm, without an echo": (
        NO_ECHO,
        "signal.signal(signal.SIGINT, signal.SIG_IGN)",
        ("sigterm", None, signal.SIGTERM),
    ),
    "sigkill": (
        "",
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "signal.signal(signal.SIGTERM, lambda *_: log(b'TERM'))",
        ("sigkill", None, signal.SIGKILL),
    ),
}


@pytest.mark.parametrize(("changed", "listening", "stopped"), STOP.values(), ids=STOP.keys())
def test_how_it_is_stopped(drive, changed, listening, stopped):
    run = drive(server(changed, listening=listening), EACH_ONCE)
    play = run.play()
    assert play.failure is None, run.explain()
    assert (play.stopped.by, play.stopped.code, play.stopped.signal) == stopped
    stopping = run.of(event.Stopping)[0].at
    assert play.stopped.at - stopping < SOON, "it is known at once that it survives"


def test_its_last_words_are_logged(drive):
    kept = """
kept = []
def log(data): kept.append(data)
def on_end():
    time.sleep(0.1)
    with open(LOG, "wb") as file: file.write(b" ".join(kept))
"""
    run = drive(server(kept), EACH_ONCE)
    assert run.play().found == {"left": frozenset(), "stopped": frozenset({"m1", "m2"})}
    assert_all_logged(run)


# --- what it starts ---

DAEMON = """\
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir("/")
        for number in range(1, 32):
            if number not in (signal.SIGKILL, signal.SIGSTOP):
                signal.signal(number, signal.SIG_IGN)
        for file in range(3): os.close(file)
        if {while_it_listens}:
            for listener in listeners: listener.close()
        while True: signal.pause()
    os._exit(0)
os.wait()
"""

NOTE = """
from grader.agent import kernel
def note():
    with open("{folder}/processes", "w") as file:
        print(*kernel.descendants(os.getpid()), file=file)
"""


@pytest.fixture
def also_end():
    """Takes processes that must be gone, and ends them where they are not."""
    processes: list[int] = []
    yield processes.extend
    for process in filter(alive, processes):
        os.kill(process, signal.SIGKILL)


def noted(folder: Path) -> list[int]:
    return [int(number) for number in (folder / "processes").read_text().split()]


def test_a_daemon_does_not_outlive_the_stage(drive, tmp_path: Path, also_end):
    steps = NOTE.replace("{folder}", str(tmp_path)) + "stage.connect(); note()"
    run = drive(server(listening=DAEMON.replace("{while_it_listens}", "True")), steps)
    assert run.play().failure is None, run.explain()
    processes = noted(tmp_path)
    also_end(processes)
    assert len(processes) == 2
    assert not any(alive(process) for process in processes)
    assert run.play().stopped.by == "sigkill"


def test_a_server_that_is_a_daemon(drive, tmp_path: Path, also_end):
    """Its first process ends at once; the one that serves is somebody's orphan."""
    changed = "signal.signal(signal.SIGHUP, signal.SIG_IGN)\nif os.fork(): os._exit(0)\nos.setsid()"
    steps = NOTE.replace("{folder}", str(tmp_path)) + "c = stage.connect(); stage.say(c); note()"
    run = drive(server(changed), steps)
    assert run.play().failure is None, run.explain()
    assert_all_logged(run)
    (process,) = noted(tmp_path)
    also_end([process])
    assert not alive(process)
    assert (run.play().stopped.by, run.play().stopped.code) == ("sigkill", 0)


def test_children_that_it_does_not_wait_for(drive):
    changed = "def on_text(client, data):\n    log(data)\n    os.fork() or os._exit(0)"
    run = drive(server(changed), "c = stage.connect(); stage.say(c); stage.say(c); stage.type()")
    assert run.play().failure is None, run.explain()
    assert all(e.asleep for e in run.of(event.Settled))
    assert_all_logged(run)


HOLDING = server(listening=DAEMON.replace("{while_it_listens}", "False"))


def processes_of(process: "subprocess.Popen[bytes]") -> list[int]:
    from grader.agent import kernel

    return list(kernel.descendants(process.pid))


@pytest.mark.parametrize("how", ["told to stop", "nobody reads"])
def test_an_agent_that_ends_early_leaves_nothing(tmp_path: Path, also_end, how: str):
    # The real one's way of ending, in a play that would go on.
    code = """
from grader.agent import main, scenarios
def forever(stage):
    while True: stage.settle()
main.terminal.play = forever
main.main()
"""
    with agent(tmp_path, code) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(encode(make_plan(HOLDING, tmp_path)))
        process.stdin.flush()
        until(lambda: len(processes_of(process)) == 2)
        below = processes_of(process)
        also_end(below)
        if how == "nobody reads":
            process.stdout.close()
        else:
            process.send_signal(signal.SIGTERM)
            assert process.stdout.read()
        process.wait(10)
        assert not any(alive(one) for one in below)
        if how == "told to stop":
            assert process.returncode == 128 + signal.SIGTERM


def test_out_of_time(tmp_path: Path, run):
    changed = server("def on_accept(client):\n    while True: time.sleep(0.01)",
                     listening=DAEMON.replace("{while_it_listens}", "False"))  # fmt: skip
    done = run(changed, limits={"total": 1.0, "patience": 60.0})
    assert done.history.out_of_time
    assert not done.history.finished
    play = done.history.plays[-1]
    # What there is is told: how it was stopped, and what it wrote. It was not played, though.
    assert done.of(event.Stopped), done.explain()
    assert "stopped" in play.found
    assert play.stopped is None


# --- output ---


def test_replies(drive):
    run = drive(
        server("def on_text(client, data):\n    log(data)\n    client.sendall(b'got ' + data)"),
        "a = stage.connect(); b = stage.connect(); stage.say(a); stage.leave(a); stage.say(b)",
    )
    replies = {e.source: event.unpack(e.data) for e in run.of(event.Replied)}
    assert replies == {
        f"client {number + 1}": b"got " + text + b" hello" for number, text in enumerate(texts(run))
    }
    assert not run.of(event.LetGo)


def test_an_answered_client_leaves_in_order(drive):
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
    steps = "c = stage.connect(); stage.say(c); stage.look_for_messages('now'); stage.type()"
    run = drive(server(changed), steps)
    assert run.play().failure is None, run.explain()
    assert run.play().found["now"] == {"m1"}, "settled is not: waiting until its reply is read"
    (replied,) = run.of(event.Replied)
    assert replied.size == 10 << 20
    assert event.unpack(replied.data) == b"x" * 4096


def test_a_flood_on_the_terminal(drive):
    changed = "def on_text(client, data):\n    os.write(1, b'x' * (1 << 20))\n    log(data)"
    steps = """
    c = stage.connect()
    for number in range(5):
        stage.say(c)
        stage.look_for_messages(f"after {number + 1}")
    stage.type()
    """
    run = drive(server(changed), steps, limits={"terminal": 1000})
    assert run.play().failure is None, run.explain()
    for number in range(1, 6):
        assert f"m{number}" in run.play().found[f"after {number}"], "settled too early"
    assert len(run.play().terminal) < 2100
    assert b"bytes left out" in run.play().terminal


def test_what_waits_for_the_terminal_is_not_asleep(drive):
    """Though nothing can be read there yet: the kernel passes it on a moment later."""
    changed = "def on_text(client, data):\n    os.write(1, b'x' * (1 << 20))\n    log(data)"
    steps = """
    from grader.agent import kernel
    stage.send(stage.connect())
    while not kernel.look(os.getpid(), lambda: None).asleep:
        pass
    stage._watch._files = list
    asleep = stage._watch.look().asleep
    del stage._watch._files
    events.write("found", when="asleep" if asleep else "awake", messages=[])
    stage.settle()
    """
    run = drive(server(changed), steps)
    assert run.play().failure is None, run.explain()
    assert "awake" in run.play().found
    assert_all_logged(run)


def test_an_endless_flood_on_the_terminal(drive):
    changed = "def on_accept(client):\n    while True: os.write(1, b'x' * 4096)"
    steps = "c = stage.connect(); stage.observe('flood'); stage.say(c)"
    run = drive(server(changed), steps, limits={"patience": 2.0})
    observed = run.of(event.Observed)[0]
    assert observed.ran > observed.wall / 50
    failure = run.play().failure
    assert isinstance(failure, event.Stuck | event.Impatient), run.explain()
    assert [w.what for w in failure.waiting] == ["text"]


def test_a_client_that_the_server_closes(drive):
    changed = "def on_text(client, data):\n    log(data)\n    on_departure(client)"
    steps = "a = stage.connect(); b = stage.connect(); stage.say(a); stage.say(b); stage.send(a)"
    run = drive(server(changed), steps)
    assert [e.source for e in run.of(event.LetGo)] == ["client 1", "client 2"]
    assert run.play().failure is None, run.explain()


def test_its_port_is_free_again(run):
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
def test_its_port_is_free_after_a_crash(run, end):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    changed = f"def on_text(client, data):\n    log(data)\n    client.send(data)\n    {end}"
    done = run(server(changed).replace("[listen()]", f"[listen(port={port})]"))
    assert len(done.history.plays) > 2
    assert all(play.listening for play in done.history.plays), done.explain()


def test_its_port_is_free_though_its_end_is_noticed_late(drive):
    steps = """
    stage.say(stage.connect())
    stage.clients[0].drain = lambda: None
    raise Over
    """
    run = drive(RIGHT, steps)
    port = run.play().listening.port
    with socket.socket() as another:
        another.bind(("127.0.0.1", port))


# --- typing ---


def test_a_line_is_read_though_nothing_shows_it(drive):
    """Without an echo nothing tells that a line is on its way; it is waited for all the same."""
    steps = "stage.type(); stage.look_for_messages('now')"
    run = drive(server(NO_ECHO), steps)
    assert run.play().failure is None, run.explain()
    assert run.play().found["now"] == {"m1"}
    assert run.play().terminal.replace(b"^C", b"") == b""


def test_it_reads_with_input(drive):
    changed = "def on_line(line): log(line.encode())\nsys.stdin.readline = input"
    run = drive(server(changed), "stage.type(); stage.type()")
    assert run.play().failure is None, run.explain()
    assert_all_logged(run)


def test_nothing_is_typed_where_that_is_pointless(drive):
    run = drive(RIGHT, "stage.typing = False; stage.type(); stage.say(stage.connect())")
    assert [message.source for message in run.play().messages] == ["client 1"]


# --- observing ---


def observed(drive, changed="", listening=""):
    run = drive(server(changed, listening=listening), "stage.observe('now')")
    (seen,) = run.of(event.Observed)
    assert seen.phase == "now"
    return seen


def test_it_rests_in_select(drive):
    seen = observed(drive)
    assert seen.calls == {"select": 1}
    assert (seen.ran, seen.processes, seen.samples, seen.written) == (0, 1, 1, 0)
    assert seen.wall < SOON
    (thread,) = seen.threads
    assert thread.watches == ("terminal", "listening socket")


def test_it_spins(drive):
    seen = observed(drive, "def serve():\n    while True: select(rlist, [], [], 0)")
    assert 2 * seen.ran > seen.wall - seen.waited


def test_it_polls_with_patience(drive):
    seen = observed(drive, "def serve():\n    while True: select(rlist, [], [], 0.02)")
    assert 50 * seen.ran < seen.wall
    assert seen.threads[0].call == "select"
    assert seen.threads[0].limited
    assert seen.samples > 2


def test_it_writes_while_it_rests(drive):
    seen = observed(drive, "def serve():\n    while True: log(b'idle'); time.sleep(0.001)")
    assert seen.written > 0


def test_several_processes(drive):
    assert observed(drive, listening="os.fork() or signal.pause()").processes == 2


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
    assert not isinstance(run.play().failure, event.Stuck | event.Impatient), run.explain()


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
