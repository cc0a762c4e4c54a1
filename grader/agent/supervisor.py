"""Waits for the server between a scenario's steps, and writes what it found as events."""

from __future__ import annotations

import contextlib
import math
import signal
import time
from collections.abc import Iterator
from typing import NoReturn

from .events import Events
from .files.workspace import Workspace
from .kernel import call_arguments, procfs
from .kernel.snapshot import Snapshot
from .messages import SentMessages
from .traits import ServerTraits
from .vocabulary import Phase, StopMethod
from .watching import idle, run_time, settle, shutdown, startup, unprompted
from .watching.observer import Observer
from .watching.settle import Verdict

_MOMENT = 0.02
"""Seconds in which a server that sleeps at each turn of its loop is found asleep: a look every
millisecond finds it after three on average."""

_TURNS = 200_000_000
"""Nanoseconds of its processor time for which a server that does not sleep is looked at again:
hundreds of turns of its loop, in each of which a file that it writes anew is whole for a moment.
One that sleeps at each turn takes hundreds in a tenth of that."""

_LOOKS = 30
"""The fewest of these looks: on a busy machine the server may run for long between two of them."""

_LONGEST_TIMEOUT = 12.0
"""Seconds of the longest timeout that is outlasted: programs that end after a quiet period mostly
allow five or ten. What a server does after a longer one is not observed."""

_UNKNOWN_TIMEOUT = 5.5
"""Seconds for which the end of a timeout is awaited that the kernel does not show, as that of a
plain sleep."""

_SIGNALS_OF_LIMITS = (signal.SIGKILL, signal.SIGXCPU)
"""The signals with which the kernel, or the agent, ends a program that exceeds a limit."""


class Over(Exception):  # noqa: N818 (it is no error)
    """The scenario cannot go on: the server has ended, is stuck, was given up, or refuses a
    client."""


class Supervisor:
    """One start of the server, from its first moment to its end."""

    def __init__(
        self,
        events: Events,
        observer: Observer,
        workspace: Workspace,
        messages: SentMessages,
        traits: ServerTraits,
        patience: float,
    ) -> None:
        self.traits = traits
        """The traits that are known by now."""
        self.gave_up = False
        """Whether the agent gave the server up, which proves nothing."""
        self.was_at_work = False
        """Whether the server was at work on its input when it was taken to be sleepless, so that
        what was seen of it until then proves nothing."""
        self.ended_awaited = False
        """Whether the server has ended while its log was awaited, and nothing was sent to it."""
        self.met_limit = False
        """Whether a limit may have ended the server."""
        self.run_time = observer.run_time
        self._events = events
        self._observer = observer
        self._workspace = workspace
        self._messages = messages
        self._patience = patience
        self._slept_with_timeout = traits.sleeps_with_timeout
        self._sleepless = False
        """Whether a wait for this start of the server has ended in ``sleepless``."""
        self._last: Snapshot | None = None
        """As of the last look at the files, or a moment before."""

    def begin(self, messages: SentMessages) -> None:
        """Begin another scenario on this server."""
        self._messages = messages

    @run_time.accounted("start")
    def wait_until_listening(self) -> None:
        """Wait until the server listens on a TCP port and has settled.

        Raises:
            Over: it has ended, is stuck, or was given up.
        """
        observer = self._observer
        verdict = startup.wait_until_listening(
            observer, 2 * self._patience, lambda: self._events.write("entered")
        )
        if verdict.outcome != "listening":
            self._fail(verdict)
        # Whether a server that listens for a moment and ends is seen to listen would be chance.
        self.settle()
        observer.find_listening()  # by now it may listen on another port
        assert observer.listening
        address, port = observer.listening.local
        self._events.write("listening", address=address, port=port)

    @run_time.accounted("answer")
    def settle(self) -> None:
        """Wait until the server has settled.

        Raises:
            Over: it has ended, is stuck, or was given up.
            DeadlinePassed: the run's time is over.
        """
        verdict = self._wait()
        if verdict.outcome != "settled":
            self._fail(verdict)
        self._sleepless = verdict.how == "sleepless"
        if self._sleepless:
            self.traits = self.traits._replace(sleepless=True)
        self._observer.mark_settled()
        self._messages.restless = self._sleepless
        self._observer.terminal.drain()
        self._events.write(
            "settled",
            shown=self._observer.terminal.shown(),
            asleep=verdict.last.asleep,
            threads=self._observer.threads_astray(verdict.last),
            others=self._observer.other_wakers(verdict.last),
        )
        before, self._last = self._last, verdict.last
        acted = before is not None and unprompted.between(before, verdict.last)
        if not acted and not verdict.last.timed and not self._messages.missing():
            self._messages.defer()  # it can do nothing until there is more input
            return
        self._messages.follow(unprompted=acted, moments=self.moments())

    def _wait(self) -> Verdict:
        """Wait for the server, and note whether it is slow."""
        slow = self.traits.slow
        try:
            verdict = settle.settle(
                self._observer,
                self._patience,
                sleepless=self._sleepless,
                sleepless_before=self.traits.sleepless,
                slow=slow,
            )
        except settle.WasAtWork:
            self.was_at_work, self._sleepless = True, False
            self.traits = self.traits._replace(slow=True, sleepless=False)
            return self._wait()
        doubtful = slow is None and self._sleepless
        gave_up = verdict.outcome == "gave-up"
        if (slow and (gave_up or verdict.how == "sleepless")) or (doubtful and gave_up):
            self.traits = self.traits._replace(slow=False)  # more time would not help
        return verdict

    @run_time.accounted("answer")
    def before_input(self) -> None:
        """Look at the files once more, if the server may have acted since the last look."""
        if self._last and self._last.timed:
            self._messages.follow(unprompted=unprompted.after(self._last), moments=self.moments())

    def moments(self) -> Iterator[int]:
        """Yield again and again, a millisecond apart, the processor time that the server has used
        since the first time, while it may be writing its files: until it has slept from one moment
        to the next, or has taken many turns of its loop. Nothing, if it sleeps until there is more
        input, or is suspended."""
        used, began, former, looks = 0.0, None, None, 0
        enough = _TURNS if self._sleepless else _TURNS // 10
        timed = self._last is not None and self._last.timed
        while (self._sleepless or timed) and used < self._patience:
            taken = self._observer.look()
            began = taken.cpu.ran if began is None else began
            slept = taken.asleep and taken.cpu == former
            suspended = all(procfs.state(t.process, t.thread) == "T" for t in taken.threads)
            if (
                slept
                or suspended
                or self._observer.has_ended(taken)
                or (taken.cpu.ran - began > enough and looks >= _LOOKS)
            ):
                return
            former, looks = taken.cpu, looks + 1
            used += self._observer.pump(0.001)
            yield taken.cpu.ran - began

    def observe(self, phase: Phase) -> None:
        """Observe the server while nothing is sent to it.

        Raises:
            Over: it has ended.
        """
        seen = idle.observe(
            self._observer,
            self._workspace,
            self._look,
            sleepless=self.traits.sleepless,
            looked_for=self.traits.looked_for,
        )
        if seen.watched is not None:
            kinds = self.traits.looked_for.union(map(idle.kind_of_input, self._observer.inputs()))
            self.traits = self.traits._replace(looked_for=kinds)
        timed = any(thread.call and thread.timed for thread in seen.threads)
        self.traits = self.traits._replace(sleeps_with_timeout=self._slept_with_timeout or timed)
        self._events.write("observed", phase=phase, **seen._asdict())

    def outlast_timeout(self) -> None:
        """Wait until the server's timeout has passed.

        One that is known to be longer than :data:`_LONGEST_TIMEOUT` is not waited for at all.

        Raises:
            Over: the server has ended.
        """
        used, first = 0.0, self._look()
        timeout = call_arguments.shortest_timeout(first.threads)
        if timeout is not None and timeout > _LONGEST_TIMEOUT:
            return
        longest = _UNKNOWN_TIMEOUT if timeout is None else timeout + _UNKNOWN_TIMEOUT
        while used < longest:
            taken = self._look()
            if (taken.asleep or taken.dozes) and (
                not taken.timed or taken.cpu.timeslices > first.cpu.timeslices
            ):
                return
            used += self._observer.pump(0.02)

    def left_well(self) -> bool:
        """Whether the server, which has settled, is found asleep within a moment, and nothing that
        was seen of it is in doubt."""
        if self.gave_up or self.was_at_work or self.ended_awaited or self.met_limit:
            return False
        used = 0.0
        while used < _MOMENT:
            taken = self._observer.look()
            if taken.asleep or taken.dozes:
                return True
            used += self._observer.pump(0.001)
        return False

    @run_time.accounted("log")
    def await_log(self, patience: float | None = None) -> None:
        """Wait until the server, if it sleeps with a timeout, has logged all messages.

        ``patience``: the most seconds to wait; None: the usual ones.

        Raises:
            Over: it has ended.
        """
        patience = self._patience if patience is None else patience
        used = 0.0
        while not self._sleepless and self._awaited(patience):
            try:
                taken = self._look()
            except Over:
                # A quiet moment makes it end, so no other one is to keep it from what is asked.
                self.ended_awaited = True
                self.traits = self.traits._replace(
                    fruitless_wait=math.inf, fruitless_wait_typed=math.inf
                )
                raise
            self.before_input()
            self._last = taken
            if (taken.asleep and not taken.timed) or not self._awaited(patience):
                return
            if used > patience:
                self._note_fruitless(patience)
            used += self._observer.pump(0.02)

    def _awaited(self, patience: float) -> bool:
        """Whether a message is not logged, and it makes sense to wait ``patience`` seconds."""
        typed, sent = self.traits.fruitless_wait_typed, self.traits.fruitless_wait
        return any(
            patience > (typed if self._messages.typed(message) else sent)
            for message in self._messages.missing()
        )

    def _note_fruitless(self, patience: float) -> None:
        for message in self._messages.missing():
            if self._messages.typed(message):
                self.traits = self.traits._replace(fruitless_wait_typed=patience)
            else:
                self.traits = self.traits._replace(fruitless_wait=patience)

    @run_time.accounted("end")
    def stop(self) -> StopMethod:
        """Stop the server, with all its processes. Returns what stopped it."""
        by = shutdown.stop(self._observer)
        self._observer.server.kill()
        return by

    @run_time.accounted("end")
    def stop_for_good(self) -> None:
        """Stop the server, and write how it ended."""
        server = self._observer.server
        asked = time.monotonic_ns()
        by = shutdown.stop(self._observer)
        took = time.monotonic_ns() - asked
        status = server.status
        server.kill()
        exit_status = shutdown.exit_status(server.status if status is None else status)
        self._events.write("stopped", by=by, took=took, **exit_status._asdict())

    @contextlib.contextmanager
    def without_deadline(self) -> Iterator[None]:
        """Allow what is left to be done, which takes a few seconds at most, to be done."""
        deadline, self._observer.deadline = self._observer.deadline, math.inf
        try:
            yield
        finally:
            self._observer.deadline = deadline

    def _look(self) -> Snapshot:
        """Take a snapshot of the server.

        Raises:
            Over: it has ended.
        """
        taken = self._observer.look()
        if self._observer.has_ended(taken):
            self._end()
        return taken

    def _fail(self, verdict: Verdict) -> NoReturn:
        """Write why the scenario cannot go on."""
        if verdict.outcome == "ended":
            self._end()
        self.gave_up = self.gave_up or verdict.outcome == "gave-up"
        self._events.write(
            verdict.outcome,
            shown=self._observer.terminal.shown(),
            how=verdict.how,
            waiting=self._observer.queues.pending,
            threads=self._observer.awaited.thread_states(verdict.last),
        )
        raise Over

    def _end(self) -> NoReturn:
        exit_status = shutdown.exit_status(self._observer.server.status)
        out_of_memory = self._observer.out_of_memory()
        self.met_limit = out_of_memory is True or exit_status.signal in _SIGNALS_OF_LIMITS
        self._events.write("ended", **exit_status._asdict(), out_of_memory=out_of_memory)
        raise Over
