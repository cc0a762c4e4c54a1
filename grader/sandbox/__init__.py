"""Runs submissions: a sandbox starts an agent, gives it a plan and hands on its events.

A submission is a stranger's program. In a container or behind namespaces it cannot reach the
network, the machine's files or processes, other runs, or the agent that observes it. Memory,
processor time, processes and disk are limited to what the plan allows, as far as the kernel lets
the sandbox do so: without control groups, namespaces leave gaps, which ``SECURITY.md`` lists.

There are three kinds; the last one does not protect anything. All run the same agent, by the same
plan:

==============  ===============================  =========  ================================
name            isolated by                      needs      the submission's user
==============  ===============================  =========  ================================
``docker``      a container of the Docker        an engine  not the agent's
                Engine
``namespaces``  Linux namespaces, on two levels  Linux      the agent's, without its rights
``none``        nothing                          Linux      yours
==============  ===============================  =========  ================================

``auto`` chooses Docker if an engine answers, else namespaces if they work, which it tests. If
neither does, it raises an error that lists the remedies; it never chooses ``none``, which is for
one's own program. :mod:`.docker` and :mod:`.namespaces` explain how they work; :mod:`.choice` opens
a sandbox by its name.

A run goes as follows:

1. The sandbox sets the plan's user, root and home, and starts an agent with nothing left over from
   another run: a new container, or new folders.
2. It writes the plan to the agent's standard input: its length in decimal, a newline, then JSON.
   The input stays open; at its end, the agent knows that the grader is gone.
3. The agent plays the scenarios and writes each event as a line of JSON to standard output, which
   the sandbox hands on as it arrives (:mod:`.framing`). Standard error is empty unless the agent
   itself fails.
4. When the output ends, the sandbox reads the exit status. If the agent takes longer than the
   plan's total limit plus a grace period, it is given up.
5. Whatever happens, the sandbox kills everything that it started, and removes it. Nobody waits for
   an engine to remove a container that has exited.

A sandbox that can be prepared does step 1 before there is a plan (:mod:`.standby`): ``--watch``
does so while a student edits.

What a killed grader leaves behind, the next one removes (:mod:`.ownership`).
"""

from collections.abc import Callable
from typing import Literal, Protocol, runtime_checkable

import msgspec

from grader.errors import UserError
from grader.model.plan import Plan
from grader.model.text import Text

SandboxName = Literal["auto", "docker", "namespaces", "none"]
"""The values of ``--sandbox``; ``auto`` is the most isolated one that this machine supports."""

ReportProgress = Callable[[Text], None]
"""Takes one line about the current step."""


class SandboxError(UserError):
    """The machine could not run a submission; the submission is not to blame.

    Attributes:
        remedy: what to do next; unlike other errors it always has one.
    """

    remedy: Text

    def __init__(self, what: Text, remedy: Text) -> None:
        super().__init__(what, remedy)


class AgentExit(msgspec.Struct, frozen=True, kw_only=True):
    """The exit of an agent."""

    exit_code: int | None
    """None: it was killed or given up."""
    out_of_memory: bool = False
    """Whether the kernel killed a process because the sandbox ran out of memory."""
    stderr: str = ""
    """The last 4 KiB of its standard error; empty unless the agent itself failed."""


class Sandbox(Protocol):
    """Runs agents, also in several threads at once; one after the other if they share ports."""

    name: str
    """Its name on the command line and in reports."""
    shares_ports: bool
    """Whether all runs share one computer's ports. Then one is played at a time, because two
    programs cannot listen on one port."""

    @property
    def identity(self) -> str:
        """Identifies the agent and its Python: runs with equal identities are comparable."""
        ...

    def run(self, plan: Plan, receive: Callable[[bytes], bool]) -> AgentExit:
        """Run an agent with ``plan``, and pass each line of its output to ``receive``.

        The sandbox sets the plan's ``user``, ``root`` and ``home``. When it returns or raises, even
        ``KeyboardInterrupt``, nothing that it started runs any more.

        Args:
            receive: takes a line without its ``\\n``. Returns whether it was the last one of a
                whole run; then it does not matter how the agent exits.

        Raises:
            SandboxError: the agent could not be started, or was lost.
        """
        ...

    def wait(self) -> None:
        """Wait until nothing is left of the runs that have ended, as Python does when it exits."""
        ...

    def stop(self) -> None:
        """End all runs of this process, also those of other threads; they soon raise or return."""
        ...

    def recover(self) -> bool:
        """After a :class:`SandboxError`, wait a while for the sandbox to work again.

        Returns:
            Whether another run is worth trying.
        """
        ...


@runtime_checkable
class Preparable(Protocol):
    """A sandbox that can start an agent before there is a plan for it. Not for several threads."""

    def prepare(self, plan: Plan) -> None:
        """Start an agent for a run of such a plan, with the same limits, folders and addresses.

        Raises:
            SandboxError: it could not be started.
        """
        ...

    def release(self) -> None:
        """End the agent that was started so, if no run has used it."""
        ...
