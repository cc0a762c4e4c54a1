"""What is learned of a server while it is waited for, and what is waited for after it settled."""

import pytest

from agent.assertions import assert_all_logged
from agent.servers import RIGHT, server
from grader.model import event

pytestmark = pytest.mark.timeout(60)


def selecting(timeout: float) -> str:
    """A right server whose select has a timeout, in seconds."""
    return server(f"""
_select = select
def select(*lists): return _select(*lists, {timeout})
""")


WATCHES = 'looked_for=frozenset({"terminal", "listening"})'


@pytest.mark.parametrize(
    ("source", "traits"),
    [
        (RIGHT, f"ServerTraits({WATCHES})"),
        (selecting(0.02), f"ServerTraits({WATCHES}, sleeps_with_timeout=True)"),
    ],
    ids=["rests", "sleeps with a timeout"],
)
def test_it_is_known_whether_a_server_sleeps_with_a_timeout(drive, source, traits):
    steps = f"""
    stage.observe("before any client")
    assert stage.supervisor.traits == {traits}
    """
    assert drive(source, steps).play().failure is None


@pytest.mark.parametrize("timeout", [0.0001, 0.00001])
def test_a_server_with_a_tiny_timeout_is_found_asleep(drive, timeout):
    """It never sleeps for as long as a snapshot takes."""
    steps = """
    client = stage.connect()
    for _ in range(20): stage.say(client)
    assert stage.supervisor.left_well()
    assert not stage.supervisor.traits.sleepless
    """
    run = drive(selecting(timeout), steps)
    assert run.play().failure is None
    assert all(settled.asleep for settled in run.of(event.Settled))
    assert_all_logged(run)


def test_a_server_that_never_sleeps_is_known(drive):
    steps = """
    stage.say(stage.connect())
    assert stage.supervisor.traits.sleepless
    assert not stage.supervisor.left_well()
    assert not stage.supervisor.gave_up
    """
    run = drive(selecting(0), steps)
    assert run.play().failure is None, run.explain()


def working(seconds: float) -> str:
    """A right server that computes for a while, with system calls, before it logs a message."""
    return server(f"""
def on_text(client, data):
    end = time.process_time() + {seconds}
    while time.process_time() < end: os.getppid()
    log(data)
""")


def test_a_server_that_is_still_at_work_is_not_sleepless(drive):
    steps = """
    client = stage.connect()
    stage.say(client); stage.say(client)
    assert stage.supervisor.traits.slow
    assert stage.supervisor.was_at_work
    stage.say(client)
    assert not stage.supervisor.traits.sleepless
    stage.observe("one client, silent")
    """
    run = drive(working(0.6), steps, limits={"patience": 4.0})
    assert run.play().failure is None, run.explain()
    assert_all_logged(run)
    assert [s.asleep for s in run.of(event.Settled)][-2:] == [True, True]
    (observed,) = run.of(event.Observed)
    assert observed.ran < 5e6


def test_more_than_its_patience_is_too_slow(drive):
    steps = """
    client = stage.connect()
    stage.say(client)
    try:
        stage.say(client)
    finally:
        assert stage.supervisor.gave_up
        assert stage.supervisor.traits.slow is False
    """
    run = drive(working(9), steps, limits={"patience": 0.5})
    assert isinstance(run.play().failure, event.GaveUp), run.explain()


def test_a_server_that_is_given_up_is_known(drive):
    steps = """
    try:
        stage.say(stage.connect())
    finally:
        assert stage.supervisor.gave_up
    """
    run = drive(server("def serve():\n    while True: time.sleep(0.01)"), steps)
    assert run.play().failure, run.explain()


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


def test_delayed_log_writes_are_awaited_before_the_next_message(drive):
    steps = "stage.await_log = True\na = stage.connect(); b = stage.connect()\n"
    steps += 2 * "stage.say(a); stage.say(b)\n"
    run = drive(server(WHEN_QUIET), steps)
    (file,) = run.play().files
    assert file.data.split(b"\n")[:-1] == [m.text.encode() for m in run.play().messages]


def test_a_fruitless_wait_for_the_log_is_not_repeated(drive):
    never = WHEN_QUIET.replace("if not ready", "if False")
    steps = "stage.await_log = True\na = stage.connect()\n" + 20 * "stage.say(a)\n"
    run = drive(server(never), steps)
    play = run.play()
    assert play.failure is None
    assert len(play.messages) == 20
    assert play.over - play.started < 10e9, "twenty seconds, if each were awaited"


def test_a_timeout_is_outlasted(drive):
    source = """
_select = select
def select(*lists):
    ready = _select(*lists, 0.3)
    if not any(ready): log(b"quiet")
    return ready
"""
    run = drive(server(source), "stage.outlast_timeout()")
    (file,) = run.play().files
    assert file.data.startswith(b"quiet\n")


def test_a_long_timeout_is_not_waited_for(drive):
    run = drive(selecting(3600), "stage.outlast_timeout()")
    play = run.play()
    assert play.failure is None
    assert play.over - play.started < 5e9


WRITES_ANEW = """
lines = []
def log(data):
    if data: lines.append(data)
    with open(LOG, "wb", buffering=0) as file:
        for line in lines:
            file.write(line + b"\\n")
            compute(0.0002)
    compute(0.001)
def compute(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until: pass
def serve():
    while True:
        for r in select(rlist, [], [])[0]:
            if r in listeners: on_accept(r.accept()[0])
            else: log(r.recv(1024))
"""


def test_a_server_that_writes_its_file_anew_all_the_time_is_looked_at_again(drive):
    """It does not sleep, and every second look finds only a part of its lines in the file."""
    steps = """
    a = stage.connect(); b = stage.connect()
    for _ in range(3): stage.say(a)
    stage.leave(b)
    for _ in range(3): stage.say(a)
    stage.look_for_messages("settled")
    """
    play = drive(server(WRITES_ANEW), steps).play()
    assert play.failure is None
    assert len(play.found["settled"]) == 6


def test_a_server_that_ends_in_a_silence_gets_no_other_one(drive):
    """It ends when nobody has spoken for a moment, and writes its log then."""
    source = """
kept = []
def log(data): kept.append(data)
_select = select
def select(*lists):
    ready = _select(*lists, 0.3)
    return ready if any(ready) else sys.exit()
"""
    steps = """
    a = stage.connect()
    stage.say(a)
    try:
        stage.await_log_writes()
    finally:
        assert stage.supervisor.ended_awaited
        assert stage.supervisor.traits.fruitless_wait > 1e9
    """
    run = drive(server(source), steps)
    assert isinstance(run.play().failure, event.Ended), run.explain()


EMPTIES_AND_ENDS = """
import threading
leave = threading.Event()
def empty():
    leave.wait(60)
    open(LOG, "wb").close()
thread = threading.Thread(target=empty)
thread.start()
def on_departure(client):
    leave.set()
    thread.join()
    rlist.remove(client)
    client.close()
"""


def test_what_a_thread_does_before_it_ends_is_unprompted(drive):
    """Afterwards, the server can do nothing until there is more input."""
    steps = """
    a = stage.connect(); b = stage.connect()
    stage.say(a)
    stage.leave(b)
    stage.look_for_messages("settled")
    """
    play = drive(server(EMPTIES_AND_ENDS), steps).play()
    assert play.failure is None
    assert play.found["settled"] == {"m1"}


NEWEST_ALONE = """
import threading
def log(data):
    with open(LOG, "wb") as file: file.write(data)
threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
"""


def test_a_server_that_is_suspended_is_not_looked_at_again(drive):
    steps = """
    a = stage.connect(); b = stage.connect()
    stage.say(a); stage.say(b)
    for _ in range(3): stage.all_at_once([a, b])
    """
    play = drive(server(NEWEST_ALONE), steps).play()
    assert play.failure is None
    assert play.over - play.started < 10e9, "forty seconds, if it were"


def test_what_the_terminal_had_shown_by_then_is_noted(drive):
    steps = """
    client = stage.connect()
    stage.say(client)
    stage.type()
    """
    run = drive(server("print('ready', flush=True)"), steps)
    output = run.play().terminal
    shown = [output[: settled.shown] for settled in run.of(event.Settled)]
    assert shown == sorted(shown, key=len)
    assert shown[0] == shown[1] == b"ready\r\n"
    assert shown[-1].startswith(b"ready\r\n" + run.play().typed[0].text.encode())
