"""How a program is started in its box, ahead of time or not."""

import pytest

from grader.sandbox.namespaces.sandbox import NamespaceSandbox
from sandbox.attempts import STARTS, run_agent

pytestmark = pytest.mark.namespaces


def test_program_killed_while_warm_is_started_again(isolated: NamespaceSandbox) -> None:
    steps = """
play("/work/1", "/work/2")
await_warm(1)
os.kill(*warm(), 9)
while any(procfs.state(p, p) not in "ZX" for p in procfs.descendants(os.getpid())):
    time.sleep(0.001)  # init has reported it once it has ended
play("/work/2")
"""
    assert run_agent(isolated, STARTS + steps)[1] == [f"status {7 << 8}"] * 2


def test_start_needs_no_descriptors_in_flight(isolated: NamespaceSandbox) -> None:
    """The kernel limits these per user, so another run of the same user may have used them up."""
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
    assert run_agent(isolated, STARTS + steps)[1] == [
        "Too many references: cannot splice",
        ended,
        ended,
    ]


def test_terminal_is_reopened_although_a_program_has_locked_it(
    isolated: NamespaceSandbox,
) -> None:
    code = """
import fcntl, os, termios
fcntl.ioctl(0, termios.TIOCEXCL)
os.chmod(os.ttyname(0), 0)
"""
    steps = f"""
terminal = Terminal.open(4096)
Terminal = types.SimpleNamespace(open=lambda _: terminal)
print(play("/work/1", "/work/1", code={code!r}), end="")
print(play("/work/1", code={code!r}), end="")
"""
    assert run_agent(isolated, STARTS + steps)[1] == ["status 0", "status 0"]


def test_failure_of_a_start_is_reported(isolated: NamespaceSandbox) -> None:
    steps = """
os.ttyname = lambda _: "/dev/pts/nothing"
try:
    play("/work/1")
except ChildProcessError as error:
    print(error)
"""
    assert run_agent(isolated, STARTS + steps)[1] == [
        "the program cannot be started: FileNotFoundError(2, 'No such file or directory')"
    ]


def test_program_killed_while_released_is_started_again(
    isolated: NamespaceSandbox,
) -> None:
    steps = """
from grader.agent.isolation import warm_start
play("/work/1", "/work/2")
await_warm(1)
release = warm_start.release
def too_late(orders, terminal):
    warm_start.release = release
    (program,) = warm()
    os.kill(program, 9)
    release(orders, terminal)
warm_start.release = too_late
play("/work/2")
"""
    assert run_agent(isolated, STARTS + steps)[1] == [f"status {7 << 8}"] * 2


def test_unused_warm_programs_are_ended(isolated: NamespaceSandbox) -> None:
    steps = """
play("/work/1", "/work/2", "/work/2", "/work/3")
await_warm(3)
play("/work/2")
await_warm(1)
play("/work/4")
print(len(procfs.descendants(os.getpid())))
"""
    assert run_agent(isolated, STARTS + steps)[1] == [f"status {7 << 8}"] * 3 + ["0"]


def test_garbage_of_the_agent_closes_no_file_in_a_box(
    isolated: NamespaceSandbox,
) -> None:
    """The garbage collector closes a socket's descriptor; in a fork of the agent, its number may
    belong to another file by then."""
    code = """
import gc, socket
from grader.agent.isolation import box
gc.disable()
for _ in range(20):
    cycle = [socket.socket()]
    cycle.append(cycle)
def exec_program(folder, error_pipe, set_up):
    gc.collect()
    set_up()
    os._exit(7)
program = box.build(exec_program, "/", plan["user"], plan["limits"]["memory"]).wait_until_built()
while not program.reap():
    time.sleep(0.001)
print(os.waitstatus_to_exitcode(program.status))
"""
    assert run_agent(isolated, code)[1] == ["7"]
