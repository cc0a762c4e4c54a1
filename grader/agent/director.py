"""Chooses the scenarios, by what earlier ones have shown, and plays them.

A server plays one scenario after the other, as long as each leaves it well: asleep, with all
messages in its log (``Stage.end``). What goes wrong on a server that has played a scenario before
is played again on a fresh one, and that counts: so a scenario fails only where it fails alone. A
right server is started twice. The second time it is started at once after it was stopped, with a
silent client as its first one.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Callable, Iterator, Set
from functools import partial
from itertools import pairwise

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

_MOST_IF_UNCERTAIN = 5
"""The most times that a scenario is played because a message is uncertain: a server that takes its
messages out before anybody can see them is rare, and one that does so in each play rarer still."""

_PHASE_AFTER_FAILURE: dict[ScenarioName, Phase] = {
    "terminal": "after typing",
    "client": "one client, silent",
}
"""If one of these scenarios fails, the server is still observed, in this phase: unread input does
not excuse a server that spins."""


class _InDoubt(Exception):  # noqa: N818 (it is no error)
    """What several scenarios on one server have shown does not count."""


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
        self._alone = plan["alone"]
        """Whether each scenario is played on a server of its own."""
        self._going_on: Stage | None = None
        """The last scenario, if it has left its server to the next one."""
        self._workspace: Workspace | None = None
        """That server's folders."""
        self._playing: ScenarioName = "terminal"
        """The last scenario that began."""
        self._went_well: list[ScenarioName] = []
        """What that server has played."""
        self._stopped_well = False
        """Whether a server was stopped after a scenario that went well."""
        self._went_wrong = False
        """Whether a scenario has not left its server well."""

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
            try:
                complete = self._play_all()
            except _InDoubt:
                self._traits, self._rewrites, self._alone = ServerTraits(), False, True
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
        typing = stage.goes_on or terminal.reads_lines(
            stage.messages.nonces, stage.messages.found["stopped"]
        )
        self._traits = self._traits._replace(typing=typing)
        if not self._play_client():
            return False
        reads_beside = typing and self._play("together", together.play).went_well
        # The first client of a server has to be the silent one.
        silent_first = self._going_on is None
        if silent_first:
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
            for name, scenario in craft.SCENARIOS:
                if typing or name != "end-of-typing":
                    self._play(name, scenario)
        self._play_second_server(silent=not silent_first)
        self._close()
        if not self._stopped_well:
            # Each server was stopped only after something had gone wrong on it.
            self._play("client", client.play)
            self._close()
        return True

    def _play_second_server(self, *, silent: bool) -> None:
        """Play ``restart``; and ``silent-client``, if that is still to be played."""
        if silent and self._going_on:
            # The silent client is the first one of the second server.
            if self._go_on("restart", craft.stop_and_start) and self._go_on(
                "silent-client", silent_client.play
            ):
                return
            self._events.write("discarded", scenarios=["restart", "silent-client"])
        if silent:
            self._play("silent-client", silent_client.play)
        self._play("restart", craft.restart)

    def _play_client(self) -> bool:
        """Play one client, and find out which line ending the server needs, if any.

        Returns whether the client's messages are logged.
        """
        plain = self._play("client", client.play)
        if _plain_found(plain, "settled"):
            return True
        logged = plain.goes_on or _plain_found(plain, "stopped")
        # Logged when the client had left, but not before, nor only when the server was stopped:
        # the server may have been waiting for the end of a line.
        waited = _plain_found(plain, "left")
        if logged and not waited and not self._needs_lines():
            return True
        for ending in ("\n", "\r\n"):
            self._traits = self._traits._replace(ending=ending)
            lines = self._play("client", client.play)
            # Where its log is written at exit only, another file may show that a message was read.
            helped = lines.goes_on or (
                _plain_messages(lines, "settled") if waited else _plain_found(lines, "stopped")
            )
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

    def _play(self, name: ScenarioName, scenario: Callable[[Stage], None]) -> Stage:
        """Play a scenario: on the server of the one before, if that has left it well and this one
        does, too. Otherwise on a fresh one, again as long as that proves nothing."""
        stage = self._go_on(name, scenario) if self._going_on else None
        if stage:
            return stage
        stage = self._play_alone(name, scenario)
        found, times = set(stage.messages.logged), 1
        while not stage.goes_on and self._play_again(stage, times, found):
            stage = self._play_alone(name, scenario)
            found |= stage.messages.logged
            times += 1
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

    def _go_on(self, name: ScenarioName, scenario: Callable[[Stage], None]) -> Stage | None:
        """Play a scenario on the server of the one before. None: that went wrong, and does not
        count."""
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

    def _play_alone(self, name: ScenarioName, scenario: Callable[[Stage], None]) -> Stage:
        """Play a scenario on a fresh server."""
        self._close()
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
            # A right server is started once more in its own folder, another one in a new one.
            upcoming=(next_name if self._went_wrong and name != "restart" else name_of_folder,),
        )
        limits = self._limits()
        stage = Stage.start(
            self._events, self._workspace, self._nonces, limits, self._run_time, self._traits
        )
        self._act(stage, name, scenario)
        return stage

    def _announce(self, name: ScenarioName, *, fresh: bool) -> None:
        traits = self._traits
        self._events.write(
            "scenario", name=name, ending=traits.ending, typing=traits.typing, fresh=fresh
        )

    def _limits(self) -> Limits:
        limits = self._plan["limits"]
        kept = max(_LEAST_LOGS, min(limits["logs"], self._log_space))
        return {**limits, "logs": kept}

    def _act(self, stage: Stage, name: ScenarioName, scenario: Callable[[Stage], None]) -> None:
        """Play ``scenario`` on ``stage``, and stop the server unless it has left that well."""
        self._going_on, self._playing = stage, name
        stage.supervisor.traits = self._traits
        try:
            healthy = self._perform(stage, name, scenario)
            well = stage.end(healthy=healthy, go_on=not self._alone)
        except DeadlinePassed:
            stage.end(healthy=False, go_on=False)
            self._stop(stage)
            raise
        self._log_space -= stage.messages.written
        self._traits = stage.supervisor.traits
        self._rewrites = self._rewrites or (stage.rewrites and name != "quiet")
        if well:
            self._went_well.append(name)
        else:
            self._went_wrong = True
            self._stop(stage)

    def _close(self) -> None:
        """Stop the server that goes on, if there is one."""
        if self._going_on:
            self._stop(self._going_on)

    def _stop(self, stage: Stage) -> None:
        """Stop the server.

        Raises:
            _InDoubt: it has changed what it had logged in scenarios that went well.
        """
        assert self._workspace
        stage.close()
        self._workspace.clear()
        self._going_on = None
        self._stopped_well = self._stopped_well or stage.went_well
        played, self._went_well = self._went_well, []
        if stage.harms_earlier and played and not self._alone:
            self._events.write("discarded", scenarios=sorted({*played, self._playing}))
            raise _InDoubt

    def _perform(self, stage: Stage, name: ScenarioName, scenario: Callable[[Stage], None]) -> bool:
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


def _plain_found(stage: Stage, when: Look) -> bool:
    """Whether the files contained all plain messages of the client scenario at that look."""
    return len(_plain_messages(stage, when)) == client.PLAIN


def _plain_messages(stage: Stage, when: Look) -> set[str]:
    """The plain messages of the client scenario that the files contained at that look."""
    wanted = {f"m{number + 1}" for number in range(client.PLAIN)}
    return wanted & stage.messages.found.get(when, set())
