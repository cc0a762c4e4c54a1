"""Chooses the scenarios, by what earlier ones have shown.

A right server is started twice (``player``): the second time at once after it was stopped, with a
silent client as its first one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial

from .events import Events
from .isolation.base import Isolation
from .plan import VERSION, Plan, asked_scenarios
from .player import InDoubt, Player
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
from .vocabulary import Look, ScenarioName
from .watching.observer import DeadlinePassed


class Director:
    """Plays all scenarios of one submission, the simplest first.

    The results of one decide which others are played. As to the log, these are only facts: which
    nonces it contains, and in which order.
    """

    def __init__(self, plan: Plan, isolation: Isolation, events: Events) -> None:
        self._events = events
        self._player = Player(plan, isolation, events)
        self._asked = asked_scenarios(plan)

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
            except InDoubt:
                self._player.begin_anew()
                complete = self._play_all()
        except DeadlinePassed:
            self._events.write("out-of-time", spent=self._player.run_time.spent())
        else:
            self._events.write("finished", complete=complete)
        finally:
            self._events.flush()

    def _play_all(self) -> bool:
        """Play the scenarios. Returns whether none was left out as pointless."""
        stage = self._player.play("terminal", terminal.play)
        if not stage.listened:
            return False
        # Once typing has proved pointless, nothing more is typed: one fault, one charge.
        typing = stage.goes_on or terminal.reads_lines(
            stage.messages.nonces, stage.messages.found["stopped"]
        )
        self._player.traits = self._player.traits._replace(typing=typing)
        if self._asked <= {"terminal"}:
            self._player.close()
            return True
        if not self._play_client():
            return False
        reads_beside = typing and self._play_if_asked("together", together.play)
        # The first client of a server has to be the silent one.
        silent_first = not self._player.goes_on
        if silent_first:
            self._play_if_asked("silent-client", silent_client.play)
        accepts = self._play_if_asked("newcomer", newcomer.play)
        self._play_if_asked("departure", departure.play)
        if self._player.traits.sleeps_with_timeout and "quiet" in self._asked:
            # What it could not do before is no fault of its timeout.
            self._player.traits = self._player.traits._replace(typing=reads_beside)
            self._player.play("quiet", partial(quiet.play, newcomer=accepts))
            self._player.traits = self._player.traits._replace(typing=typing)
        if not self._player.rewrites:
            # Where a thread rewrites what comes in pieces, it is chance what is left of it.
            for name, scenario in craft.SCENARIOS:
                if typing or name != "end-of-typing":
                    self._play_if_asked(name, scenario)
        self._play_second_server(silent=not silent_first and "silent-client" in self._asked)
        self._player.close()
        if not self._player.stopped_well:
            # Each server was stopped only after something had gone wrong on it.
            self._player.play("client", client.play)
            self._player.close()
        return True

    def _play_second_server(self, *, silent: bool) -> None:
        """Play ``restart``, if it is asked for; and ``silent-client``, if that is still to be
        played."""
        restarts = "restart" in self._asked
        if silent and restarts and self._player.goes_on:
            # The silent client is the first one of the second server.
            if self._player.go_on("restart", craft.stop_and_start) and self._player.go_on(
                "silent-client", silent_client.play
            ):
                return
            self._events.write("discarded", scenarios=["restart", "silent-client"])
        if silent:
            self._player.close()
            self._player.play("silent-client", silent_client.play)
        if restarts:
            self._player.play("restart", craft.restart)

    def _play_if_asked(self, name: ScenarioName, scenario: Callable[[Stage], None]) -> bool:
        """Play a scenario if it is asked for. Returns whether it was, and went well."""
        return name in self._asked and self._player.play(name, scenario).went_well

    def _play_client(self) -> bool:
        """Play one client, and find out which line ending the server needs, if any.

        Returns whether the client's messages are logged.
        """
        plain = self._player.play("client", client.play)
        if _plain_found(plain, "settled"):
            return True
        logged = plain.goes_on or _plain_found(plain, "stopped")
        # Logged when the client had left, but not before, nor only when the server was stopped:
        # the server may have been waiting for the end of a line.
        waited = _plain_found(plain, "left")
        if logged and not waited and not self._needs_lines():
            return True
        for ending in ("\n", "\r\n"):
            self._player.traits = self._player.traits._replace(ending=ending)
            lines = self._player.play("client", client.play)
            # Where its log is written at exit only, another file may show that a message was read.
            helped = lines.goes_on or (
                _plain_messages(lines, "settled") if waited else _plain_found(lines, "stopped")
            )
            if _plain_found(lines, "settled") or helped:
                self._events.write("chosen", ending=ending)
                return True
            if logged:
                break
        self._player.traits = self._player.traits._replace(ending="")
        return logged

    def _needs_lines(self) -> bool:
        """Test whether a server that logs only when it is stopped was waiting for a line's end."""
        stage = self._player.play("halves", halves.play)
        return stage.listened and (stage.over or halves.kept_apart(stage.messages.order))


def _plain_found(stage: Stage, when: Look) -> bool:
    """Whether the files contained all plain messages of the client scenario at that look."""
    return len(_plain_messages(stage, when)) == client.PLAIN


def _plain_messages(stage: Stage, when: Look) -> set[str]:
    """The plain messages of the client scenario that the files contained at that look."""
    wanted = {f"m{number + 1}" for number in range(client.PLAIN)}
    return wanted & stage.messages.found.get(when, set())
