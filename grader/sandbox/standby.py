"""Agents that are started before there is a plan for them, so that the next run begins sooner."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Generic, TypeVar

import msgspec

from grader.model.plan import Plan

_Started = TypeVar("_Started")


class Standby(Generic[_Started]):
    """Starts agents, and holds one in readiness if asked to.

    Args:
        start: starts an agent in the sandbox that a plan needs, and ends both. What it does depends
            on nothing else of the plan than :func:`_needs`.
        is_ready: whether an agent still waits for its plan.
    """

    def __init__(
        self,
        start: Callable[[Plan], AbstractContextManager[_Started]],
        is_ready: Callable[[_Started], bool],
    ) -> None:
        self._start = start
        self._is_ready = is_ready
        self._held: tuple[bytes, _Started, ExitStack] | None = None

    def prepare(self, plan: Plan) -> None:
        """Start an agent for such a plan, and hold it."""
        self.release()
        with ExitStack() as stack:
            started = stack.enter_context(self._start(plan))
            self._held = _needs(plan), started, stack.pop_all()

    def release(self) -> None:
        """End the agent that is held, if there is one."""
        held, self._held = self._held, None
        if held:
            held[2].close()

    @contextmanager
    def started(self, plan: Plan) -> Iterator[_Started]:
        """An agent for ``plan``: the one that is held, if it will do, else a new one."""
        held, self._held = self._held, None
        if held:
            needs, agent, stack = held
            with stack:
                if needs == _needs(plan) and self._is_ready(agent):
                    yield agent
                    return
        with self._start(plan) as agent:
            yield agent


def _needs(plan: Plan) -> bytes:
    """What of a plan must be known before its agent is started."""
    return msgspec.json.encode((plan.limits, plan.folders, plan.addresses))
