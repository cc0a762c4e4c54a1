"""An agent that is held in readiness: who gets it, and when it ends."""

from contextlib import contextmanager

import pytest

from grader.model.plan import Limits, Plan
from grader.sandbox.standby import Standby

PLAN = Plan(source=b"x", nonces=(), folders=("/a",))


class Agents:
    """Numbers the agents that are started."""

    def __init__(self) -> None:
        self.started = 0
        self.living: set[int] = set()
        self.lost: set[int] = set()

    @contextmanager
    def start(self, plan: Plan):
        self.started += 1
        number = self.started
        self.living.add(number)
        try:
            yield number
        finally:
            self.living.remove(number)

    def is_ready(self, number: int) -> bool:
        return number not in self.lost


@pytest.fixture
def agents():
    return Agents()


@pytest.fixture
def standby(agents):
    return Standby(agents.start, agents.is_ready)


def test_without_preparation_each_run_starts_an_agent(standby, agents):
    for number in (1, 2):
        with standby.started(PLAN) as agent:
            assert agent == number
            assert agents.living == {number}
        assert not agents.living


def test_a_run_gets_the_agent_that_is_held_and_only_one_does(standby, agents):
    standby.prepare(PLAN)
    assert agents.living == {1}
    other_program = Plan(source=b"other", nonces=("a",), folders=("/a",), only=("client",))
    with standby.started(other_program) as agent:
        assert agent == 1
    assert not agents.living
    with standby.started(PLAN) as agent:
        assert agent == 2


@pytest.mark.parametrize(
    "plan",
    [
        Plan(source=b"x", nonces=()),
        Plan(source=b"x", nonces=(), folders=("/a",), addresses=("10.0.0.1",)),
        Plan(source=b"x", nonces=(), folders=("/a",), limits=Limits(processes=32)),
    ],
)
def test_one_for_another_kind_of_plan_ends(standby, agents, plan):
    standby.prepare(PLAN)
    with standby.started(plan):
        assert agents.living == {2}


def test_one_that_was_lost_meanwhile_is_replaced(standby, agents):
    standby.prepare(PLAN)
    agents.lost.add(1)
    with standby.started(PLAN) as agent:
        assert agent == 2
    assert not agents.living


def test_a_run_that_fails_ends_it(standby, agents):
    standby.prepare(PLAN)
    with pytest.raises(KeyboardInterrupt), standby.started(PLAN):
        raise KeyboardInterrupt
    assert (agents.started, agents.living) == (1, set())


def test_at_most_one_is_held(standby, agents):
    standby.prepare(PLAN)
    standby.prepare(PLAN)
    assert agents.living == {2}
    standby.release()
    assert not agents.living
    standby.release()
