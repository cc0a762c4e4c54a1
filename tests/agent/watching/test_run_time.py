"""What the time of a run went to: the server's own doing, or anything else."""

import contextlib
from collections.abc import Callable

import pytest

from grader.agent.kernel.procfs import CpuTime
from grader.agent.kernel.snapshot import Snapshot, Thread
from grader.agent.vocabulary import WaitedFor
from grader.agent.watching import run_time
from grader.agent.watching.run_time import SECOND, RunTime, TimeSpent

Clock = Callable[[float], None]
Times = tuple[float, float] | None
"""The seconds that a thread ran, and waited for a processor; None: hidden."""


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Lets seconds pass."""
    now = 0

    def pass_by(seconds: float) -> None:
        nonlocal now
        now += round(seconds * SECOND)

    monkeypatch.setattr(run_time.time, "monotonic_ns", lambda: now)
    return pass_by


def server(*threads: Times) -> Snapshot:
    found = [
        Thread(
            7, 7 + number, None,
            None if times is None else CpuTime(*(round(t * SECOND) for t in times), 0),
        )
        for number, times in enumerate(threads)
    ]  # fmt: skip
    return Snapshot(found, False, True, CpuTime(0, 0, 0))


def one_wait(
    passes: Clock,
    *threads: Times,
    asked: float = 10,
    wall: float = 10,
    before: tuple[Times, ...] | None = (),
    what: WaitedFor = "answer",
) -> tuple[float, float]:
    """The seconds slept and run in one wait, at whose end the server has ``threads``."""
    account = RunTime(100)
    account.note_look(None if before is None else server(*before))
    with account.waits_for(what):
        passes(wall)
        account.note_pause(asked)
        account.note_look(server(*threads))
    (spent,) = account.spent()
    assert spent.waited_for == what
    return spent.slept / SECOND, spent.ran / SECOND


def test_a_server_that_neither_runs_nor_wants_to_sleeps(passes: Clock):
    assert one_wait(passes, (0, 0)) == (10, 0)


def test_what_it_runs_it_does_not_sleep(passes: Clock):
    assert one_wait(passes, (3, 0)) == (7, 3)


def test_a_wait_for_a_processor_is_the_machines(passes: Clock):
    assert one_wait(passes, (3, 6)) == (1, 3)
    assert one_wait(passes, (3, 9)) == (0, 3)


def test_only_what_was_asked_for_is_waited_for(passes: Clock):
    """A longer pause shows that the machine is busy."""
    assert one_wait(passes, (0, 0), asked=2, wall=10) == (2, 0)


def test_what_it_runs_counts_though_the_agent_hardly_gets_to_wait(passes: Clock):
    assert one_wait(passes, (9, 0), asked=2, wall=10) == (0, 9)
    assert one_wait(passes, (9, 0), (9, 0), asked=2, wall=10) == (0, 10)


def test_a_thread_that_waits_for_its_own_kind_waits_for_the_server(passes: Clock):
    assert one_wait(passes, (1, 4), (4, 1)) == (5, 5)
    assert one_wait(passes, (1, 7), (1, 0)) == (2, 2)


def test_only_what_happened_within_counts(passes: Clock):
    assert one_wait(passes, (103, 206), before=((100, 200),)) == (1, 3)
    assert one_wait(passes, (3, 6), before=None) == (1, 3)


def test_nothing_counts_that_the_kernel_hides(passes: Clock):
    assert one_wait(passes, None) == (0, 0)


def test_a_wait_within_another_belongs_to_that(passes: Clock):
    account = RunTime(100)
    with account.waits_for("start"):
        with account.waits_for("answer"):
            account.note_pause(3)
        account.note_look(server((0, 0)))
    assert account.spent() == [TimeSpent("start", 3 * SECOND, 0)]


def test_waits_for_the_same_add_up(passes: Clock):
    account = RunTime(100)
    account.note_look(server((0, 0)))
    for _ in range(2):
        with account.waits_for("end"):
            account.note_pause(3)
        account.note_pause(5)  # in which nothing is waited for
    assert account.spent() == [TimeSpent("end", 6 * SECOND, 0)]


def test_a_wait_counts_though_it_fails(passes: Clock):
    account = RunTime(100)
    account.note_look(server((0, 0)))
    with contextlib.suppress(KeyError), account.waits_for("log"):
        account.note_pause(1)
        raise KeyError
    assert account.spent() == [TimeSpent("log", SECOND, 0)]
