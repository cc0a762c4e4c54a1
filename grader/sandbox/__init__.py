"""Where a submission runs: a sandbox starts an agent, hands it a plan, passes on its events."""

from collections.abc import Callable
from typing import Literal, Protocol

import msgspec

from grader.errors import MachineError
from grader.model.plan import Plan
from grader.model.text import Text

SandboxName = Literal["auto", "docker", "namespaces", "none"]
"""What ``--sandbox`` takes; ``auto`` is the most isolated one that this machine supports."""

ReportProgress = Callable[[Text], None]
"""Takes one line about what is being done."""


class SandboxError(MachineError):
    """The machine could not do it: no fault of the submission's, and no traceback to anyone."""

    remedy: Text

    def __init__(self, what: Text, remedy: Text) -> None:
        super().__init__(what, remedy)


class AgentExit(msgspec.Struct, frozen=True, kw_only=True):
    """How the agent ended."""

    exit_code: int | None
    """None: it was killed, or the engine went away."""
    out_of_memory: bool = False
    stderr: str = ""
    """What it wrote to standard error, its last 4 KiB: empty unless the agent is broken."""


class Sandbox(Protocol):
    """A way to run agents, in several threads at once."""

    name: str
    """As on the command line, and in the report."""

    @property
    def identity(self) -> str:
        """Names what plays in it: another one as soon as the agent, or its Python, is another."""
        ...

    def run(self, plan: Plan, receive: Callable[[bytes], None]) -> AgentExit:
        """Run an agent with ``plan`` and hand each line it writes (without ``\\n``) to ``receive``.

        The sandbox sets the plan's ``user``, ``root`` and ``home`` to what it provides.
        Everything it started is gone when it returns or raises, ``KeyboardInterrupt``
        included.

        Raises:
            SandboxError: the machine could not start it, or lost it midway.
        """
        ...

    def stop(self) -> None:
        """End all runs of this very process, in other threads too: they raise, or return, soon."""
        ...

    def recover(self) -> bool:
        """After an error, wait for a while until it can serve again; whether it does."""
        ...
