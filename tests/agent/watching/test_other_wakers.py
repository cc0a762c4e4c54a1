"""What else may wake a server that sleeps as one thread, or change its memory."""

import pytest

from agent.child_process import ChildProcess, child_process
from grader.agent.kernel import wakers
from grader.agent.watching.other_wakers import OtherWakers

pytestmark = pytest.mark.timeout(30)

LISTENS = """
import fcntl, os, select, signal, socket, threading
listener = socket.create_server(("127.0.0.1", 0))
{deed}
print(os.fstat(listener.fileno()).st_ino, flush=True)
os.read(read, 1)
"""
"""Prints the inode of its only input."""


def found(process: ChildProcess) -> list[str]:
    inode = int(process.read_line())
    return OtherWakers().found(process.asleep(), {inode}, thorough=False)


@pytest.mark.parametrize(
    ("deed", "others"),
    [
        ("", []),
        ("e = select.epoll(); e.register(listener)", ["epoll"]),
        ("e = select.epoll(); e.register(os.dup(listener.fileno()))", ["epoll"]),
        ("e = select.epoll(); e.register(socket.socket())", []),
        ("i = select.epoll(); i.register(listener); e = select.epoll(); e.register(i)", ["epoll"]),
        ("e = select.epoll(); i = select.epoll(); e.register(i)", ["epoll"]),
        (
            "os.setsid(); t = os.open(os.ttyname(os.openpty()[1]), os.O_RDWR); "
            "f = open('/dev/tty'); e = select.epoll(); e.register(f)",
            ["epoll"],
        ),
        ("fcntl.fcntl(listener, fcntl.F_SETFL, os.O_ASYNC)", ["signal"]),
        ("signal.signal(signal.SIGIO, print)", []),
        ("signal.signal(signal.SIGINT, print)", []),
    ],
)
def test_what_may_wake_it(deed: str, others: list[str]):
    with child_process(LISTENS.format(deed=deed)) as process:
        assert found(process) == others


WITH_THREAD = """
import os, threading, time
{first}
print(flush=True)
time.sleep(0.5)
{then}
print(flush=True)
os.read(read, 1)
"""
THREAD = "t = threading.Thread(target=len, args=('',)); t.start(); t.join()"


@pytest.mark.parametrize(
    ("first", "then", "others"),
    [
        ("", THREAD, ["thread"]),
        (THREAD, "", []),
        ("", "", []),
        ("", "os.system(':')", []),
        ("", f"{THREAD}; os.system(':')", ["thread"]),
    ],
)
def test_a_thread_that_has_ended(first: str, then: str, others: list[str]):
    source = WITH_THREAD.format(first=first, then=then)
    with child_process(source) as process:
        process.read_line()
        others_of = OtherWakers()
        before = process.asleep()
        assert others_of.found(before, set(), thorough=False) == []
        process.read_line()
        assert others_of.found(process.asleep(), set(), thorough=False) == others


def test_a_thread_of_a_later_process_that_has_ended():
    others_of = OtherWakers()
    with child_process("os.read(read, 1)") as process:
        assert others_of.found(process.asleep(), set(), thorough=False) == []
    with child_process(f"import threading; {THREAD}; print(flush=True); os.read(read, 1)") as later:
        later.read_line()
        assert others_of.found(later.asleep(), set(), thorough=False) == ["thread"]


def test_a_thorough_look_sees_what_took_a_files_number():
    deed = """
e = select.epoll()
print(os.fstat(listener.fileno()).st_ino, flush=True)
threading.Event().wait(0.5)
e.register(listener)
"""
    with child_process(LISTENS.format(deed=deed)) as process:
        inode = int(process.read_line())
        others_of = OtherWakers()
        assert others_of.found(process.asleep(), {inode}, thorough=False) == []
        process.read_line()
        later = process.asleep()
        assert others_of.found(later, {inode}, thorough=True) == ["epoll"]
        assert others_of.found(later, {inode}, thorough=False) == ["epoll"]


def test_some_looks_that_nobody_expects_are_thorough():
    deed = """
print(os.fstat(listener.fileno()).st_ino, flush=True)
threading.Event().wait(0.5)
fcntl.fcntl(listener, fcntl.F_SETFL, os.O_ASYNC)
"""
    with child_process(LISTENS.format(deed=deed)) as process:
        inode = int(process.read_line())
        others_of = OtherWakers()
        assert others_of.found(process.asleep(), {inode}, thorough=False) == []
        process.read_line()
        later = process.asleep()
        assert any(others_of.found(later, {inode}, thorough=False) for _ in range(400))


def test_a_process_that_is_gone():
    pid = (1 << 22) + 1  # beyond the most that a kernel gives
    assert wakers.open_numbers(pid) == set()
    assert wakers.names(pid, {0}) == {}
    assert wakers.epoll_inodes(pid, 0) == set()
    assert wakers.inode(pid, 0) is None
    assert not wakers.sends_signal(pid, 0)
    assert wakers.time_of_all_threads(pid) is None


def test_the_time_of_all_threads_is_that_of_the_living_ones():
    with child_process("os.read(read, 1)") as process:
        (thread,) = process.asleep().threads
        assert thread.cpu
        assert wakers.time_of_all_threads(thread.process) == thread.cpu.ran
