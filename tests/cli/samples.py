"""Streams of events as a sandbox delivers them, and a fake sandbox that replays them."""

from checks.histories import idles, lines, right_scenes, scene

from grader.model.plan import Plan
from grader.model.text import say
from grader.sandbox import AgentExit, SandboxError

RIGHT = lines(*right_scenes())
DEAF = lines(scene("terminal", listening=False))
"""A program that does not listen: no points at all."""
CROWDED = lines(scene("terminal", idles("before any client")), scene("client"), out_of_time=True)
"""A machine that was too slow: not judged."""

UNPACKED = b'{"event": "log", "at": 1, "path": "x", "size": 1, "data": "*"}'
"""A log whose bytes cannot be decoded."""


class FakeSandbox:
    """Replays one stream of events, or raises one error, for each submission."""

    name = "none"
    shares_ports = False
    identity = "a fake"

    def __init__(self, *streams):
        self.streams = list(streams)
        self.plans: list[Plan] = []

    def stop(self) -> None:
        pass

    def recover(self) -> bool:
        return False

    def run(self, plan, receive) -> AgentExit:
        self.plans.append(plan)
        stream = self.streams.pop(0)
        if isinstance(stream, BaseException):
            raise stream
        for line in stream:
            receive(line)
        return AgentExit(exit_code=0)


NO_MACHINE = SandboxError(say("It is \x1b[31mon fire."), say("Put it out."))
