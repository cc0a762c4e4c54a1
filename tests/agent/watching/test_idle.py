"""What an idle server does."""

import pytest

from agent.assertions import SOON
from agent.servers import server
from grader.model import event

pytestmark = pytest.mark.timeout(60)


def observed(drive, changed="", listening=""):
    run = drive(server(changed, listening=listening), "stage.observe('before any client')")
    (seen,) = run.of(event.Observed)
    assert seen.phase == "before any client"
    return seen


def test_a_server_that_rests_in_select(drive):
    seen = observed(drive)
    assert seen.calls == {"select": 1}
    assert (seen.ran, seen.processes, seen.samples, seen.written) == (0, 1, 1, 0)
    assert seen.sleeps == 0
    assert seen.wall < SOON
    (thread,) = seen.threads
    assert thread.watches == ("terminal", "listening socket")
    assert seen.watched == ("listening socket", "terminal")


def test_a_server_that_spins(drive):
    seen = observed(drive, "def serve():\n    while True: select(rlist, [], [], 0)")
    assert 2 * seen.ran > seen.wall - seen.waited
    assert seen.sleeps is not None
    assert seen.ran > 5_000_000 * seen.sleeps
    assert seen.calls == {"": seen.samples}


def test_waiting_for_room_in_a_full_terminal_is_no_sleep(drive):
    seen = observed(drive, "def serve():\n    while True: print('error ' * 10, flush=True)")
    assert seen.sleeps is not None
    assert seen.ran > 5_000_000 * seen.sleeps


@pytest.mark.parametrize("timeout", ["0.0001", "0.00001", "1e-9"])
def test_a_server_with_a_tiny_timeout_sleeps_at_each_turn(drive, timeout):
    seen = observed(drive, f"def serve():\n    while True: select(rlist, [], [], {timeout})")
    assert seen.sleeps is not None
    assert seen.ran < 5_000_000 * seen.sleeps
    assert seen.calls["select"] > 0
    assert seen.threads[0].call == "select"


def test_a_server_that_polls_slowly_is_calm(drive):
    seen = observed(drive, "def serve():\n    while True: select(rlist, [], [], 0.02)")
    assert 50 * seen.ran < seen.wall
    assert seen.threads[0].call == "select"
    assert seen.threads[0].timed
    assert seen.samples > 2


def test_plain_sleeps_before_resting_are_awaited(drive):
    changed = """
def serve():
    for _ in range(12): time.sleep(0.02)
    while True: select(rlist, [], [])
"""
    assert observed(drive, changed).calls == {"select": 1}


def test_a_select_that_watches_nothing_is_a_plain_sleep(drive):
    changed = """
def serve():
    for _ in range(12): select([], [], [], 0.02)
    while True: select(rlist, [], [])
"""
    assert observed(drive, changed).threads[0].watches == ("terminal", "listening socket")


def test_endless_plain_sleeps_are_observed(drive):
    seen = observed(drive, "def serve():\n    while True: time.sleep(0.02)")
    assert set(seen.calls) <= {"sleep", ""}
    assert seen.calls["sleep"] > 2


def test_growing_files_are_measured(drive):
    seen = observed(drive, "def serve():\n    while True: log(b'idle'); time.sleep(0.001)")
    assert seen.written > 0


def test_processes_are_counted(drive):
    assert observed(drive, listening="os.fork() or signal.pause()").processes == 2


def test_what_several_selects_watch_in_turn(drive):
    changed = """
def serve():
    while True:
        for ready in rlist: select([ready], [], [], 0.15)
"""
    assert observed(drive, changed).watched == ("listening socket", "terminal")


def test_a_select_that_does_not_watch_the_terminal_is_seen_several_times(drive):
    seen = observed(drive, "def serve():\n    while True: select(listeners, [], [], 0.05)")
    assert seen.watched == ("listening socket",)
    assert seen.sleeps is not None
    assert seen.sleeps >= 3


def test_however_many_files_it_watches_the_inputs_are_seen(drive):
    changed = """
def serve():
    silent = [os.pipe()[0] for _ in range(80)]
    select(silent + [os.dup(ready if ready == 0 else ready.fileno()) for ready in rlist], [], [])
"""
    seen = observed(drive, changed)
    assert {"listening socket", "terminal"} < set(seen.watched)
    assert len(seen.watched) < 80


def test_a_select_on_nothing_watches_nothing(drive):
    seen = observed(drive, "def serve():\n    while True: select([], [], [], 0.05)")
    assert seen.watched == ()


@pytest.mark.parametrize("call", ["time.sleep(0.01)", "select(rlist, [], [], 0.00001)"])
def test_what_is_watched_is_unknown(drive, call):
    assert observed(drive, f"def serve():\n    while True: {call}").watched is None


def test_the_terminal_under_another_name(drive):
    changed = """
def serve():
    tty = open("/dev/tty")
    while True: select([tty], [], [])
"""
    assert observed(drive, changed).watched == ("terminal",)
