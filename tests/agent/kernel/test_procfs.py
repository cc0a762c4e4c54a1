import itertools
import os
import signal
import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.below import Below, below
from agent.playing import alive, until
from grader.agent.kernel import procfs
from grader.agent.kernel.procfs import Use, parse_catches, parse_use
from grader.agent.kernel.syscalls import Call

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
def test_what_a_process_sleeps_in(source: str, expected: tuple[str, bool]):
    with below(source) as process:
        until(lambda: [t.call.name for t in process.asleep().threads if t.call] == [expected[0]])
        view = process.asleep()
        assert view.timed == expected[1]
        assert view.tells
        assert view.processes == len(view.threads) == 1


def test_one_that_spins_is_never_asleep():
    with below("print(flush=True)\nwhile True: pass") as process:
        process.told()
        first = process.look()
        views = [process.look() for _ in range(300)]
        assert not any(view.asleep for view in views)
        assert all(view.timed and view.tells and view.processes == 1 for view in views)
        until(lambda: process.look().use.ran > first.use.ran + 5_000_000)


def test_one_that_polls_is_sometimes_asleep_and_uses_the_processor():
    source = "import select\nwhile True: select.select([read], [], [], 0.001)"
    with below(source) as process:
        view = process.asleep()
        until(lambda: process.look().use.turns > view.use.turns + 20)
        assert process.look().use.ran > view.use.ran


def test_one_that_sleeps_uses_nothing():
    with below("import select; select.select([read], [], [])") as process:
        first = process.asleep()
        assert process.look().use == first.use


def test_nothing_is_below():
    with below("") as process:
        until(lambda: not process.look().threads)
        view = process.look()
        assert (view.asleep, view.processes, view.use) == (False, 0, view.use)


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
    with below(HAND_OVER) as process:
        process.told()
        until(lambda: len(process.look().threads) == 3)
        assert not any(process.look().asleep for _ in range(500))


def test_threads_that_wait_for_each_other_are_asleep():
    source = HAND_OVER.replace('os.write(there[1], b"x")', "")
    with below(source) as process:
        process.told()
        view = process.asleep()
        until(lambda: len(process.asleep().threads) == 3)
        view = process.asleep()
        assert view.processes == 1
        assert not view.timed


def test_all_processes_count():
    with below("os.fork(); os.fork(); os.read(read, 1)") as process:
        until(lambda: process.asleep().processes == 4)
    with below("os.fork() or os.fork() or os.read(read, 1)\nwhile True: pass") as process:
        until(lambda: process.look().processes == 3)
        assert not any(process.look().asleep for _ in range(100))


def test_one_that_has_ended_and_is_not_waited_for_keeps_nobody_awake():
    source = """
    for _ in range(3):
        if os.fork() == 0:
            os._exit(0)
    os.read(read, 1)
    """
    with below(source) as process:
        until(lambda: len(procfs.descendants(process.root)) == 4)
        view = process.asleep()
        assert (view.processes, len(view.threads), view.timed) == (1, 1, False)


def test_what_ends_in_the_middle_was_not_asleep():
    with below("os.read(read, 1)") as process:
        (sleeper,) = process.asleep().threads

        def end() -> None:
            os.kill(sleeper.process, 9)
            until(lambda: not alive(sleeper.process))

        assert not process.look(end).asleep


def test_what_wakes_in_the_middle_was_not_asleep():
    source = """
    import signal
    signal.signal(signal.SIGUSR1, lambda *_: None)
    os.read(read, 1)
    """
    with below(source) as process:
        until(lambda: process.asleep().threads[0].call.name == "read")
        (sleeper,) = process.asleep().threads

        def wake() -> None:
            turns = process.look().use.turns
            os.kill(sleeper.process, 10)
            until(lambda: process.look().use.turns > turns)
            process.asleep()

        assert not process.look(wake).asleep
        assert process.look().asleep


def test_what_is_about_to_run_is_not_asleep(monkeypatch: pytest.MonkeyPatch):
    """Woken, it has no turn yet while all processors are busy."""
    with below("os.read(read, 1)") as process:
        process.asleep()
        monkeypatch.setattr(procfs, "state", lambda process, thread: "R")
        assert not process.look().asleep


STARTS = {
    "a thread": "threading.Thread(target=work).start()",
    "a process": "os.fork() or work()",
}


@pytest.mark.parametrize("already", [False, True], ids=["one", "one of two"])
@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS.keys())
def test_one_that_starts_another_while_it_is_looked_at(
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
        with below(source) as process:
            process.told()
            until(lambda process=process: process.asleep().processes == 1 + already)
            started = start_at(moment, process, monkeypatch)
            view = process.look(monkeypatch.undo)
            monkeypatch.undo()
        if not started:
            break
        assert not view.asleep
    assert moment > 5


def start_at(moment: int, process: Below, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have the first process start another one when this many texts of the kernel's were read;
    whether it did is in the list."""
    before = process.asleep().threads
    sleeper = before[0].process
    read = procfs._whole
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

    monkeypatch.setattr(procfs, "_whole", read_and_start)
    return started


def test_where_the_kernel_does_not_tell(monkeypatch: pytest.MonkeyPatch):
    read = procfs._read

    def refuse(path: str) -> str:
        if path.endswith("/syscall"):
            raise PermissionError(path)
        return read(path)

    with below("os.read(read, 1)") as process:
        process.asleep()
        monkeypatch.setattr(procfs, "_read", refuse)
        view = process.look()
        assert (view.asleep, view.tells, view.timed, view.processes) == (False, False, True, 1)


def test_what_is_gone():
    gone = subprocess.Popen([sys.executable, "-S", "-c", ""])
    gone.wait()
    assert procfs.state(gone.pid, gone.pid) == "X"
    assert procfs.use(gone.pid, gone.pid) is None
    assert procfs.call(gone.pid, gone.pid) is None
    assert procfs.file_name(gone.pid, 0) == ""
    assert procfs.inodes([gone.pid]) == {}
    assert not procfs.catches(gone.pid, signal.SIGINT)
    assert procfs.descendants(gone.pid) == {}
    assert procfs.watched(gone.pid, Call("select", False, (5, 4096, 0, 0, 0, 0), None)) == []


def test_a_number_that_was_anothers_before():
    """What was opened for the one that is gone tells nothing of the one that is there."""
    with below("os.read(read, 1)") as latter:
        here = [thread.process for thread in latter.asleep().threads]
        procfs._forget(f"/proc/{latter.root}/task/{latter.root}")
        with below("os.read(read, 1)") as former:
            former.asleep()
            for path in list(procfs._kept):
                kept = procfs._kept.pop(path)
                procfs._kept[path.replace(f"/{former.root}/", f"/{latter.root}/")] = kept
        assert f"/proc/{latter.root}/task/{latter.root}/children" in procfs._kept
        assert procfs.children(latter.root) == here


def test_a_name_with_brackets_and_blanks(tmp_path):
    with below("open('/proc/self/comm', 'w').write(') R (x'); os.read(read, 1)") as process:
        (thread,) = process.asleep().threads
        assert procfs.state(thread.process, thread.thread) == "S"


def test_use():
    assert parse_use("1500000 2000 3\n") == Use(1500000, 2000, 3)


@pytest.mark.parametrize("text", ["", "\n", "1", "1 2", "1 2 3 4", "a b c", "1 2 x"])
def test_use_that_is_not_whole(text: str):
    assert parse_use(text) is None


@given(st.text())
def test_no_text_raises(text: str):
    parse_use(text)


STATUS = "Name:\tpython\nSigIgn:\tffffffffffffffff\nSigCgt:\t{}\nCapInh:\t00\n"


@pytest.mark.parametrize(
    ("mask", "caught"),
    [("0000000000002000", True), ("ffffffffffffdfff", False), ("", False), ("x", False)],
)
def test_a_signal_that_is_caught(mask: str, caught: bool):
    assert parse_catches(STATUS.format(mask), signal.SIGALRM) == caught


@given(st.text())
def test_no_status_raises(text: str):
    parse_catches(text, signal.SIGALRM)
    parse_catches("SigCgt:" + text, signal.SIGALRM)


def test_who_catches_a_signal():
    with below("import signal; signal.signal(14, lambda *_: None); os.read(read, 1)") as process:
        (thread,) = process.asleep().threads
        until(lambda: procfs.catches(thread.process, signal.SIGALRM))
        assert not procfs.catches(thread.process, signal.SIGUSR1)


def test_this_thread_runs():
    assert procfs.state(os.getpid(), threading.get_native_id()) == "R"
