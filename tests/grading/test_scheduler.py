"""Many at once: each is made, none stops the others, and what was interrupted is ended."""

import threading

import pytest

from grader.grading.scheduler import LOOK, Attempt, Room, at_once, each
from grader.model.plan import Limits


class LostError(Exception):
    pass


def run(wanted, make, *, workers=3, recover=lambda: False, stop=lambda: None):
    attempts = each(
        wanted, make, room=Room(workers, workers), forgives=(LostError,), recover=recover, stop=stop
    )
    return sorted(attempts, key=lambda attempt: attempt.wanted)


def test_each_is_made():
    assert run([1, 2, 3, 4], lambda n: n * n) == [Attempt(n, n * n, None) for n in (1, 2, 3, 4)]
    assert run([], lambda n: n) == []


def test_so_many_are_made_at_once_and_no_more():
    together, most, turn = 0, 0, threading.Lock()
    met = threading.Barrier(3, timeout=10)

    def make(number):
        nonlocal together, most
        with turn:
            together += 1
            most = max(most, together)
        met.wait()
        with turn:
            together -= 1

    run(range(9), make, workers=3)
    assert most == 3


def test_one_that_fails_stops_no_other():
    def make(number):
        if number % 2:
            raise LostError(number)
        return number

    found = run(range(5), make)
    assert [attempt.made for attempt in found] == [0, None, 2, None, 4]
    assert [str(attempt.error) for attempt in found if attempt.error] == ["1", "3"]


@pytest.mark.parametrize("recovers", [True, False])
def test_what_failed_is_tried_once_more_where_that_has_a_point(recovers):
    tried, asked = [], []

    def make(number):
        tried.append(number)
        if number == 2 or tried.count(number) == 1:
            raise LostError
        return number

    def recover():
        asked.append(sorted(tried))
        return recovers

    found = run([1, 2, 3], make, recover=recover)
    assert asked == [[1, 2, 3]]
    assert [attempt.made for attempt in found] == ([1, None, 3] if recovers else [None] * 3)
    assert len(tried) == (6 if recovers else 3)


def test_where_none_failed_nothing_has_to_recover():
    run([1], lambda n: n, recover=lambda: pytest.fail("nobody asked"))


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_what_is_not_forgiven_ends_all(error):
    started, stopped = threading.Event(), threading.Event()

    def make(number):
        if number == 0:
            started.wait(10)
            raise error
        started.set()
        assert stopped.wait(10), "nobody stopped it"

    with pytest.raises(error):
        run([0, 1, *range(2, 50)], make, workers=2, stop=stopped.set)


def test_a_result_is_there_as_soon_as_it_is_made():
    first_seen = threading.Event()

    def make(number):
        if number:
            assert first_seen.wait(10)
        return number

    attempts = each(
        [0, 1], make, room=Room(2, 2), forgives=(), stop=lambda: first_seen.set()
    )  # fmt: skip
    assert next(attempts).wanted == 0
    first_seen.set()
    assert next(attempts).wanted == 1


def test_how_many_at_once_follows_the_machine_and_its_memory():
    limits = Limits(memory=128 << 20)
    assert at_once(limits, processors=2, memory=1 << 40) == 8
    assert at_once(limits, processors=16, memory=1 << 30) == 4
    assert at_once(limits, processors=16, memory=1) == 1
    assert at_once(limits) >= 1


class Machine:
    """Two processors, of which some have nothing to do."""

    def __init__(self):
        self.now, self.total, self.idle = 0.0, 0, 0

    def pass_time(self, seconds, idle):
        self.now += seconds
        self.total += round(200 * seconds)
        self.idle += round(200 * seconds * idle)

    def room(self, most=8, always=3):
        return Room(most, always, lambda: (self.total, self.idle), lambda: self.now)


def test_more_are_let_in_only_while_the_processors_have_time():
    machine = Machine()
    room = machine.room()
    assert [room.has_place(count) for count in range(4)] == [True, True, True, False]
    machine.pass_time(10, idle=0.1)
    assert not room.has_place(3)
    machine.pass_time(LOOK, idle=0.5)
    assert room.has_place(3)
    # What that one takes is not known yet.
    assert not room.has_place(4)
    machine.pass_time(LOOK, idle=0.5)
    assert room.has_place(4)
    machine.pass_time(LOOK, idle=0)
    assert not room.has_place(5)
    assert room.has_place(2)


def test_more_than_most_are_never_let_in():
    machine = Machine()
    room = machine.room(most=4)
    machine.pass_time(10, idle=1)
    assert [room.has_place(count) for count in (3, 4, 5)] == [True, False, False]


def test_where_nobody_tells_what_processors_do_all_are_let_in():
    now = iter(range(1000))
    room = Room(8, 1, lambda: None, lambda: next(now))
    assert [room.has_place(count) for count in range(9)] == [True] * 8 + [False]


def test_all_are_made_whatever_the_machine_does():
    machine = Machine()
    attempts = each(
        range(9), lambda n: n, room=machine.room(), forgives=(), recover=lambda: False, stop=list
    )
    assert sorted(attempt.made for attempt in attempts) == list(range(9))
