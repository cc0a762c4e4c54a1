"""Reads a plan, plays the scenarios, writes the events."""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, NoReturn

from .events import Events
from .files.workspace import Workspace
from .isolation.base import end_all
from .isolation.choose import choose
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
from .stage import DeadlinePassed, Over, Stage

VERSION = 1
"""Of the plan that is understood, and of the events that are written."""

IN_ALL = 2
"""How many scenarios may each fill the limit on log files: what is kept of all of them costs the
grader memory and disk. A right server's logs are a hundredth of one."""

LEAST = 1 << 20
"""Bytes of log files that are kept of each scenario all the same, the smallest files first."""

AHEAD = {"craft": 2, "restart": 0}
"""How many starts the scenario after one has, if not one: ``restart`` has two, and is the last."""


def main() -> NoReturn:
    """Play the plan on standard input; the events go to standard output."""
    signal.signal(signal.SIGTERM, _terminate)
    if os.getpid() != 1:
        _adopt_orphans()
    plan = read_plan(sys.stdin.buffer)
    try:
        Play(plan, Events(sys.stdout.buffer)).run()
    finally:
        # However it ends: told to stop, or with nobody left who reads its events.
        end_all(choose(plan))
    os._exit(0)  # to take down its Python in order is of use to nobody, and takes 10 ms


def read_plan(stream: BinaryIO) -> dict[str, Any]:
    """Read a plan: its length in bytes, a newline, JSON. The stream need not end.

    Raises:
        ValueError: it is not whole, or of another version.
    """
    length = int(stream.readline(12))
    text = stream.read(max(0, length))
    if len(text) != length:
        raise ValueError("the plan is not whole")
    plan: dict[str, Any] = json.loads(text)
    if not isinstance(plan, dict) or plan.get("version") != VERSION:
        raise ValueError(f"this agent plays plans of version {VERSION}")
    return plan


class Play:
    """All scenarios of one submission, in order, the simplest first."""

    def __init__(self, plan: dict[str, Any], events: Events) -> None:
        self._plan = plan
        self._events = events
        self._isolation = choose(plan)
        self._source = base64.b64decode(plan["source"])
        self._nonces: Iterator[str] = iter(plan["nonces"])
        self._deadline = time.monotonic() + plan["limits"]["total"]
        self._number = 0
        self._room = IN_ALL * plan["limits"]["logs"]
        self._typing = True
        self._vain = 0.0
        self._spun = False
        self._limited = False
        self._ending = ""

    def run(self) -> None:
        """Play what can be asked of this server."""
        self._events.write(
            "agent",
            version=VERSION,
            python=sys.version.split()[0],
            kernel=os.uname().release,
            machine=os.uname().machine,
        )
        try:
            complete = self._scenarios()
        except DeadlinePassed:
            self._events.write("out-of-time")
        else:
            self._events.write("finished", complete=complete)
        finally:
            self._events.flush()

    def _scenarios(self) -> bool:
        """Play on as long as there is a point; whether all was played."""
        stage = self._play("terminal", terminal.play)
        if not stage.listened:
            return False
        # Once typing has proved pointless, nothing more is typed: one fault, one charge.
        self._typing = len(stage.told.sent) == terminal.LINES == len(stage.told.found["stopped"])
        if not self._play_client():
            return False
        if self._typing:
            self._play("together", together.play)
        self._play("silent-client", silent_client.play)
        self._play("newcomer", newcomer.play)
        self._play("departure", departure.play)
        if self._limited:
            self._play("quiet", quiet.play)
        self._play_craft()
        self._play("restart", craft.restart)
        return True

    def _play_craft(self) -> None:
        """Play the parts one after the other, on one server as long as that is well.

        What goes wrong on a server that has played other parts before is played again on a
        fresh one, and that counts.
        """
        todo = [part for part in craft.PARTS if self._typing or part[0] != "end-of-typing"]
        tried: set[str] = set()
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
                # What mere patience has ended is no proof, and is played once more.
                if stage.patient or name in tried:
                    del todo[0]
                tried.add(name)

    def _observe_failure(self, stage: Stage, name: str) -> None:
        """See whether a server rests that has not gone on: input that it leaves unread is no
        excuse for spinning."""
        phase = {"terminal": "after typing", "client": "one client, silent"}.get(name)
        if phase and (stage.told.sent or stage.clients):
            try:
                stage.observe(phase)
            except Over:
                pass  # it has ended

    def _play_client(self) -> bool:
        """One client; with lines, if only lines are logged. Whether its messages are."""
        plain = self._play("client", client.play)
        if _plain(plain, "settled"):
            return True
        logged = _plain(plain, "stopped")
        # Logged when the client had left, not before and not only when the server stopped:
        # it may have been waiting for the end of a line.
        waited = _plain(plain, "left")
        if logged and not waited and not self._waits_for_lines():
            return True
        for self._ending in ("\n", "\r\n"):
            lines = self._play("client", client.play)
            if _plain(lines, "settled") or (not waited and _plain(lines, "stopped")):
                self._events.write("chosen", ending=self._ending)
                return True
            if logged:
                break
        self._ending = ""
        return logged

    def _waits_for_lines(self) -> bool:
        """Whether a server that logs when it is stopped does so because no line had ended."""
        stage = self._play("halves", halves.play)
        return stage.listened and (stage.over or halves.kept_apart(stage.told.order))

    def _play(self, name: str, scenario: Callable[[Stage], None]) -> Stage:
        """Play a scenario; once more where mere patience has ended it, which is no proof."""
        stage = self._play_once(name, scenario)
        return stage if stage.patient else self._play_once(name, scenario)

    def _play_once(self, name: str, scenario: Callable[[Stage], None]) -> Stage:
        self._number += 1
        plan = self._plan
        logs = max(LEAST, min(plan["limits"]["logs"], self._room))
        limits = {**plan["limits"], "logs": logs}
        self._events.write("scenario", name=name, ending=self._ending, typing=self._typing)
        places = Workspace(
            self._number,
            plan["root"],
            plan["home"],
            plan["folders"],
            self._isolation,
            self._source,
            ahead=AHEAD.get(name, 1),
        )
        stage = Stage(self._events, places, self._nonces, limits, self._deadline)
        stage.ending, stage.typing = self._ending, self._typing
        stage.vain, stage.spun = self._vain, self._spun
        try:
            healthy = self._perform(stage, name, scenario)
        except DeadlinePassed:
            stage.close(healthy=False)
            raise
        stage.close(healthy=healthy)
        places.clear()
        self._room -= stage.told.kept
        self._vain, self._spun = stage.vain, stage.spun
        self._limited = self._limited or stage.timed
        return stage

    def _perform(self, stage: Stage, name: str, scenario: Callable[[Stage], None]) -> bool:
        """Play ``scenario``; whether to its end."""
        try:
            stage.wait_until_listening()
            scenario(stage)
        except Over:
            stage.over = True
            self._observe_failure(stage, name)
            return False
        return True


def _plain(stage: Stage, when: str) -> bool:
    """Whether all plain messages of the client scenario were found at that look."""
    wanted = {f"m{number + 1}" for number in range(client.PLAIN)}
    return wanted <= stage.told.found.get(when, set())


def _adopt_orphans() -> None:
    """Become the parent of what a server leaves behind (as process 1 it is that anyway)."""
    import ctypes

    pr_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def _terminate(number: int, frame: object) -> None:
    raise SystemExit(128 + number)
