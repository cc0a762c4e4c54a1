"""How a server is stopped, with all processes that it started."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from agent.agent_process import agent, alive, encode, make_plan, until
from agent.assertions import EACH_ONCE, NO_ECHO, SOON, assert_all_logged
from agent.servers import server
from grader.model import event

pytestmark = pytest.mark.timeout(60)


# --- being stopped ---

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
        "def on_signal(*_): sys.exit(6) if signals else signals.append(1)\n"
        "signals = []\n"
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
def test_what_stops_a_server(drive, changed, listening, stopped):
    run = drive(server(changed, listening=listening), EACH_ONCE)
    play = run.play()
    assert play.failure is None, run.explain()
    assert (play.stopped.by, play.stopped.code, play.stopped.signal) == stopped
    stopping = run.of(event.Stopping)[0].at
    assert play.stopped.at - stopping < SOON, "it is known at once that it survives"


def test_a_countdown_to_the_end_is_awaited(drive):
    changed = "def on_end():\n    for _ in range(5): time.sleep(0.5)\n    sys.exit(3)"
    stopped = drive(server(changed), EACH_ONCE).play().stopped
    assert (stopped.by, stopped.code) == ("ctrl-c", 3)
    assert stopped.took > 2_500_000_000


def test_a_log_written_at_the_end_is_read(drive):
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
from grader.agent.kernel import procfs
def note():
    with open("{folder}/processes", "w") as file:
        print(*procfs.descendants(os.getpid()), file=file)
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


def test_a_server_may_be_a_daemon(drive, tmp_path: Path, also_end):
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


def test_zombies_of_the_server(drive):
    changed = "def on_text(client, data):\n    log(data)\n    os.fork() or os._exit(0)"
    run = drive(server(changed), "c = stage.connect(); stage.say(c); stage.say(c); stage.type()")
    assert run.play().failure is None, run.explain()
    assert all(e.asleep for e in run.of(event.Settled))
    assert_all_logged(run)


HOLDING = server(listening=DAEMON.replace("{while_it_listens}", "False"))


def processes_of(process: "subprocess.Popen[bytes]") -> list[int]:
    from grader.agent.kernel import procfs

    return list(procfs.descendants(process.pid))


@pytest.mark.parametrize("how", ["terminated", "nobody reads"])
def test_an_agent_that_ends_early_leaves_no_process(tmp_path: Path, also_end, how: str):
    # The real one's way of ending, in a play that would go on.
    code = """
from grader.agent import director, main
def forever(stage):
    while True: stage.settle()
director.terminal.play = forever
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
        if how == "terminated":
            assert process.returncode == 128 + signal.SIGTERM


def test_the_run_ends_when_its_time_is_over(tmp_path: Path, run):
    changed = server("def on_accept(client):\n    while True: time.sleep(0.01)",
                     listening=DAEMON.replace("{while_it_listens}", "False"))  # fmt: skip
    done = run(changed, limits={"total": 1.0, "patience": 60.0})
    assert done.history.out_of_time
    assert not done.history.finished
    play = done.history.plays[-1]
    # Its end and its files are written all the same, but the play does not count.
    assert done.of(event.Stopped), done.explain()
    assert "stopped" in play.found
    assert play.stopped is None
