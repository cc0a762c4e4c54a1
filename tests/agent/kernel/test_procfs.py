"""What ``/proc`` shows of a process: its state, signal handlers, and the files of its calls."""

import os
import signal
import subprocess
import sys
import textwrap
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.agent_process import until
from agent.child_process import child_process
from grader.agent.kernel import call_arguments, procfs
from grader.agent.kernel.procfs import CpuTime, parse_catches_signal, parse_cpu_time, parse_sleeps
from grader.agent.kernel.syscalls import Call

pytestmark = pytest.mark.timeout(30)


def test_a_process_that_is_gone():
    gone = subprocess.Popen([sys.executable, "-S", "-c", ""])
    gone.wait()
    assert procfs.state(gone.pid, gone.pid) == "X"
    assert procfs.cpu_time(gone.pid, gone.pid) is None
    assert procfs.call(gone.pid, gone.pid) is None
    assert procfs.file_name(gone.pid, gone.pid, 0) == ""
    assert procfs.socket_inodes({gone.pid: [gone.pid]}) == {}
    assert not procfs.catches_signal(gone.pid, signal.SIGINT)
    assert procfs.descendants(gone.pid) == {}
    call = Call("select", False, (5, 4096, 0, 0, 0, 0), None)
    assert call_arguments.watched_files(gone.pid, gone.pid, call) == []


def test_a_process_id_that_is_reused():
    """Files opened for an earlier process are not used for a later one with its number."""
    with child_process("os.read(read, 1)") as latter:
        here = [thread.process for thread in latter.asleep().threads]
        procfs._evict(f"/proc/{latter.root}/task/{latter.root}")
        with child_process("os.read(read, 1)") as former:
            former.asleep()
            for path in list(procfs._cache):
                kept = procfs._cache.pop(path)
                procfs._cache[path.replace(f"/{former.root}/", f"/{latter.root}/")] = kept
        assert f"/proc/{latter.root}/task/{latter.root}/children" in procfs._cache
        assert procfs.children(latter.root) == here


def test_a_process_name_with_brackets_and_spaces(tmp_path):
    with child_process("open('/proc/self/comm', 'w').write(') R (x'); os.read(read, 1)") as process:
        (thread,) = process.asleep().threads
        assert procfs.state(thread.process, thread.thread) == "S"


def test_schedstat():
    assert parse_cpu_time("1500000 2000 3\n") == CpuTime(1500000, 2000, 3)


@pytest.mark.parametrize("text", ["", "\n", "1", "1 2", "1 2 3 4", "a b c", "1 2 x"])
def test_incomplete_schedstat(text: str):
    assert parse_cpu_time(text) is None


@given(st.text())
def test_no_text_raises(text: str):
    parse_cpu_time(text)


STATUS = "Name:\tpython\nSigIgn:\tffffffffffffffff\nSigCgt:\t{}\nCapInh:\t00\n"


@pytest.mark.parametrize(
    ("mask", "caught"),
    [("0000000000002000", True), ("ffffffffffffdfff", False), ("", False), ("x", False)],
)
def test_a_signal_mask(mask: str, caught: bool):
    assert parse_catches_signal(STATUS.format(mask), signal.SIGALRM) == caught


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (STATUS + "voluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t3\n", 12),
        (STATUS + "nonvoluntary_ctxt_switches:\t3\n", None),
        (STATUS + "voluntary_ctxt_switches:\t", None),
        (STATUS + "voluntary_ctxt_switches:\tx\n", None),
    ],
)
def test_the_number_of_sleeps(text: str, count: int | None):
    assert parse_sleeps(text) == count


@given(st.text())
def test_no_status_raises(text: str):
    parse_sleeps(text)
    parse_sleeps("voluntary_ctxt_switches:" + text)
    parse_catches_signal(text, signal.SIGALRM)
    parse_catches_signal("SigCgt:" + text, signal.SIGALRM)


@pytest.mark.parametrize(
    ("deed", "may"),
    [
        ("signal.signal(signal.SIGINT, print)", False),
        ("signal.signal(signal.SIGALRM, print)", True),
        ("assert ctypes.CDLL(None).timerfd_create(1, 0) > 0", True),
    ],
)
def test_a_process_that_may_have_a_timer(deed: str, may: bool):
    with child_process(f"import ctypes, signal; {deed}; os.read(read, 1)") as process:
        (thread,) = process.asleep().threads
        assert procfs.may_have_timer(thread.process) == may


def test_a_process_that_catches_a_signal():
    with child_process(
        "import signal; signal.signal(14, lambda *_: None); os.read(read, 1)"
    ) as process:
        (thread,) = process.asleep().threads
        until(lambda: procfs.catches_signal(thread.process, signal.SIGALRM))
        assert not procfs.catches_signal(thread.process, signal.SIGUSR1)


def test_this_thread_runs():
    assert procfs.state(os.getpid(), threading.get_native_id()) == "R"


# --- what a call watches ---

WATCHING = """
import select, socket
pairs = [socket.socketpair() for _ in range(40)]
ends = [end for pair in pairs for end in pair]
chosen = ends[3:70:7]
print(*sorted(end.fileno() for end in chosen), flush=True)
select.select(chosen, ends[:2], [])
"""


LATER_THREAD = """
import ctypes, os, threading
def serve():
{program}
threading.Thread(target=serve).start()
ctypes.CDLL(None).syscall({{"x86_64": 60, "aarch64": 93}}[os.uname().machine], 0)
"""
"""Ends the first thread, and no other one; then the kernel lists the process as a zombie."""


@pytest.mark.parametrize("wrapped", ["{program}", LATER_THREAD], ids=["", "first thread ended"])
def test_what_a_select_watches(wrapped: str):
    # The second argument, what it would write to, says nothing of what it waits to read.
    program = WATCHING.replace("ends[:2]", "[]")
    if wrapped is LATER_THREAD:
        program = textwrap.indent(program, "  ")
    with child_process(wrapped.format(program=program)) as process:
        expected = [int(name) for name in process.read_line().split()]
        until(lambda: process.asleep().threads[0].call.name == "select")
        (thread,) = process.asleep().threads
        assert thread.call
        assert call_arguments.watched_files(thread.process, thread.thread, thread.call) == expected
        assert (thread.thread == thread.process) == (wrapped is not LATER_THREAD)
        names = {procfs.file_name(thread.process, thread.thread, file) for file in expected}
        held = procfs.socket_inodes(procfs.descendants(process.root))
        assert {int(name[len("socket:[") : -1]) for name in names} <= held.keys()
        assert len(held) == 80


POLLING = """
import select, socket
one, other, third, fourth = socket.socketpair() + socket.socketpair()
print(one.fileno(), fourth.fileno(), flush=True)
poll = select.poll()
for end, events in (one, select.POLLIN), (other, select.POLLERR), (fourth, select.POLLIN):
    poll.register(end, events)
poll.poll()
"""

TIMED = """
import socket
end, other = socket.socketpair()
end.settimeout(99)
print(end.fileno(), flush=True)
end.recv(1)
"""


@pytest.mark.parametrize("program", [POLLING, TIMED], ids=["poll", "recv with a time limit"])
def test_what_a_poll_watches(program: str):
    with child_process(program) as process:
        expected = [int(name) for name in process.read_line().split()]
        until(lambda: process.asleep().threads[0].call.name == "poll")
        (thread,) = process.asleep().threads
        assert thread.call
        assert call_arguments.watched_files(thread.process, thread.thread, thread.call) == expected


@pytest.mark.parametrize(
    ("waits", "seconds"),
    [
        ("select.select([end], [], [], 99.5)", 99.5),
        ("select.select([end], [], [])", None),
        ("poll = select.poll(); poll.register(end, 1); poll.poll(99500)", 99.5),
        ("select.epoll().poll(99.5)", 99.5),
        ("select.epoll().poll()", None),
        ("end.settimeout(99.5); end.recv(1)", 99.5),
        ("time.sleep(99.5)", None),
    ],
)
def test_the_timeout_of_a_call(waits: str, seconds: float | None):
    source = (
        f"import select, socket, time\nend, other = socket.socketpair()\nprint(flush=True)\n{waits}"
    )
    with child_process(source) as process:
        process.read_line()
        (thread,) = process.asleep().threads
        assert thread.call
        found = call_arguments.timeout(thread.process, thread.thread, thread.call)
        assert found == (None if seconds is None else pytest.approx(seconds, abs=0.01))


def test_the_timeout_of_a_process_that_is_gone():
    call = Call("select", True, (5, 0, 0, 0, 4096, 0), None, "pointer 4")
    assert call_arguments.timeout(1 << 22, 1 << 22, call) is None


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("poll", (0, 5, 0, 0, 0, 0)),
        ("poll", (8, 5, 0, 0, 0, 0)),
        ("poll", ((1 << 64) - 1, (1 << 64) - 1, 0, 0, 0, 0)),
        ("select", (5, 0, 0, 0, 0, 0)),
        ("select", (5, 8, 0, 0, 0, 0)),
        ("select", (5, (1 << 64) - 1, 0, 0, 0, 0)),
        ("select", ((1 << 64) - 1, 8, 0, 0, 0, 0)),
        ("read", (5, 4096, 0, 0, 0, 0)),
    ],
)
def test_calls_that_watch_nothing_readable(name: str, arguments: tuple[int, ...]):
    assert (
        call_arguments.watched_files(os.getpid(), os.getpid(), Call(name, False, arguments, None))
        == []
    )
