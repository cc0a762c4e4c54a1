"""One scenario's stage: a fresh server, its terminal, its clients, and what may be done there.

Whatever is done waits for a fact: that the server has taken what it was given and sleeps
(``settled``), or that it provably never will (``stuck``). Only where the kernel proves
neither does patience decide.
"""

from __future__ import annotations

import errno
import math
import os
import signal
import time
from collections.abc import Iterator
from typing import Any, NoReturn

from . import logs
from .clients import Client
from .events import Events, packed, shown
from .kernel import View
from .places import Places
from .queues import Waiting
from .sockets import Address
from .terminal import CTRL_C, CTRL_D, CTRL_U
from .watch import OutOfTime, Watch

__all__ = ["OutOfTime", "Over", "Stage"]

MILLISECOND = 1_000_000

SPIN_FIRST = 300 * MILLISECOND
"""Processor time after which a server that has taken its input is known never to sleep: what
it may compute for one message takes less."""

SPIN_SETTLED = 20 * MILLISECOND
"""Processor time after which such a one, once known, has dealt with what it took: a turn of
its loop takes well under one millisecond."""

SPIN_STUCK = 1000 * MILLISECOND
"""Processor time in which a server that never sleeps has left its input unread, and is given
up: thousands of turns of its loop, if it is in one."""

STILL = 0.05
"""Seconds for which a server has to sleep, its input waiting, to be known not to wake: input is
in a queue a moment before its reader is woken, 3 ms at most in 300,000 looks."""

QUIET = 0.15
"""Seconds without anything to read or take, where the kernel does not tell who sleeps."""

ECHO = 0.5
"""Seconds to wait for a typed line's echo, where the server may have changed its terminal."""

WINDOW = 0.5
"""Seconds over which a server with timers is watched, at most. A right one needs a few
milliseconds of processor time in it, one that spins all of it."""

SPINS = 250 * MILLISECOND
"""Processor time, most of the time that there was, after which a server is known to spin."""

NAP = 2.5
"""Seconds to wait for the end of a sleep in which nothing is watched."""

CALM_WINDOW = 0.1
"""Seconds after which a server that has hardly run (a fiftieth of the time) is known well
enough: at that rate nothing of what is judged would show in a longer window either."""

PLAIN = " hello"
"""What follows a message's nonce, so that a cut end is no lost message. ASCII: a server that
stumbles over Chinese is asked for that once, by itself."""


class Over(Exception):  # noqa: N818 (a scenario being over is no error)
    """The server cannot go on: it has ended, is stuck, or refuses its clients."""


class Stage:
    """A server at the start of a scenario, listening and settled."""

    def __init__(
        self,
        events: Events,
        places: Places,
        nonces: Iterator[str],
        limits: dict[str, Any],
        deadline: float,
    ) -> None:
        self._events = events
        self._places = places
        self._nonces = nonces
        self._limits = limits
        self.ending = ""
        self.typing = True
        self.patient = True
        """False: patience has run out once, which proves nothing."""
        self.hopeful = True
        """Whether to wait before stopping it for what a server may write late; afterwards:
        whether that was not in vain."""
        self._listened = False
        self._spins = False
        self.clients: list[Client] = []
        self.sent: dict[str, str] = {}
        """Each message's nonce."""
        self.found: dict[str, set[str]] = {}
        """Which messages were in the files, at each look."""
        self._watch = Watch(places, limits, deadline, self._was_let_go)
        events.write("started", taken=self._watch.taken[:64])

    @property
    def listened(self) -> bool:
        """Whether the server has listened on a port, and settled."""
        return self._listened

    # --- what a scenario may do ---

    def wait_until_listening(self) -> None:
        """Wait until the server listens on a TCP port and has settled.

        Raises:
            Over: it ended, or sleeps and will never listen.
        """
        watch = self._watch
        used, pause = 0.0, 0.002
        while not watch.find_listening():
            view = watch.look()
            if watch.gone(view):
                self._ended()
            if watch.sleeps_for_good(view):
                # It may have begun to listen just before it fell asleep.
                if watch.find_listening():
                    break
                self._gave_up("stuck", view, "asleep")
            if used > 2 * self._limits["patience"]:
                self._gave_up("impatient", view, "waiting")
            used += watch.pump(pause)
            pause = min(pause * 1.3, 0.02)
        assert watch.listening
        address, port = watch.listening.local
        # To have listened for a moment, and ended, is not to have started: whether that moment
        # is seen would be chance.
        self.settle()
        self._listened = True
        self._events.write("listening", address=address, port=port)

    def connect(self, *, settle: bool = True) -> Client:
        """A new client connects, and is accepted, unless nobody waits for that."""
        assert self._watch.listening
        name = f"client {len(self.clients) + 1}"
        self._events.write("connecting", source=name)
        try:
            client = _open(name, self._watch.listening.local)
        except OSError as error:
            self._events.write("refused", source=name, reason=error.strerror or str(error))
            raise Over from error
        self.clients.append(client)
        self._watch.add(client)
        self._events.write("connected", source=name, port=client.here[1])
        if settle:
            self.settle()
        return client

    def send(self, client: Client, tail: str = PLAIN) -> None:
        """``client`` sends a message that ends in ``tail``, and nobody waits for it."""
        self._give(client, self._message(client.name, tail))

    def say(self, client: Client, tail: str = PLAIN) -> None:
        """``client`` sends a message, and the server settles."""
        self.send(client, tail)
        self.settle()

    def send_together(self, client: Client, count: int) -> None:
        """``client`` sends ``count`` messages as one stretch of bytes."""
        self._give(client, b"".join(self._message(client.name, PLAIN) for _ in range(count)))

    def say_bytewise(self, client: Client) -> None:
        """``client`` sends a message a byte at a time; the server settles after each."""
        for byte in self._message(client.name, PLAIN):
            self._give(client, bytes([byte]))
            self.settle()

    def say_cut(self, client: Client, tail: str, character: str) -> None:
        """``client`` sends a message, cut behind the first byte of ``character``; the server
        settles after each part."""
        message = self._message(client.name, tail)
        cut = message.index(character.encode()) + 1
        for part in (message[:cut], message[cut:]):
            self._give(client, part)
            self.settle()

    def press(self) -> None:
        """A line is typed, and nobody waits for it. Nothing where typing is pointless."""
        if self.typing:
            text = self._note_message("terminal", PLAIN).encode()
            self._watch.terminal.type(text + b"\n", text + b"\r\n")

    def type(self) -> None:
        """A line is typed, and the server settles."""
        self.press()
        self.settle()

    def type_end(self) -> None:
        """Ctrl-D is typed, and the server settles; the terminal stays open."""
        # Ctrl-D itself is not echoed. A letter that is taken back at once is, and comes later.
        self._watch.terminal.type(CTRL_D + b"j" + CTRL_U, b"j")
        self.settle()

    def leave(self, *clients: Client) -> None:
        """``clients`` close their connections, all they have sent and received being settled."""
        for client in clients:
            self._watch.drain(client)
            self._events.write("left", source=client.name)
            self._close(client)
        self.settle()

    def all_at_once(self, clients: list[Client]) -> None:
        """A line is typed and each of ``clients`` sends a message, while the server is held: so
        it finds all of them ready. One message each: two of one client that arrive together
        are one stretch of bytes."""
        with self._watch.server.held():
            self.press()
            for client in clients:
                self.send(client)
        self.settle()

    def hurry(self, client: Client | None = None) -> None:
        """``client`` (None: one that has just come) sends a message and closes at once.

        The server is held while it does: else it would be chance whether it has answered by
        then, and with that whether the connection ends in order or with a reset.
        """
        with self._watch.server.held():
            client = client or self.connect(settle=False)
            self.send(client)
            self._events.write("left", source=client.name)
            client.leave()
            self._watch.touch(client)
        self.settle()

    def cut(self, client: Client) -> None:
        """``client``'s connection is reset, and the server settles."""
        self._events.write("cut", source=client.name)
        client.cut()
        self._watch.touch(client)
        self.settle()

    def restart(self) -> None:
        """The server is stopped while its clients are connected, and started again at once.

        Raises:
            Over: it does not listen again.
        """
        by = self._stop()
        self._watch.server.kill()
        # The clients stay: while they do, the port is the old server's as it is in TIME_WAIT.
        for client in self.clients:
            self._watch.drain(client)
        self._events.write("restarted", by=by)
        self._watch.settled()
        self._watch.start()
        self.wait_until_listening()

    def look_for_messages(self, when: str) -> None:
        """Note which messages are in the files by now."""
        found = self._places.logs(self._limits["logs"], list(self.sent.values()))
        self._note_found(when, found)

    def well(self) -> bool:
        """Whether the server sleeps, and all that it was told is in its files."""
        self.look_for_messages("part")
        return self._watch.look().asleep and self.found["part"] == self.sent.keys()

    def fresh_nonce(self) -> str:
        """A text that exists nowhere else."""
        return next(self._nonces)

    def settle(self) -> None:
        """Wait until the server has taken all it was given and sleeps.

        Raises:
            Over: it has ended, or will not take it.
            OutOfTime: the run's time is over.
        """
        watch = self._watch
        used, pause = 0.0, 0.0005
        known: list[Waiting] = []
        since: int | None = None
        still, rested = -1, 0.0
        while True:
            watch.pump(0)
            view = watch.look()
            if watch.gone(view):
                self._ended()
            waiting, in_flight = watch.queues
            if waiting != known or since is None:
                known, since, used, still = waiting, view.use.ran, 0.0, -1
            busy = view.use.ran - since
            if in_flight and used > ECHO:
                watch.terminal.forget_echo()
            if not waiting and not in_flight:
                spins = busy > (SPIN_SETTLED if self._spins else SPIN_FIRST)
                if view.asleep or spins or (not view.tells and used > QUIET):
                    self._spins = self._spins or spins
                    watch.settled()
                    self._events.write("settled", asleep=view.asleep)
                    return
            elif waiting and not in_flight:
                if not watch.sleeps_for_good(view):
                    still = -1
                elif view.use.turns != still:
                    still, rested = view.use.turns, used
                elif used - rested > STILL:
                    self._gave_up("stuck", view, "asleep")
                if busy > SPIN_STUCK:
                    self._gave_up("impatient", view, "busy")
            if used > self._limits["patience"]:
                self._gave_up("impatient", view, "waiting")
            used += watch.pump(pause)
            pause = min(pause * 1.4, 0.01)

    def observe(self, phase: str) -> None:
        """Note what the server does while nothing is asked of it.

        Asleep without a time limit it is at rest, and nothing more is to be seen. Otherwise it
        is watched: until it is known to be calm, or to spin, or the window is over. A mere
        nap, with nothing watched, may be the end of what was asked of it before; so it is
        awaited, once.
        """
        watch = self._watch
        size = self._places.size()
        samples = [self._look_at_living()]
        began, used, napped = time.monotonic_ns(), 0.0, _naps(samples[0])
        while True:
            view = samples[-1]
            if view.asleep and not view.limited:
                samples, began = [view], time.monotonic_ns()
                break
            if napped and view.asleep and not _naps(view):
                samples, began, used, napped = [view], time.monotonic_ns(), 0.0, False
            ran = view.use.ran - samples[0].use.ran
            waited = view.use.waited - samples[0].use.waited
            able = time.monotonic_ns() - began - waited
            if ran > SPINS and 2 * ran > able:
                break
            woke = view.use.turns - samples[0].use.turns > 1
            calm = view.asleep and 50 * ran < able
            if used > CALM_WINDOW and calm and (woke or not _naps(view)):
                break
            if used > (NAP if _naps(view) else WINDOW):
                break
            used += watch.pump(0.005)
            samples.append(self._look_at_living())
        asleep = [sample for sample in samples if sample.asleep]
        self._events.write(
            "observed",
            phase=phase,
            wall=time.monotonic_ns() - began,
            ran=max(0, samples[-1].use.ran - samples[0].use.ran),
            waited=max(0, samples[-1].use.waited - samples[0].use.waited),
            samples=len(samples),
            calls=_calls(samples),
            processes=max(sample.processes for sample in samples),
            threads=watch.describe((asleep or samples)[-1]),
            written=self._places.size() - size,
            half_closed=watch.half_closed(),
        )

    def close(self, *, healthy: bool) -> None:
        """Stop the server as a person does, and write what it leaves behind."""
        watch = self._watch
        # That takes some seconds at most, and is done even where the run's time is over.
        watch.deadline = math.inf
        self._events.write("stopping")
        if healthy:
            try:
                self._catch_up()
                for client in self.clients:
                    client.drain()
                    self._close(client)
                self.settle()
                self.look_for_messages("left")
            except Over:
                pass
        by = self._stop()
        status = watch.server.status
        watch.server.kill()
        if status is None:
            status = watch.server.status
        self._events.write("stopped", by=by, **_status(status))
        watch.terminal.drain()
        for client in self.clients:
            client.drain()
            if client.received:
                self._events.write(
                    "replied",
                    source=client.name,
                    size=client.received,
                    data=packed(bytes(client.replies)),
                )
            # Of a connection that the server's end has closed nothing may be left: in TIME_WAIT
            # it would keep the port from the next one.
            client.cut()
        found = self._places.logs(self._limits["logs"], list(self.sent.values()))
        self._note_found("stopped", found)
        for log in found:
            path = shown(self._places.name(log.path))
            self._events.write("log", path=path, size=log.size, data=packed(log.data))
        self._events.write("terminal", data=packed(watch.terminal.output()))
        watch.terminal.close()

    # --- how it is done ---

    def _look_at_living(self) -> View:
        view = self._watch.look()
        if self._watch.gone(view):
            self._ended()
        return view

    def _close(self, client: Client) -> None:
        """Close in order; but where the server has closed first, in such a way that its port is
        not kept in TIME_WAIT (which a reset ends). One that has only shut down its half of the
        connection would notice a reset."""
        if client.let_go and not self._watch.holds(client):
            client.cut()
        else:
            client.leave()
        self._watch.touch(client)

    def _catch_up(self) -> None:
        """Wait for what a server with timers writes a while after it has taken it."""
        used = 0.0
        while self.hopeful and not self._spins:
            view = self._look_at_living()
            if view.asleep and not view.limited:
                return
            found = self._places.logs(self._limits["logs"], list(self.sent.values()))
            if self._seen(found) == self.sent.keys():
                return
            if used > self._limits["patience"]:
                self.hopeful = False
            used += self._watch.pump(0.02)

    def _message(self, source: str, tail: str) -> bytes:
        return (self._note_message(source, tail) + self.ending).encode()

    def _note_message(self, source: str, tail: str) -> str:
        nonce = self.fresh_nonce()
        message = f"m{len(self.sent) + 1}"
        self.sent[message] = nonce
        self._events.write("sent", message=message, source=source, text=nonce + tail)
        return nonce + tail

    def _give(self, client: Client, data: bytes) -> None:
        """Give the kernel all of ``data``, as far as the server takes it within a second."""
        self._watch.touch(client)
        used = 0.0
        while data and used < 1:
            try:
                given = client.give(data)
            except OSError:
                self._events.write("broken", source=client.name)
                return
            data = data[given:]
            if data:
                used = 0.0 if given else used + self._watch.pump(0.005)

    def _note_found(self, when: str, found: list[logs.Log]) -> None:
        self.found[when] = self._seen(found)
        self._events.write("found", when=when, messages=sorted(self.found[when]))

    def _seen(self, found: list[logs.Log]) -> set[str]:
        picked = [letters for log in found for letters in logs.letters(log.data)]
        return {
            message
            for message, nonce in self.sent.items()
            if any(nonce.encode() in letters for letters in picked)
        }

    def _was_let_go(self, client: Client) -> None:
        self._events.write("let-go", source=client.name)

    def _ended(self) -> NoReturn:
        self._events.write("ended", **_status(self._watch.server.status))
        raise Over

    def _gave_up(self, event: str, view: View, how: str) -> NoReturn:
        self.patient = self.patient and event != "impatient"
        self._events.write(
            event,
            how=how,
            waiting=[waiting._asdict() for waiting in self._watch.queues.waiting],
            threads=self._watch.describe(view),
        )
        raise Over

    def _stop(self) -> str:
        """Ask the server to end, ever more firmly; what it took."""
        if self._watch.gone(self._watch.look()):
            return "itself"
        for by, ask, most in (
            ("ctrl-c", self._press_ctrl_c, 2.0),
            ("second ctrl-c", self._press_ctrl_c, 1.0),
            ("sigterm", self._terminate, 1.0),
        ):
            ask()
            if self._ends_within(most):
                return by
        return "sigkill"

    def _press_ctrl_c(self) -> None:
        self._watch.terminal.type(CTRL_C, b"^C")

    def _terminate(self) -> None:
        self._watch.server.signal(signal.SIGTERM)

    def _ends_within(self, most: float) -> bool:
        watch = self._watch
        used, pause, asleep = 0.0, 0.001, 0
        while used < most:
            used += watch.pump(pause)
            pause = min(pause * 1.3, 0.01)
            view = watch.look()
            if watch.gone(view):
                return True
            if used > ECHO:
                watch.terminal.forget_echo()
            # The signal woke it before this was looked at; asleep again, it has survived it.
            survived = view.asleep and not view.limited and watch.terminal.arrived()
            asleep = asleep + 1 if survived else 0
            if asleep > 3:
                return False
        return False


def _open(name: str, listening: Address) -> Client:
    """A client that reaches what listens at an address, which may stand for all addresses.

    Raises:
        OSError: the connection was refused.
    """
    address, port = listening
    if address == "::":
        try:
            return Client(name, "::1", port)
        except OSError as error:
            if error.errno == errno.ECONNREFUSED:
                raise
            # A machine may offer the protocol, and no address of it: not even the loopback's.
            address = "0.0.0.0"
    return Client(name, "127.0.0.1" if address == "0.0.0.0" else address, port)


def _status(status: int | None) -> dict[str, int | None]:
    """A wait status as ``code`` or ``signal``; both None where there is none."""
    if status is None:
        return {"code": None, "signal": None}
    if os.WIFSIGNALED(status):
        return {"code": None, "signal": os.WTERMSIG(status)}
    return {"code": os.WEXITSTATUS(status), "signal": None}


def _naps(view: View) -> bool:
    """Whether the server sleeps for a time, and for nothing else."""
    return view.asleep and all(t.call and t.call.name == "sleep" for t in view.threads)


def _calls(samples: list[View]) -> dict[str, int]:
    """How often each call was slept in; ``""``: some thread ran, or slept in none."""
    counts: dict[str, int] = {}
    for sample in samples:
        for thread in sample.threads:
            name = thread.call.name if thread.call else ""
            counts[name] = counts.get(name, 0) + 1
    return counts
