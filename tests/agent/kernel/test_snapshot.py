"""Which threads a snapshot shows as asleep, whatever happens while it is taken."""

import itertools
import os

import pytest

from agent.agent_process import alive, until
from agent.child_process import ChildProcess, child_process
from grader.agent.kernel import procfs

pytestmark = pytest.mark.timeout(30)

SLEEPS = {
    # what it does: call, timed
    "import select; select.select([read], [], [])": ("select", False),
    "import select; select.select([read], [], [], 3600)": ("select", True),
    "import select; p = select.poll(); p.register(read); p.poll()": ("poll", False),
    "import select; p = select.poll(); p.register(read); p.poll(3600000)": ("poll", True),
    "import select; p = select.epoll(); p.register(read); p.poll()": ("epoll", False),
    "import select; p = select.epoll(); p.register(read); p.poll(3600)": ("epoll", True),
    "import threading; l = threading.Lock(); l.acquire(); l.acquire()": (
        "futex",
        False,
    ),
    "import threading; l = threading.Lock(); l.acquire(); l.acquire(timeout=3600)": ("futex", True),
    "import time; time.sleep(3600)": ("sleep", True),
    "os.read(read, 1)": ("read", False),
    "import signal; signal.pause()": ("pause", False),
    "import socket; s = socket.create_server(('127.0.0.1', 0)); s.accept()": ("accept", False),
    "import socket; a, b = socket.socketpair(); a.recv(1)": ("recv", False),
    "import socket; a, b = socket.socketpair(); a.sendall(bytes(1 << 24))": ("send", False),
    "import socket; a, b = socket.socketpair(); a.settimeout(3600); a.recv(1)": ("poll", True),
    "os.write(1, bytes(1 << 24))": ("write", False),
}


@pytest.mark.parametrize(("source", "expected"), SLEEPS.items(), ids=list(SLEEPS))
def test_the_call_that_a_process_sleeps_in(source: str, expected: tuple[str, bool]):
    with child_process(source) as process:
        until(lambda: [t.call.name for t in process.asleep().threads if t.call] == [expected[0]])
        snapshot = process.asleep()
        assert snapshot.timed == expected[1]
        assert snapshot.dozes == (expected[0] not in ("write", "send"))
        assert snapshot.calls_visible
        assert snapshot.processes == len(snapshot.threads) == 1


def test_a_spinning_process_is_never_asleep():
    with child_process("print(flush=True)\nwhile True: pass") as process:
        process.read_line()
        first = process.look()
        snapshots = [process.look() for _ in range(300)]
        assert not any(snapshot.asleep or snapshot.dozes for snapshot in snapshots)
        assert all(
            snapshot.timed and snapshot.calls_visible and snapshot.processes == 1
            for snapshot in snapshots
        )
        until(lambda: process.look().cpu.ran > first.cpu.ran + 5_000_000)


def test_a_polling_process_is_asleep_at_times_and_uses_the_processor():
    source = "import select\nwhile True: select.select([read], [], [], 0.001)"
    with child_process(source) as process:
        snapshot = process.asleep()
        until(lambda: process.look().cpu.timeslices > snapshot.cpu.timeslices + 20)
        assert process.look().cpu.ran > snapshot.cpu.ran


def test_a_sleeping_process_uses_no_processor_time():
    with child_process("import select; select.select([read], [], [])") as process:
        first = process.asleep()
        assert process.look().cpu == first.cpu


def test_a_stopped_process_does_nothing_either():
    source = """
import signal
child = os.fork()
while child == 0: pass
os.kill(child, signal.SIGSTOP)
signal.pause()
"""
    with child_process(source) as process:
        until(lambda: process.look().asleep and process.look().processes == 2)


def test_no_process_is_not_asleep():
    with child_process("") as process:
        until(lambda: not process.look().threads)
        snapshot = process.look()
        assert (snapshot.asleep, snapshot.processes, snapshot.cpu) == (False, 0, snapshot.cpu)


HAND_OVER = """
import os, threading
there, here = os.pipe(), os.pipe()
def pass_on(from_, to):
    while True:
        os.write(to, os.read(from_, 1))
for ends in ((there[0], here[1]), (here[0], there[1])):
    threading.Thread(target=pass_on, args=ends).start()
os.write(there[1], b"x")
print(flush=True)
threading.Event().wait()
"""


def test_threads_that_hand_work_to_each_other_are_never_all_asleep():
    """At each moment but one of them sleeps, and the other one is about to."""
    with child_process(HAND_OVER) as process:
        process.read_line()
        until(lambda: len(process.look().threads) == 3)
        assert not any(process.look().asleep for _ in range(500))


def test_threads_that_wait_for_each_other_are_asleep():
    source = HAND_OVER.replace('os.write(there[1], b"x")', "")
    with child_process(source) as process:
        process.read_line()
        snapshot = process.asleep()
        until(lambda: len(process.asleep().threads) == 3)
        snapshot = process.asleep()
        assert snapshot.processes == 1
        assert not snapshot.timed


def test_all_processes_are_included():
    with child_process("os.fork(); os.fork(); os.read(read, 1)") as process:
        until(lambda: process.asleep().processes == 4)
    with child_process("os.fork() or os.fork() or os.read(read, 1)\nwhile True: pass") as process:
        until(lambda: process.look().processes == 3)
        assert not any(process.look().asleep for _ in range(100))


def test_zombies_are_left_out():
    source = """
    for _ in range(3):
        if os.fork() == 0:
            os._exit(0)
    os.read(read, 1)
    """
    with child_process(source) as process:
        until(lambda: len(procfs.descendants(process.root)) == 4)
        snapshot = process.asleep()
        assert (snapshot.processes, len(snapshot.threads), snapshot.timed) == (1, 1, False)


def test_a_process_that_ends_during_the_snapshot_was_not_asleep():
    with child_process("os.read(read, 1)") as process:
        (sleeper,) = process.asleep().threads

        def end() -> None:
            os.kill(sleeper.process, 9)
            until(lambda: not alive(sleeper.process))

        assert not process.look(end).asleep


def test_a_process_that_wakes_during_the_snapshot_was_not_asleep():
    source = """
    import signal
    signal.signal(signal.SIGUSR1, lambda *_: None)
    os.read(read, 1)
    """
    with child_process(source) as process:
        until(lambda: process.asleep().threads[0].call.name == "read")
        (sleeper,) = process.asleep().threads

        def wake() -> None:
            timeslices = process.look().cpu.timeslices
            os.kill(sleeper.process, 10)
            until(lambda: process.look().cpu.timeslices > timeslices)
            process.asleep()

        assert not process.look(wake).asleep
        assert process.look().asleep


def test_a_runnable_process_is_not_asleep(monkeypatch: pytest.MonkeyPatch):
    """Woken, it has no turn yet while all processors are busy."""
    with child_process("os.read(read, 1)") as process:
        process.asleep()
        monkeypatch.setattr(procfs, "state", lambda process, thread: "R")
        assert not process.look().asleep


STARTS = {
    "a thread": "threading.Thread(target=work).start()",
    "a process": "os.fork() or work()",
}


@pytest.mark.parametrize("already", [False, True], ids=["one", "one of two"])
@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS.keys())
def test_a_process_that_starts_another_during_the_snapshot_is_not_asleep(
    start: str, already: bool, monkeypatch: pytest.MonkeyPatch
):
    """It hands work to what it has just started, and sleeps again: not all are asleep; whatever
    of it was looked at before."""
    source = f"""
    import signal, threading
    def work():
        while True: pass
    def start(*_):
        {start}
    signal.signal(signal.SIGUSR1, start)
    if {already}:
        os.fork() or os.read(read, 1)
    print(flush=True)
    while True:
        os.read(read, 1)
    """
    for moment in itertools.count():
        with child_process(source) as process:
            process.read_line()
            until(lambda process=process: process.asleep().processes == 1 + already)
            started = start_at(moment, process, monkeypatch)
            snapshot = process.look(monkeypatch.undo)
            monkeypatch.undo()
        if not started:
            break
        assert not snapshot.asleep
    assert moment > 5


def start_at(moment: int, process: ChildProcess, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have the first process start another one when this many texts of the kernel's were read;
    whether it did is in the list."""
    before = process.asleep().threads
    sleeper = before[0].process
    read = procfs._read_all
    left, started = [moment], []

    def read_and_start(file: int) -> str:
        text = read(file)
        left[0] -= 1
        if left[0] == -1:
            started.append(sleeper)
            os.kill(sleeper, 10)
            until(lambda: sum(map(len, procfs.descendants(process.root).values())) > len(before))
            until(lambda: procfs.state(sleeper, sleeper) == "S")
        return text

    monkeypatch.setattr(procfs, "_read_all", read_and_start)
    return started


def test_a_kernel_that_hides_calls(monkeypatch: pytest.MonkeyPatch):
    read = procfs._read

    def refuse(path: str) -> str:
        if path.endswith("/syscall"):
            raise PermissionError(path)
        return read(path)

    with child_process("os.read(read, 1)") as process:
        process.asleep()
        monkeypatch.setattr(procfs, "_read", refuse)
        snapshot = process.look()
        assert (snapshot.asleep, snapshot.calls_visible, snapshot.timed, snapshot.processes) == (
            False,
            False,
            True,
            1,
        )
