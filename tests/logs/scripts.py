"""Scripts: what the sources of each play do, and what a server then receives.

They follow the agent's scenarios. What a server writes of it is :mod:`logs.grammar`'s part.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from checks.histories import Event, Step, idles, looks, says, sends, settles, text

from grader.model.plan import NONCE_ALPHABET
from grader.model.vocabulary import ScenarioName

CHINESE = " 你好，服务端：这是第一条中文消息。", " 今天天气很好! 1 + 1 = 2（附：资料）"
PORTS = {f"client {n}": port for n, port in enumerate((51724, 51730, 40112), 1)}
LARGE = 8 * 1024
"""Letters of a large message. The agent sends eight times as many, which take longer to pack."""


@dataclass(frozen=True)
class Received:
    """What one ``recv``, or one line typed, gave the server: a message, several, or a part."""

    source: str
    text: str
    there: tuple[str, ...]
    """The clients connected then, in the order in which they came."""
    message: str
    """The first message that it holds a part of."""
    turn: int
    """What a server received in one turn, it may handle in any order."""
    number: int
    """Which of its source's it is, from 0."""

    @property
    def typed(self) -> bool:
        return self.source == "terminal"


@dataclass
class Script:
    """The steps of a play, and what the server receives in it."""

    scenario: ScenarioName
    steps: list[Step] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    clients: tuple[str, ...] = ()
    _turn: int = 0
    _names: Iterator[str] = field(default_factory=lambda: iter("abcdefghijklmnopqrstuvwxyz"))

    def connect(self) -> str:
        client = f"client {len(self.clients) + 1}"
        connected: list[Event] = [
            {"event": "connecting", "source": client},
            {"event": "connected", "source": client, "port": PORTS[client]},
        ]
        self.steps.append(connected + settles())
        self.clients += (client,)
        return client

    def say(self, source: str, tail: str = " Hello") -> None:
        name = next(self._names)
        self.steps.append(says(name, source, tail))
        self._receive(source, text(name, tail), name)

    def type(self) -> None:
        self.say("terminal")

    def all_at_once(self) -> None:
        self._turn += 1
        for source in ("terminal", *self.clients):
            name = next(self._names)
            self.steps.append(sends(name, source, " Hello"))
            self._receive(source, text(name, " Hello"), name, in_turn=True)
        self.steps.append(settles())

    def send_together(self, client: str, count: int) -> None:
        names = [next(self._names) for _ in range(count)]
        self.steps += [sends(name, client, " Hello") for name in names]
        self.steps.append(settles())
        self._receive(client, "".join(text(name, " Hello") for name in names), names[0])

    def send_in_parts(self, client: str, tail: str, size: int, *, settled: bool) -> None:
        """Send a message that the server receives in parts; ``settled``: after each of them."""
        name = next(self._names)
        whole = text(name, tail)
        self.steps.append(sends(name, client, tail))
        for at in range(0, len(whole), size):
            self._receive(client, whole[at : at + size], name)
            if settled:
                self.steps.append(settles())
        self.steps.append(settles())

    def say_in_halves(self, client: str, other: str) -> None:
        """Send a message in two halves, with another client's between them."""
        name = next(self._names)
        first, second = text(name, " Hel"), "lo"
        self.steps.append(says(name, client, " Hello"))
        self._receive(client, first, name)
        self.say(other)
        self.steps.append(settles())
        self._receive(client, second, name)

    def _receive(self, source: str, what: str, message: str, *, in_turn: bool = False) -> None:
        self._turn += not in_turn
        number = sum(earlier.source == source for earlier in self.received)
        self.received.append(Received(source, what, self.clients, message, self._turn, number))


@cache
def terminal() -> Script:
    script = Script("terminal")
    for _ in range(3):
        script.type()
    script.steps.append(idles("after typing"))
    return script


@cache
def client() -> Script:
    script = Script("client")
    one = script.connect()
    for _ in range(3):
        script.say(one)
    script.steps += [idles("one client, silent"), looks("settled", *"abc")]
    for tail in CHINESE:
        script.say(one, tail)
    return script


@cache
def together() -> Script:
    script = Script("together")
    for _ in range(3):
        script.say(script.connect())
    for one in reversed(script.clients):
        script.say(one)
        script.type()
    for one in script.clients:
        script.say(one)
    script.type()
    script.all_at_once()
    return script


@cache
def burst() -> Script:
    script = Script("burst")
    one = script.connect()
    script.send_together(one, 5)
    script.send_in_parts(one, " Hello", 1, settled=True)
    other = script.connect()
    script.say(other)
    script.say_in_halves(one, other)
    return script


@cache
def large_message(size: int) -> Script:
    """``size``: bytes that one ``recv`` asks for."""
    script = Script("large-message")
    letters = "".join(random.Random(0).choices(NONCE_ALPHABET, k=LARGE))
    script.send_in_parts(script.connect(), " " + letters, size, settled=False)
    return script
