"""How a program is started behind its inner wall: ahead of its time, and by whom."""

import pytest

from grader.sandbox.namespaces.sandbox import NamespaceSandbox
from sandbox.attempts import STARTS, told

pytestmark = pytest.mark.namespaces


def test_a_program_that_was_ended_while_it_waited_is_started_anew(walled: NamespaceSandbox) -> None:
    steps = """
play("/work/1", "/work/2")
await_waiting(1)
os.kill(*waiting(), 9)
while any(procfs.state(p, p) not in "ZX" for p in procfs.descendants(os.getpid())):
    time.sleep(0.001)  # process 1 has told of it when it is gone
play("/work/2")
"""
    assert told(walled, STARTS + steps)[1] == [f"status {7 << 8}"] * 2


def test_what_another_run_has_on_its_way_is_in_no_programs_way(walled: NamespaceSandbox) -> None:
    """The kernel counts open files that are on their way through sockets for each user."""
    steps = """
import socket
near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
try:
    while True:
        socket.send_fds(near, [b"x"], [0] * 253)
except OSError as error:
    print(error.strerror)
play("/work/1", "/work/2")
play("/work/2")
"""
    ended = f"status {7 << 8}"
    assert told(walled, STARTS + steps)[1] == ["Too many references: cannot splice", ended, ended]


def test_a_terminal_that_a_program_has_closed_to_itself_is_opened_again(
    walled: NamespaceSandbox,
) -> None:
    code = """
import fcntl, os, termios
fcntl.ioctl(0, termios.TIOCEXCL)
os.chmod(os.ttyname(0), 0)
"""
    steps = f"""
terminal = Terminal(4096)
Terminal = lambda _: terminal
print(play("/work/1", "/work/1", code={code!r}), end="")
print(play("/work/1", code={code!r}), end="")
"""
    assert told(walled, STARTS + steps)[1] == ["status 0", "status 0"]


def test_what_is_in_the_way_of_a_program_is_told(walled: NamespaceSandbox) -> None:
    steps = """
os.ttyname = lambda _: "/dev/pts/nothing"
try:
    play("/work/1")
except ChildProcessError as error:
    print(error)
"""
    assert told(walled, STARTS + steps)[1] == [
        "the program cannot be started: FileNotFoundError(2, 'No such file or directory')"
    ]


def test_a_program_that_is_ended_while_it_is_let_in_is_started_anew(
    walled: NamespaceSandbox,
) -> None:
    steps = """
from grader.agent.isolation import warm_start
play("/work/1", "/work/2")
await_waiting(1)
release = warm_start.release
def too_late(orders, terminal):
    warm_start.release = release
    (program,) = waiting()
    os.kill(program, 9)
    release(orders, terminal)
warm_start.release = too_late
play("/work/2")
"""
    assert told(walled, STARTS + steps)[1] == [f"status {7 << 8}"] * 2


def test_a_program_that_waits_in_vain_is_ended(walled: NamespaceSandbox) -> None:
    steps = """
play("/work/1", "/work/2", "/work/2", "/work/3")
await_waiting(3)
play("/work/2")
await_waiting(1)
play("/work/4")
print(len(procfs.descendants(os.getpid())))
"""
    assert told(walled, STARTS + steps)[1] == [f"status {7 << 8}"] * 3 + ["0"]


def test_what_the_agent_had_and_lost_closes_no_file_behind_the_wall(
    walled: NamespaceSandbox,
) -> None:
    """A socket in a cycle is closed, by its number, whenever the collector comes by: in a copy of
    the agent that number may be another file's by then."""
    code = """
import gc, socket
from grader.agent.isolation import box
gc.disable()
for _ in range(20):
    cycle = [socket.socket()]
    cycle.append(cycle)
def run(folder, tell, begin):
    gc.collect()
    begin()
    os._exit(7)
program = box.build(run, "/", plan["user"], plan["limits"]).finish()
while not program.reap():
    time.sleep(0.001)
print(os.waitstatus_to_exitcode(program.status))
"""
    assert told(walled, code)[1] == ["7"]
