"""Many run at once: none stops the others, and an interrupt ends them all."""

import threading

import pytest

from grader.grading.scheduler import SAMPLE, Admission, Attempt, max_parallel, run_all
from grader.model.plan import Limits


class LostError(Exception):
    pass


def run(items, work, *, workers=3, recover=lambda: False, stop=lambda: None):
    attempts = run_all(
        items,
        work,
        admission=Admission(workers, workers),
        tolerate=(LostError,),
        recover=recover,
        stop=stop,
    )
    return sorted(attempts, key=lambda attempt: attempt.item)


def test_each_item_gets_a_result():
    assert run([1, 2, 3, 4], lambda n: n * n) == [Attempt(n, n * n, None) for n in (1, 2, 3, 4)]
    assert run([], lambda n: n) == []


def test_as_many_run_at_once_as_admitted():
    together, most, turn = 0, 0, threading.Lock()
    met = threading.Barrier(3, timeout=10)

    def work(_):
        nonlocal together, most
        with turn:
            together += 1
            most = max(most, together)
        met.wait()
        with turn:
            together -= 1

    run(range(9), work, workers=3)
    assert most == 3


def test_a_failure_does_not_stop_the_others():
    def work(number):
        if number % 2:
            raise LostError(number)
        return number

    found = run(range(5), work)
    assert [attempt.result for attempt in found] == [0, None, 2, None, 4]
    assert [str(attempt.error) for attempt in found if attempt.error] == ["1", "3"]


@pytest.mark.parametrize("recovers", [True, False])
def test_failures_are_retried_once_after_recovery(recovers):
    tried, asked = [], []

    def work(number):
        tried.append(number)
        if number == 2 or tried.count(number) == 1:
            raise LostError
        return number

    def recover():
        asked.append(sorted(tried))
        return recovers

    found = run([1, 2, 3], work, recover=recover)
    assert asked == [[1, 2, 3]]
    assert [attempt.result for attempt in found] == ([1, None, 3] if recovers else [None] * 3)
    assert len(tried) == (6 if recovers else 3)


def test_recovery_is_not_asked_for_without_failures():
    run([1], lambda n: n, recover=lambda: pytest.fail("nobody asked"))


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_any_other_error_ends_everything(error):
    started, stopped = threading.Event(), threading.Event()

    def work(number):
        if number == 0:
            started.wait(10)
            raise error
        started.set()
        assert stopped.wait(10), "nobody stopped it"

    with pytest.raises(error):
        run([0, 1, *range(2, 50)], work, workers=2, stop=stopped.set)


def test_a_result_is_yielded_as_soon_as_it_exists():
    first_seen = threading.Event()

    def work(number):
        if number:
            assert first_seen.wait(10)
        return number

    attempts = run_all(
        [0, 1], work, admission=Admission(2, 2), tolerate=(), stop=lambda: first_seen.set()
    )  # fmt: skip
    assert next(attempts).item == 0
    first_seen.set()
    assert next(attempts).item == 1


def test_the_maximum_follows_processors_and_memory():
    limits = Limits(memory=128 << 20)
    assert max_parallel(limits, processors=2, memory=1 << 40) == 8
    assert max_parallel(limits, processors=16, memory=1 << 30) == 4
    assert max_parallel(limits, processors=16, memory=1) == 1
    assert max_parallel(limits) >= 1


class Machine:
    """Two processors, partly idle."""

    def __init__(self):
        self.now, self.total, self.idle = 0.0, 0, 0

    def pass_time(self, seconds, idle):
        self.now += seconds
        self.total += round(200 * seconds)
        self.idle += round(200 * seconds * idle)

    def admission(self, most=8, always=3):
        return Admission(most, always, lambda: (self.total, self.idle), lambda: self.now)


def test_more_are_admitted_only_while_processors_are_idle():
    machine = Machine()
    admission = machine.admission()
    assert [admission.admit(count) for count in range(4)] == [True, True, True, False]
    machine.pass_time(10, idle=0.1)
    assert not admission.admit(3)
    machine.pass_time(SAMPLE, idle=0.5)
    assert admission.admit(3)
    # The load that this one causes is not known yet.
    assert not admission.admit(4)
    machine.pass_time(SAMPLE, idle=0.5)
    assert admission.admit(4)
    machine.pass_time(SAMPLE, idle=0)
    assert not admission.admit(5)
    assert admission.admit(2)


def test_the_maximum_is_never_exceeded():
    machine = Machine()
    admission = machine.admission(most=4)
    machine.pass_time(10, idle=1)
    assert [admission.admit(count) for count in (3, 4, 5)] == [True, False, False]


def test_unknown_load_counts_as_idle():
    now = iter(range(1000))
    admission = Admission(8, 1, lambda: None, lambda: next(now))
    assert [admission.admit(count) for count in range(9)] == [True] * 8 + [False]


def test_every_item_is_run_on_a_busy_machine():
    machine = Machine()
    attempts = run_all(
        range(9),
        lambda n: n,
        admission=machine.admission(),
        tolerate=(),
        recover=lambda: False,
        stop=list,
    )
    assert sorted(attempt.result for attempt in attempts) == list(range(9))
