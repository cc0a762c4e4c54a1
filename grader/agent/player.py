"""Plays scenarios: several on one server, as long as each leaves it well.

Well is: asleep, with all messages in its log (``Session.end``). What goes wrong on a server that
has played a scenario before is played again on a fresh one, and that counts: so a scenario fails
only where it fails alone.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator, Set
from itertools import pairwise

from .events import Events
from .files.workspace import Workspace
from .isolation.base import Isolation
from .plan import Limits, Plan
from .stage import Stage
from .supervisor import Over
from .traits import ServerTraits
from .vocabulary import Phase, ScenarioName
from .watching.observer import DeadlinePassed
from .watching.run_time import RunTime

Scenario = Callable[[Stage], None]
"""Acts on a stage."""

_FULL_LOGS = 2
"""Number of scenarios that may each fill the limit on log files; after these, each keeps
:data:`_LEAST_LOGS`. All kept files cost the grader memory and disk. A right server's logs are a
hundredth of one limit."""

_LEAST_LOGS = 1 << 20
"""Bytes of log files that are kept of each scenario in any case, the smallest files first."""

_MOST_IF_UNCERTAIN = 5
"""The most times that a scenario is played because a message is uncertain: a server that takes its
messages out before anybody can see them is rare, and one that does so in each play rarer still."""

_PHASE_AFTER_FAILURE: dict[ScenarioName, Phase] = {
    "terminal": "after typing",
    "client": "one client, silent",
}
"""If one of these scenarios fails, the server is still observed, in this phase: unread input does
not excuse a server that spins."""


class InDoubt(Exception):  # noqa: N818 (it is no error)
    """What several scenarios on one server have shown does not count."""


class Player:
    """Plays scenarios on servers that it starts and stops, one at a time."""

    def __init__(self, plan: Plan, isolation: Isolation, events: Events) -> None:
        self.traits = ServerTraits()
        """What the scenarios so far have shown of the server."""
        self.rewrites = False
        """Whether the server has rewritten its files unprompted, while it was not left alone."""
        self.run_time = RunTime(plan["limits"]["total"])
        self.stopped_well = False
        """Whether a server was stopped after a scenario that went well."""
        self._plan = plan
        self._isolation = isolation
        self._events = events
        self._source = base64.b64decode(plan["source"])
        self._files = {path: base64.b64decode(data) for path, data in plan["files"].items()}
        self._nonces: Iterator[str] = iter(plan["nonces"])
        self._names = pairwise(_random_numbers())
        """The name of each server's folder, with that of the next one."""
        self._log_space = _FULL_LOGS * plan["limits"]["logs"]
        """Bytes of log files that may still be kept."""
        self._alone = plan["alone"]
        """Whether each scenario is played on a server of its own."""
        self._going_on: Stage | None = None
        """The last scenario, if it has left its server to the next one."""
        self._workspace: Workspace | None = None
        """That server's folders."""
        self._played: set[ScenarioName] = set()
        """All scenarios that have begun."""
        self._went_well: list[ScenarioName] = []
        """What that server has played."""
        self._went_wrong = False
        """Whether a scenario has not left its server well."""

    @property
    def goes_on(self) -> bool:
        """Whether the last scenario has left its server to the next one."""
        return self._going_on is not None

    def begin_anew(self) -> None:
        """Forget all scenarios so far, and play each on a server of its own from now on."""
        self.traits, self.rewrites, self._alone = ServerTraits(), False, True

    def play(self, name: ScenarioName, scenario: Scenario) -> Stage:
        """Play a scenario: on the server of the one before, if that has left it well and this one
        does, too. Otherwise on a fresh one, again as long as that proves nothing.

        Raises:
            DeadlinePassed: the run's time is over.
            InDoubt: nothing that was played so far counts.
        """
        stage = self.go_on(name, scenario) if self._going_on else None
        if stage:
            return stage
        stage = self._play_alone(name, scenario)
        found, times = set(stage.messages.logged), 1
        while not stage.goes_on and self._play_again(stage, times, found):
            stage = self._play_alone(name, scenario)
            found |= stage.messages.logged
            times += 1
        if stage.rewrites or self.rewrites:
            stage.messages.credit(found)
        return stage

    def go_on(self, name: ScenarioName, scenario: Scenario) -> Stage | None:
        """Play a scenario on the server of the one before. None: that went wrong, and does not
        count.

        Raises:
            DeadlinePassed, InDoubt: as :meth:`play`.
        """
        assert self._going_on
        self._announce(name, fresh=False)
        stage = self._going_on.next_scenario(self._nonces, self._limits())
        self._act(stage, name, scenario)
        if stage.goes_on:
            return stage
        self._events.write("discarded", scenarios=[name])
        if not stage.over and not stage.messages.missing():
            # Only its files are in doubt, and so they would be for the next scenario.
            self._alone = True
        return None

    def close(self) -> None:
        """Stop the server that goes on, if there is one.

        Raises:
            InDoubt: nothing that was played so far counts.
        """
        if self._going_on:
            self._stop(self._going_on)

    def _play_again(self, stage: Stage, times: int, found: Set[str]) -> bool:
        """Whether to play a scenario once more that was played ``times``, since it proves nothing:
        the agent gave up on the server, took it to be sleepless while it was at work, or made it
        end by a silence; or a message is uncertain that no play has ``found``. Or since a limit may
        have ended the server."""
        if (stage.rewrites or self.rewrites) and not found >= stage.messages.nonces.keys():
            return times < _MOST_IF_UNCERTAIN
        server = stage.supervisor
        silenced = stage.over and server.ended_awaited
        return times < 2 and (server.gave_up or server.was_at_work or silenced or server.met_limit)

    def _play_alone(self, name: ScenarioName, scenario: Scenario) -> Stage:
        """Play a scenario on a fresh server."""
        self.close()
        name_of_folder, next_name = next(self._names)
        plan = self._plan
        self._announce(name, fresh=True)
        self._workspace = Workspace.create(
            name_of_folder,
            plan["root"],
            plan["home"],
            plan["folders"],
            self._isolation,
            self._source,
            self._files,
            # A right server is started once more in its own folder, another one in a new one.
            upcoming=(next_name if self._went_wrong and name != "restart" else name_of_folder,),
        )
        limits = self._limits()
        stage = Stage.start(
            self._events, self._workspace, self._nonces, limits, self.run_time, self.traits
        )
        self._act(stage, name, scenario)
        return stage

    def _announce(self, name: ScenarioName, *, fresh: bool) -> None:
        traits = self.traits
        self._events.write(
            "scenario", name=name, ending=traits.ending, typing=traits.typing, fresh=fresh
        )

    def _limits(self) -> Limits:
        limits = self._plan["limits"]
        kept = max(_LEAST_LOGS, min(limits["logs"], self._log_space))
        return {**limits, "logs": kept}

    def _act(self, stage: Stage, name: ScenarioName, scenario: Scenario) -> None:
        """Play ``scenario`` on ``stage``, and stop the server unless it has left that well."""
        self._going_on = stage
        self._played.add(name)
        stage.supervisor.traits = self.traits
        try:
            healthy = self._perform(stage, name, scenario)
            well = stage.end(healthy=healthy, go_on=not self._alone)
        except DeadlinePassed:
            stage.end(healthy=False, go_on=False)
            self._stop(stage)
            raise
        self._log_space -= stage.messages.written
        self.traits = stage.supervisor.traits
        self.rewrites = self.rewrites or (stage.rewrites and name != "quiet")
        if well:
            self._went_well.append(name)
        else:
            self._went_wrong = True
            self._stop(stage)

    def _stop(self, stage: Stage) -> None:
        """Stop the server.

        Raises:
            InDoubt: it has changed what it had logged in scenarios that went well.
        """
        assert self._workspace
        stage.close()
        self._workspace.clear()
        self._going_on = None
        self.stopped_well = self.stopped_well or stage.went_well
        went_well, self._went_well = self._went_well, []
        if stage.harms_earlier and went_well and not self._alone:
            self._events.write("discarded", scenarios=sorted(self._played))
            raise InDoubt

    def _perform(self, stage: Stage, name: ScenarioName, scenario: Scenario) -> bool:
        """Play ``scenario`` on ``stage``. Returns whether it came to its end."""
        try:
            if stage.fresh:
                stage.wait_until_listening()
            scenario(stage)
        except Over:
            stage.over = True
            if stage.fresh:
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
