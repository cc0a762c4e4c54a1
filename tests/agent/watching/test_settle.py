"""When a server has settled, is stuck, ends, or is given up."""

import signal

import pytest

from agent.assertions import SOON, assert_all_logged, lag
from agent.servers import RIGHT, server
from grader.model import event

pytestmark = pytest.mark.timeout(60)


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
        ("client 1", "text", 22),
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
        ("terminal", "line", 23),
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
        ("client 1", "text", 22),
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
        ("client 1", "text", 22),
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
    assert [(t.call, t.file, t.timed) for t in stuck.threads] == [(*sleeps, False)]
    assert lag(run) < SOON


def test_stuck_reports_what_is_watched(drive):
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
def test_a_busy_server_is_given_up(drive, changed):
    """It may be at work on the connection, for all that is known: so it gets its whole patience."""
    run = drive(server(changed), "stage.say(stage.connect())", limits={"patience": 2.0})
    failure = run.play().failure
    assert isinstance(failure, event.GaveUp), run.explain()
    assert failure.how == "busy"
    assert [(w.source, w.what) for w in failure.waiting] == [("client 1", "text")]
    assert run.of(event.Settled)[-1].asleep is False


def test_a_timeout_proves_nothing(drive):
    """It sleeps with a limit: it may go on, and patience decides."""
    changed = "def on_accept(client):\n    while True: time.sleep(0.01)"
    run = drive(server(changed), "stage.say(stage.connect())", limits={"patience": 0.3})
    assert isinstance(run.play().failure, event.GaveUp), run.explain()
    assert lag(run) >= 300_000_000
    (thread,) = run.play().failure.threads
    assert thread.timed


def test_an_alarm_may_wake_a_server_without_timeout(drive):
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


# --- ending on its own ---

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
def test_how_a_server_ends_on_its_own(drive, source, steps, status):
    run = drive(source, steps)
    ended = run.play().ended
    assert ended, run.explain()
    assert (ended.code, ended.signal) == status
    stopped = run.play().stopped
    assert (stopped.by, stopped.code, stopped.signal) == ("itself", *status)


def test_a_snapshot_without_threads_does_not_prove_the_end(drive):
    """A process whose parent has just ended is listed nowhere for a moment."""
    steps = """
    from grader.agent.kernel import procfs, snapshot
    take, blind = snapshot.take, [True] * 3
    def blink(root, middle):
        if blind and blind.pop():
            middle()
            return snapshot.Snapshot([], False, True, procfs.CpuTime(0, 0, 0))
        return take(root, middle)
    snapshot.take = blink
    stage.say(stage.connect())
    """
    run = drive(RIGHT, steps)
    assert run.play().failure is None, run.explain()
    assert_all_logged(run)
