"""When a program counts as listening, on which address, and when it never will."""

import socket

import pytest

from agent.assertions import EACH_ONCE, assert_all_logged
from agent.servers import RIGHT
from grader.model import event

pytestmark = pytest.mark.timeout(60)


def test_listening_for_a_moment_does_not_count(drive):
    source = """
    import socket, time
    listener = socket.create_server(("", 0))
    while time.process_time() < 0.05:
        pass
    """
    run = drive(source, "pass")
    assert run.play().listening is None, run.explain()
    assert run.play().ended


def test_enter_answers_a_question_before_listening(drive):
    asking = "port = input('port (0): ') or '0'\n    listeners = [listen(port=int(port))]"
    run = drive(RIGHT.replace("listeners = [listen()]", asking), EACH_ONCE)
    assert run.play().failure is None, run.explain()
    assert len(run.of(event.Entered)) == 1
    assert_all_logged(run)


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
def test_any_address_is_found(drive, listening, address):
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


def test_of_two_ports_one_is_used(drive):
    run = drive(RIGHT.replace("[listen()]", "[listen(), listen()]"), EACH_ONCE)
    assert run.play().failure is None, run.explain()
    assert_all_logged(run)


def test_a_port_of_another_program_is_not_the_servers(drive):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        run = drive(f"raise SystemExit('port {port} is taken')")
        assert run.play().listening is None
        assert port in run.play().taken_ports


def test_a_program_that_sleeps_forever_is_stuck(drive):
    run = drive("import signal; signal.pause()")
    stuck = run.play().failure
    assert isinstance(stuck, event.Stuck)
    assert (stuck.how, stuck.waiting, run.play().listening) == ("asleep", (), None)


def test_a_program_that_keeps_asking_is_stuck_after_eight_enters(drive):
    run = drive("print('x' * 100000)\nwhile True: port = input('port? ')")
    assert len(run.of(event.Entered)) == 8
    stuck = run.play().failure
    assert isinstance(stuck, event.Stuck), run.explain()
    assert [(t.call, t.file) for t in stuck.threads] == [("read", "terminal")]
    assert b"xport? port? port? port? " in run.play().terminal.replace(b"\r\n", b"")


@pytest.mark.parametrize("source", ["import time; time.sleep(3600)", "while True: pass"])
def test_a_program_that_never_listens_is_given_up(drive, source):
    run = drive(source, limits={"patience": 0.2})
    assert isinstance(run.play().failure, event.GaveUp), run.explain()


def test_a_program_may_listen_late(drive):
    run = drive("import time\ntime.sleep(0.3)\n" + RIGHT, EACH_ONCE)
    assert run.play().failure is None, run.explain()


def test_a_short_sleep_before_listening_is_not_stuck(drive):
    """The kernel does not show a socket's own timeout, so the sleep has to last a while."""
    sleep = (
        "import socket, struct\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.bind(('127.0.0.1', 0))\n"
        "s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('ll', 0, 20_000))\n"
        "try: s.recv(1)\n"
        "except BlockingIOError: pass\n"
    )
    run = drive(sleep + RIGHT, EACH_ONCE)
    assert run.play().failure is None, run.explain()
