"""Whether a server may have acted without input."""

import pytest

from grader.agent.kernel.procfs import CpuTime
from grader.agent.kernel.snapshot import Snapshot, Thread
from grader.agent.kernel.syscalls import Call
from grader.agent.vocabulary import CallName
from grader.agent.watching import unprompted

IDLE, RAN = CpuTime(1, 0, 1), CpuTime(2, 0, 2)


def call(name: CallName, *, timed: bool = False, watched: int = 0) -> Call:
    return Call(name, timed, (watched, 0, 0, 0, 0, 0), None)


SELECT, POLLS = call("select", watched=5), call("select", timed=True, watched=5)
SLEEP, AWAITED = call("sleep", timed=True), call("futex", timed=True)
LOCK, PAUSE = call("futex"), call("select", timed=True)


def taken(*calls: Call | None, cpu: CpuTime = IDLE, first: int = 1) -> Snapshot:
    """A snapshot of threads ``first``, ``first`` + 1 and so on; all but the first used ``cpu``."""
    threads = [
        Thread(1, first + i, call, cpu if first + i > 1 else RAN) for i, call in enumerate(calls)
    ]
    return Snapshot(threads, all(calls), True, IDLE)


@pytest.mark.parametrize(
    ("snapshot", "expected"),
    [
        (taken(SELECT), False),
        (taken(POLLS), True),
        (taken(SLEEP), False),
        (taken(PAUSE), False),
        (taken(None), False),
        (taken(SELECT, LOCK), False),
        (taken(SELECT, SLEEP), True),
        (taken(SLEEP, SLEEP), True),
        (taken(SELECT, None), True),
    ],
    ids=["rests", "a timeout", "still sleeps", "sleeps in select", "runs", "two rest",
         "one sleeps", "both sleep", "one runs"],
)  # fmt: skip
def test_after_it_settled(snapshot: Snapshot, expected: bool):
    assert unprompted.after(snapshot) == expected


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (taken(POLLS), taken(POLLS), False),
        (taken(SELECT, SLEEP), taken(SELECT, SLEEP), False),
        (taken(SELECT, SLEEP), taken(SELECT, SLEEP, cpu=RAN), True),
        (taken(SELECT, AWAITED), taken(SELECT, AWAITED, cpu=RAN), True),
        (taken(SELECT, PAUSE), taken(SELECT, PAUSE, cpu=RAN), True),
        (taken(SELECT, None), taken(SELECT, LOCK, cpu=RAN), True),
        (taken(SELECT, POLLS), taken(SELECT, POLLS, cpu=RAN), False),
        (taken(SELECT, LOCK), taken(SELECT, LOCK, cpu=RAN), False),
        (taken(SELECT), taken(SELECT, AWAITED), True),
        (taken(SELECT, SLEEP), taken(SELECT), True),
        (taken(SELECT, LOCK), taken(SELECT), False),
    ],
    ids=["one thread", "it did not run", "it slept", "it waited for a while", "it paused",
         "it was running", "it polls", "it was woken", "a new one", "a sleeper ended",
         "another ended"],
)  # fmt: skip
def test_between_two_snapshots(before: Snapshot, now: Snapshot, expected: bool):
    assert unprompted.between(before, now) == expected
