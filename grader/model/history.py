"""A run's history: the events of each scenario, as values that the checks read."""

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from grader.model import event
from grader.model.decoding import EventError, Unpacker
from grader.model.event import AnyEvent
from grader.model.files import LogFile as LogFile
from grader.model.files import combined
from grader.model.plan import NONCE_ALPHABET
from grader.model.play import Failure as Failure
from grader.model.play import Message as Message
from grader.model.play import Play as Play
from grader.model.play import settle_doubts
from grader.model.program import Module, imported_modules
from grader.model.text import Text
from grader.model.vocabulary import ScenarioName


@dataclass(frozen=True, kw_only=True)
class History:
    """One run, from its first event to its last."""

    source: bytes
    """The submission: the file that is run."""
    agent: event.Agent | None
    plays: tuple[Play, ...]
    ending: str
    """The line ending that the server turned out to need after clients' messages."""
    finished: bool
    """False: the run was lost, or ran out of time. What is missing cannot be judged."""
    out_of_time: bool
    spent: tuple[event.TimeSpent, ...] = ()
    """What the server itself has used of the time, in a run that ran out of it."""
    out_of_memory: bool = False
    """The sandbox ran out of memory twice, and the kernel killed the agent. What is missing was not
    played."""
    took: int = 0
    """Nanoseconds that the run took."""
    lost: Text | None = None
    """Why the run ended before the agent had played everything; None: it did not, or why is
    unknown."""
    modules: tuple[Module, ...] = ()
    """The files beside ``source`` that it imports."""

    def __post_init__(self) -> None:
        counting = self.counting
        for play in self.plays:
            object.__setattr__(play, "run", counting)

    @property
    def over(self) -> bool:
        """Whether the run was not lost: what ended it is known, and would do so again."""
        return self.finished or self.out_of_time or self.out_of_memory

    @property
    def rewritten(self) -> bool:
        """Whether the server rewrites its files unprompted while it is not left alone."""
        return any(play.rewritten and play.scenario != "quiet" for play in self.plays)

    @property
    def times(self) -> dict[str, int]:
        """The number of plays of each scenario, in the order in which they were first played."""
        return dict(Counter[str](play.scenario for play in self.plays))

    @property
    def counting(self) -> tuple[Play, ...]:
        """The play that counts of each scenario, in the order in which they were first played."""
        plays = map(self.play, dict.fromkeys(play.scenario for play in self.plays))
        return tuple(play for play in plays if play is not None)

    def play(self, scenario: ScenarioName) -> Play | None:
        """The play of a scenario that counts; None: there is none."""
        plays = [play for play in self.plays if play.scenario == scenario]
        if plays and not plays[-1].complete:
            return plays[-1]  # lost while it was played again: which one counts is unknown
        fitting = [play for play in plays if play.ending == self.ending]
        return fitting[-1] if fitting else plays[-1] if plays else None


NOTHING_RAN = History(source=b"", agent=None, plays=(), ending="", finished=True, out_of_time=False)
"""The history of a submission that was not run, because it was refused."""


def read_history(
    events: Iterable[AnyEvent],
    file_name: str = "submission.py",
    source: bytes = b"",
    lost: Text | None = None,
    files: Mapping[str, bytes] = {},
) -> History:
    """Assemble the events of a run of the program ``file_name``, whose text is ``source``, with
    ``files`` beside it.

    The last scenario of a run that ended early was not played to its end, whatever it shows: the
    agent might have gone on, or played it again.

    Raises:
        EventError: one of them has invalid packed data, all of it is too much, or two messages of
            a scenario have one name.
    """
    listed = list(events)
    _check_names(listed)
    unpack = Unpacker()
    finished = any(isinstance(e, event.Finished) for e in listed)
    program = _Program(file_name, source, imported_modules(source, files))
    plays = _read_plays(listed, program, unpack, finished=finished)
    late = next((e for e in listed if isinstance(e, event.OutOfTime)), None)
    chosen = [e.ending for e in listed if isinstance(e, event.Chosen)]
    return History(
        source=source,
        modules=program.modules,
        agent=next((e for e in listed if isinstance(e, event.Agent)), None),
        plays=tuple(settle_doubts(plays)),
        ending=chosen[-1] if chosen else "",
        finished=finished,
        out_of_time=late is not None,
        spent=late.spent if late else (),
        out_of_memory=any(isinstance(e, event.OutOfMemory) for e in listed),
        took=listed[-1].at if listed else 0,
        lost=lost,
    )


def _check_names(events: Iterable[AnyEvent]) -> None:
    """Check that a message's name stands for one message of its scenario."""
    named: set[str] = set()
    for e in events:
        if isinstance(e, event.Scenario):
            named = set()
        elif isinstance(e, event.Sent):
            if e.message in named:
                raise EventError(f"two messages have the name {e.message[:50]!r}")
            named.add(e.message)


class _Program(NamedTuple):
    file_name: str
    source: bytes
    modules: tuple[Module, ...]


def _read_plays(
    events: list[AnyEvent], program: _Program, unpack: Unpacker, *, finished: bool
) -> Iterator[Play]:
    """The plays that count, each with the listening socket of the server that it was played on."""
    starts = [i for i, e in enumerate(events) if isinstance(e, event.Scenario)]
    plays: list[Play] = []
    for start, end in pairwise([*starts, len(events)]):
        play = _read_play(events[start:end], program, unpack)
        if not finished and start == starts[-1]:
            play = replace(play, complete=False, stopped=None)
        if not play.fresh and plays:
            former = plays[-1]
            listening = play.listening or former.listening
            play = replace(play, taken_ports=former.taken_ports, listening=listening)
        plays.append(play)
        for e in events[start:end]:
            if isinstance(e, event.Discarded):
                plays = [play for play in plays if play.scenario not in e.scenarios]
    return iter(plays)


def _read_play(events: list[AnyEvent], program: _Program, unpack: Unpacker) -> Play:
    """The play whose first event is the beginning of a scenario."""
    scenario = events[0]
    assert isinstance(scenario, event.Scenario)
    stopping = next((i for i, e in enumerate(events) if isinstance(e, event.Stopping)), len(events))
    # The last event of a server, and the last one of a scenario from which it goes on.
    stopped = any(isinstance(e, event.TerminalOutput) for e in events)
    went_on = next((i for i, e in enumerate(events) if isinstance(e, event.WentOn)), None)
    if went_on is not None:
        stopped = any(isinstance(e, event.TerminalOutput) for e in events[went_on:])
    departures = tuple((i, e.source) for i, e in enumerate(events) if isinstance(e, event.Left))
    gone = {who: i for i, who in departures}
    return Play(
        file_name=program.file_name,
        source=program.source,
        modules=program.modules,
        scenario=scenario.name,
        fresh=scenario.fresh,
        ending=scenario.ending,
        typing=scenario.typing,
        taken_ports=next((e.taken for e in events if isinstance(e, event.Started)), ()),
        listening=next((e for e in events if isinstance(e, event.Listening)), None),
        messages=_messages(events, stopping),
        observed=tuple((i, e) for i, e in enumerate(events) if isinstance(e, event.Observed)),
        departures=departures,
        closed_by_server=tuple(
            (i, e.source)
            for i, e in enumerate(events[:stopping])
            if isinstance(e, event.ClosedByServer) and (e.source not in gone or i < gone[e.source])
        ),
        failure=next((e for e in events[:stopping] if isinstance(e, Failure)), None),
        restarted=next((e for e in events if isinstance(e, event.Restarted)), None),
        complete=stopped or went_on is not None,
        stopped=next((e for e in events if stopped and isinstance(e, event.Stopped)), None),
        files=_settled_files(events, unpack),
        terminal=b"".join(unpack(e.data) for e in events if isinstance(e, event.TerminalOutput)),
        found={e.when: frozenset(e.messages) for e in events if isinstance(e, event.MessagesFound)},
        logged={
            name: i
            for i, e in enumerate(events)
            if isinstance(e, event.Logged)
            for name in e.messages
        },
        misplaced=frozenset(
            name for e in events if isinstance(e, event.Logged) for name in e.misplaced
        ),
        rewritten=_rewritten(events[:stopping]),
        taken_out=_taken_out(events[:stopping]),
        started=events[0].at,
        over=events[-1].at,
        letters=sum(_letters(e.text) for e in events if isinstance(e, event.Sent)),
        replies={e.source: unpack(e.data) for e in events if isinstance(e, event.Replied)},
        events=tuple(events[: stopping + 1]),
    )


def _settled_files(events: list[AnyEvent], unpack: Unpacker) -> tuple[LogFile, ...]:
    """The files as they were in the end, with what was taken out of them before that unprompted."""
    states: list[list[LogFile]] = []
    final: list[LogFile] = []
    for e in events:
        if isinstance(e, event.Rewritten) and e.unprompted:
            states.append([])
        elif isinstance(e, event.LogFile) and e.rewritten:
            if states:
                states[-1].append(_file(e, unpack))
        elif isinstance(e, event.LogFile):
            final.append(_file(e, unpack))
    nonces = {m.name: m.nonce for m in _messages(events, len(events))} if states else {}
    files = combined([*states, final], nonces)
    if states:
        unpack.keep(sum(len(file.data) for file in files))
    return files


def _file(e: event.LogFile, unpack: Unpacker) -> LogFile:
    return LogFile(path=e.path, data=unpack(e.data), size=e.size, written=e.written)


def _rewritten(events: list[AnyEvent]) -> bool:
    return any(isinstance(e, event.Rewritten) and e.unprompted for e in events)


def _taken_out(events: list[AnyEvent]) -> frozenset[str]:
    rewritings = (e for e in events if isinstance(e, event.Rewritten) and e.unprompted)
    return frozenset(name for e in rewritings for name in e.messages)


def _letters(text: str) -> int:
    return sum(map(text.count, NONCE_ALPHABET))


def _messages(events: list[AnyEvent], stopping: int) -> tuple[Message, ...]:
    settled = [i for i, e in enumerate(events[:stopping]) if isinstance(e, event.Settled)]
    return tuple(
        Message(
            name=e.message,
            source=e.source,
            text=e.text,
            nonce=e.text.split(" ", 1)[0],
            sent=i,
            settled=next(iter(settled[bisect(settled, i) :]), None),
        )
        for i, e in enumerate(events)
        if isinstance(e, event.Sent)
    )
