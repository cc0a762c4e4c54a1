"""Chooses the scenarios, by what earlier ones have shown, and plays them."""

from __future__ import annotations

import base64
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Set
from functools import partial
from itertools import count, pairwise

from .events import Events
from .files.workspace import Workspace
from .isolation.base import Isolation
from .plan import VERSION, Limits, Plan
from .scenarios import (
    client,
    craft,
    departure,
    halves,
    newcomer,
    quiet,
    silent_client,
    terminal,
    together,
)
from .stage import Stage
from .supervisor import Over
from .traits import ServerTraits
from .vocabulary import Look, Phase, ScenarioName
from .watching.observer import DeadlinePassed
from .watching.run_time import RunTime

_FULL_LOGS = 2
"""Number of scenarios that may each fill the limit on log files; after these, each keeps
:data:`_LEAST_LOGS`. All kept files cost the grader memory and disk. A right server's logs are a
hundredth of one limit."""

_LEAST_LOGS = 1 << 20
"""Bytes of log files that are kept of each scenario in any case, the smallest files first."""

_STARTS_OF_NEXT: dict[ScenarioName, int] = {"craft": 2, "restart": 0}
"""Number of times the scenario after one starts the server, if not once: ``restart``, the last
one, does so twice."""

_MOST_IF_UNCERTAIN = 5
"""The most times that a scenario is played because a message is uncertain: a server that takes its
messages out before anybody can see them is rare, and one that does so in each play rarer still."""

_PHASE_AFTER_FAILURE: dict[ScenarioName, Phase] = {
    "terminal": "after typing",
    "client": "one client, silent",
}
"""If one of these scenarios fails, the server is still observed, in this phase: unread input does
not excuse a server that spins."""


class Director:
    """Plays all scenarios of one submission, the simplest first.

    The results of one decide which others are played. As to the log, these are only facts: which
    nonces it contains, and in which order.
    """

    def __init__(self, plan: Plan, isolation: Isolation, events: Events) -> None:
        self._plan = plan
        self._isolation = isolation
        self._events = events
        self._source = base64.b64decode(plan["source"])
        self._nonces: Iterator[str] = iter(plan["nonces"])
        self._run_time = RunTime(plan["limits"]["total"])
        self._traits = ServerTraits()
        self._rewrites = False
        """Whether the server has rewritten its files unprompted, while it was not left alone."""
        self._names = pairwise(_random_numbers())
        """The name of each play's folder, with that of the next one."""
        self._log_space = _FULL_LOGS * plan["limits"]["logs"]
        """Bytes of log files that may still be kept."""

    def run(self) -> None:
        """Play the scenarios that make sense for this server."""
        self._events.write(
            "agent",
            version=VERSION,
            python=sys.version.split()[0],
            kernel=os.uname().release,
            machine=os.uname().machine,
        )
        try:
            complete = self._play_all()
        except DeadlinePassed:
            self._events.write("out-of-time", spent=self._run_time.spent())
        else:
            self._events.write("finished", complete=complete)
        finally:
            self._events.flush()

    def _play_all(self) -> bool:
        """Play the scenarios. Returns whether none was left out as pointless."""
        stage = self._play("terminal", terminal.play)
        if not stage.listened:
            return False
        # Once typing has proved pointless, nothing more is typed: one fault, one charge.
        typing = terminal.reads_lines(stage.messages.nonces, stage.messages.found["stopped"])
        self._traits = self._traits._replace(typing=typing)
        if not self._play_client():
            return False
        reads_beside = typing and self._play("together", together.play).went_well
        self._play("silent-client", silent_client.play)
        accepts = self._play("newcomer", newcomer.play).went_well
        self._play("departure", departure.play)
        if self._traits.sleeps_with_timeout:
            # What it could not do before is no fault of its timeout.
            self._traits = self._traits._replace(typing=reads_beside)
            self._play("quiet", partial(quiet.play, newcomer=accepts))
            self._traits = self._traits._replace(typing=typing)
        if not self._rewrites:
            # Where a thread rewrites what comes in pieces, it is chance what is left of it.
            self._play_craft()
        self._play("restart", craft.restart)
        return True

    def _play_client(self) -> bool:
        """Play one client, and find out which line ending the server needs, if any.

        Returns whether the client's messages are logged.
        """
        plain = self._play("client", client.play)
        if _plain_found(plain, "settled"):
            return True
        logged = _plain_found(plain, "stopped")
        # Logged when the client had left, but not before, nor only when the server was stopped:
        # the server may have been waiting for the end of a line.
        waited = _plain_found(plain, "left")
        if logged and not waited and not self._needs_lines():
            return True
        for ending in ("\n", "\r\n"):
            self._traits = self._traits._replace(ending=ending)
            lines = self._play("client", client.play)
            # Where its log is written at exit only, another file may show that a message was read.
            helped = _plain_messages(lines, "settled") if waited else _plain_found(lines, "stopped")
            if _plain_found(lines, "settled") or helped:
                self._events.write("chosen", ending=ending)
                return True
            if logged:
                break
        self._traits = self._traits._replace(ending="")
        return logged

    def _needs_lines(self) -> bool:
        """Test whether a server that logs only when it is stopped was waiting for a line's end."""
        stage = self._play("halves", halves.play)
        return stage.listened and (stage.over or halves.kept_apart(stage.messages.order))

    def _play_craft(self) -> None:
        """Play the parts, one after the other on one server as long as each leaves it well.

        A part that fails on a server that has played others is played again on a fresh one, and
        that counts.
        """
        typing = self._traits.typing
        todo = [part for part in craft.PARTS if typing or part[0] != "end-of-typing"]
        played: Counter[str] = Counter()
        fresh = True

        def play_on(stage: Stage) -> None:
            nonlocal fresh
            fresh = True
            while todo:
                name, act = todo[0]
                self._events.write("part", name=name)
                act(stage)
                self._events.write("part-over")
                stage.leave(*(client for client in stage.clients if client.open))
                if not stage.end_part(name):
                    return
                del todo[0]
                fresh = False

        while todo:
            stage = self._play_once("craft", play_on)
            if not stage.listened:
                return
            if todo and fresh:
                name = todo[0][0]
                played[name] += 1
                if not self._play_again(stage, played[name], stage.messages.logged):
                    del todo[0]

    def _play(self, name: ScenarioName, scenario: Callable[[Stage], None]) -> Stage:
        """Play a scenario; again as long as that proves nothing."""
        found: set[str] = set()
        for times in count(1):
            stage = self._play_once(name, scenario)
            found |= stage.messages.logged
            if not self._play_again(stage, times, found):
                break
        if stage.rewrites or self._rewrites:
            stage.messages.credit(found)
        return stage

    def _play_again(self, stage: Stage, times: int, found: Set[str]) -> bool:
        """Whether to play a scenario once more that was played ``times``, since it proves nothing:
        the agent gave up on the server, took it to be sleepless while it was at work, or made it
        end by a silence; or a message is uncertain that no play has ``found``. Or since a limit may
        have ended the server."""
        if (stage.rewrites or self._rewrites) and not found >= stage.messages.nonces.keys():
            return times < _MOST_IF_UNCERTAIN
        server = stage.supervisor
        silenced = stage.over and server.ended_awaited
        return times < 2 and (server.gave_up or server.was_at_work or silenced or server.met_limit)

    def _play_once(self, name: ScenarioName, scenario: Callable[[Stage], None]) -> Stage:
        name_of_folder, next_name = next(self._names)
        plan, traits = self._plan, self._traits
        kept = max(_LEAST_LOGS, min(plan["limits"]["logs"], self._log_space))
        limits: Limits = {**plan["limits"], "logs": kept}
        self._events.write("scenario", name=name, ending=traits.ending, typing=traits.typing)
        workspace = Workspace.create(
            name_of_folder,
            plan["root"],
            plan["home"],
            plan["folders"],
            self._isolation,
            self._source,
            following=(next_name,) * _STARTS_OF_NEXT.get(name, 1),
        )
        stage = Stage.start(self._events, workspace, self._nonces, limits, self._run_time, traits)
        try:
            healthy = self._perform(stage, name, scenario)
        except DeadlinePassed:
            stage.close(healthy=False)
            raise
        stage.close(healthy=healthy)
        workspace.clear()
        self._log_space -= stage.messages.written
        self._traits = stage.supervisor.traits
        self._rewrites = self._rewrites or (stage.rewrites and name != "quiet")
        return stage

    def _perform(self, stage: Stage, name: ScenarioName, scenario: Callable[[Stage], None]) -> bool:
        """Play ``scenario`` on ``stage``. Returns whether it came to its end."""
        try:
            stage.wait_until_listening()
            scenario(stage)
        except Over:
            stage.over = True
            self._observe_after_failure(stage, name)
            return False
        return True

    def _observe_after_failure(self, stage: Stage, name: ScenarioName) -> None:
        phase = _PHASE_AFTER_FAILURE.get(name)
        if phase and (stage.messages.nonces or stage.clients):
            try:
                stage.observe(phase)
            except Over:
                pass  # it has ended


def _random_numbers() -> Iterator[str]:
    """Names of folders from which a program does not learn which scenario it is in."""
    while True:
        yield str(int.from_bytes(os.urandom(4), "big"))


def _plain_found(stage: Stage, when: Look) -> bool:
    """Whether the files contained all plain messages of the client scenario at that look."""
    return len(_plain_messages(stage, when)) == client.PLAIN


def _plain_messages(stage: Stage, when: Look) -> set[str]:
    """The plain messages of the client scenario that the files contained at that look."""
    wanted = {f"m{number + 1}" for number in range(client.PLAIN)}
    return wanted & stage.messages.found.get(when, set())
