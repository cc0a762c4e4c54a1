"""A scenario that was played once, as a value that the checks read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from grader.model import event
from grader.model.event import AnyEvent
from grader.model.files import LogFile as LogFile
from grader.model.program import Module
from grader.model.vocabulary import Look, ScenarioName


@dataclass(frozen=True, kw_only=True)
class Message:
    """One text that a source sent to the server."""

    name: str
    source: str
    """``terminal``, or ``client N``."""
    text: str
    nonce: str
    """The part of ``text`` that exists nowhere else."""
    sent: int
    """Index in the play's order of events: comparable with ``settled`` of the same play."""
    settled: int | None
    """Index at which the server had next settled; None: it never did."""

    @property
    def typed(self) -> bool:
        """Whether it was typed on the terminal."""
        return self.source == "terminal"


Failure = event.Stuck | event.GaveUp | event.Ended | event.Refused
"""An event that cuts a scenario short."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Play:
    """A scenario that was played once. No two are equal."""

    file_name: str
    """The submission's own file name; it runs under a neutral one."""
    source: bytes = b""
    """The submission: the file that is run."""
    modules: tuple[Module, ...] = ()
    """The files beside it that it imports."""
    scenario: ScenarioName
    fresh: bool = True
    """Whether the server was started for it. False: it had played the scenario before."""
    ending: str
    typing: bool
    taken_ports: tuple[int, ...]
    """Ports on which other programs listened when the server was started."""
    listening: event.Listening | None
    messages: tuple[Message, ...]
    observed: tuple[tuple[int, event.Observed], ...]
    """Each with its index in the play's order."""
    departures: tuple[tuple[int, str], ...]
    """Each departure: its index in the play's order, and the client."""
    closed_by_server: tuple[tuple[int, str], ...]
    """Each time the server closed the connection of a client that had not left: the index in the
    play's order, and the client."""
    failure: Failure | None
    """The event that cut the scenario short; None: it was played to its end."""
    restarted: event.Restarted | None
    """None: the server was not restarted."""
    complete: bool
    """False: the run was lost, or its time was over, before the play was over."""
    stopped: event.Stopped | None
    """None: the play is not complete, or the server went on to another scenario."""
    files: tuple[LogFile, ...]
    """What the server has logged, and left behind: see :mod:`grader.model.files`. Of a file that
    was begun before a scenario from which the server went on, what that scenario has added."""
    terminal: bytes
    """All that its terminal showed meanwhile."""
    found: dict[Look, frozenset[str]] = field(default_factory=dict)
    """The messages that the files contained, or had contained before they were rewritten
    unprompted, at the last look of each kind."""
    logged: dict[str, int] = field(default_factory=dict)
    """For each message that a look at the files has found, the index in the play's order of the
    first look that did. The agent looks whenever the server has settled; later looks may not be
    there where the files are large."""
    misplaced: frozenset[str] = frozenset()
    """The messages that stood before one that had been sent and logged earlier when a look at the
    files first found them."""
    rewritten: bool = False
    """Whether the server rewrites its files unprompted, such as by a timer: in this play before it
    was stopped, or in any other in which it was not left alone."""
    takes_out: bool = False
    """Whether it was seen to take messages out so, in any play. A message that is not logged may
    then have been taken out before anybody saw it."""
    taken_out: frozenset[str] = frozenset()
    """The messages that vanished from the files so."""
    started: int = 0
    """Nanoseconds on the agent's clock."""
    over: int = 0
    letters: int = 0
    """The number of the nonces' letters that the server was sent."""
    replies: dict[str, bytes] = field(default_factory=dict)
    """What each client had received by the time the server was stopped, the first 4 KiB of it. A
    client that is missing received nothing."""
    events: tuple[AnyEvent, ...] = ()
    """All events, up to its end or to the server's stopping; without files and replies."""
    run: tuple["Play", ...] = field(default=(), init=False, repr=False)
    """The plays of the history that it belongs to, which sets this: of each scenario, the one that
    counts."""

    @property
    def typed(self) -> tuple[Message, ...]:
        """The messages that were typed."""
        return tuple(message for message in self.messages if message.typed)

    @property
    def client_ports(self) -> dict[str, str]:
        """The clients that connected, by the ports that the server knows them by, in digits."""
        return {str(e.port): e.source for e in self.events if isinstance(e, event.Connected)}

    @property
    def ended(self) -> event.Ended | None:
        """The server's end on its own during the scenario; None: it did not end."""
        return self.failure if isinstance(self.failure, event.Ended) else None


def settle_doubts(plays: Iterable[Play]) -> Iterator[Play]:
    """Let the plays of a server that rewrites its files unprompted bear each other out.

    Whether it does so is seen by chance: so it holds for all plays. A message that was taken out
    before anybody saw it is left out of its play if an earlier play of the scenario has found it.
    But a server that is never seen to take messages out has lost it, and few are taken out in the
    moment before they are seen: where more are missing, they stay, and are uncertain.
    """
    plays = list(plays)
    always = any(play.rewritten and play.scenario != "quiet" for play in plays)
    takes_out = any(play.taken_out for play in plays)
    known: dict[tuple[str, str], set[str]] = {}
    for play in plays:
        found = known.setdefault((play.scenario, play.ending), set())
        found.update(play.logged)
        if always or play.rewritten:
            unseen = (found - play.logged.keys()) & {m.name for m in play.messages}
            if not takes_out or len(unseen) > 1 + len(play.messages) // _UNSEEN:
                unseen = set()
            certain = tuple(m for m in play.messages if m.name not in unseen)
            yield replace(play, rewritten=True, takes_out=takes_out, messages=certain)
        else:
            yield play


_UNSEEN = 20
"""Of so many messages, one may be taken out before anybody sees it; and one more."""
