"""Timelines: what reports draw of each play. A pure function of the history, as the checks are."""

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

import msgspec

from grader.checks.phrases import describe_failure, describe_threads
from grader.checks.quotations import under_own_names
from grader.checks.spinning import describe_cpu_use, spins
from grader.checks.terminal_output import interrupted_line, line_count, raised_at, terminal_screen
from grader.grading.faults import find_faults
from grader.grading.handlers import NO_HANDLERS, Handlers, find_handlers
from grader.logs.evidence import PlayEvidence, log_evidence
from grader.logs.order import all_crossings
from grader.model import event
from grader.model.event import AnyEvent
from grader.model.history import History, Play
from grader.model.report import Entry
from grader.model.text import Text, cut, say
from grader.model.timeline import (
    Drawn,
    Kind,
    LogExcerpt,
    LogLine,
    Span,
    Spot,
    State,
    Step,
    Timeline,
)

LINES = 120
"""Lines of a log that are shown besides those with messages: neighbours, the first, the last."""

TERMINAL = 60
"""Lines of the terminal that are shown, the last ones."""

MESSAGES = 400
"""Messages that are drawn; no scenario sends more."""

AGAIN = 4
"""Lines that are drawn for a repeated message: enough to show that it is repeated."""


def timelines(history: History, entries: Sequence[Entry] = ()) -> tuple[Timeline, ...]:
    """Draw the play of each scenario that counts, in the order in which they were played, with the
    faults for which ``entries`` failed."""
    plays = history.counting
    handlers = find_handlers(history.source, history.modules)
    drawn = [timeline(play, handlers) for play in plays]
    faults = find_faults(entries, list(zip(plays, drawn, strict=True)))
    return tuple(
        msgspec.structs.replace(each, faults=faults.get(each.scenario, ())) for each in drawn
    )


def timeline(play: Play, handlers: Handlers = NO_HANDLERS) -> Timeline:
    """Draw one play of the program that has these ``handlers``, without its faults."""
    evidence = log_evidence(play)
    events = tuple(_drawn_events(play))
    terminal = terminal_screen(play, TERMINAL)
    steps = tuple(_step(happened, play, handlers, len(terminal)) for happened in events)
    sent = {step.message: number for number, step in enumerate(steps) if step.message}
    written = _written(play, events)
    crossed, repeated = _crossed(evidence), _repeated(evidence)
    messages = tuple(
        Drawn(
            name=m.name,
            source=m.source,
            text=cut(m.text, 200),
            step=sent[m.name],
            spots=_spots(evidence, m.name, m.name in repeated),
            written=max(sent[m.name], written.get(m.name, len(steps) - 1)),
            crossed=m.name in crossed,
            repeated=m.name in repeated,
        )
        for m in play.messages[:MESSAGES]
        if m.name in sent
    )
    sources = dict.fromkeys(step.source for step in steps if step.source)
    return Timeline(
        scenario=play.scenario,
        sources=tuple(sorted(sources, key=lambda name: name != "terminal")),
        steps=steps,
        messages=messages,
        spans=tuple(_spans(events)),
        logs=tuple(
            LogExcerpt(path=cut(stream.path, 200), lines=tuple(_lines(play, number, messages)))
            for number, stream in enumerate(evidence.streams)
        ),
        terminal=terminal,
        remark=describe_failure(play.failure) if play.failure else None,
    )


def _drawn_events(play: Play) -> Iterator[AnyEvent]:
    """Yield the events that are steps; those of a client that is not connected are not."""
    there = set()
    for happened in play.events:
        match happened:
            case event.Connected(source=source):
                there.add(source)
            case (
                event.Left(source=source)
                | event.Reset(source=source)
                | event.ClosedByServer(source=source)
            ):
                if source not in there:
                    continue
                there.remove(source)
        if type(happened) in _KINDS:
            yield happened


_KINDS: dict[type[AnyEvent], Kind] = {
    event.Listening: "start",
    event.Connected: "connect",
    event.Sent: "send",
    event.Left: "leave",
    event.Reset: "leave",
    event.ClosedByServer: "closed-by-server",
    event.Settled: "settle",
    event.Observed: "watch",
    event.Restarted: "restart",
    event.Stuck: "fail",
    event.GaveUp: "fail",
    event.Ended: "fail",
    event.Refused: "fail",
    event.Stopping: "stop",
}


def _step(happened: AnyEvent, play: Play, handlers: Handlers, lines: int) -> Step:
    of_source = (event.Connected, event.Sent, event.Left, event.Reset, event.ClosedByServer)
    return Step(
        at=max(0, happened.at - play.started),
        kind=_KINDS[type(happened)],
        source=happened.source if isinstance(happened, of_source) else "",
        message=happened.message if isinstance(happened, event.Sent) else "",
        line=_line(happened, play, handlers),
        shown=_shown(happened, play, lines),
    )


def _shown(happened: AnyEvent, play: Play, lines: int) -> int | None:
    """How many of the last ``lines`` of the terminal were there by then; None: unknown."""
    if not isinstance(happened, event.Settled | event.Stuck | event.GaveUp):
        return None
    by_then = happened.shown
    if by_then is None or by_then > len(play.terminal):
        return None
    later = line_count(play.terminal) - line_count(play.terminal[:by_then])
    return max(0, lines - later)


def _line(happened: AnyEvent, play: Play, handlers: Handlers) -> int:
    """The line of the program at which the server is then; 0: unknown."""
    match happened:
        case event.Stuck() | event.GaveUp():
            threads = happened.threads
            call = handlers.line(threads[0].call) if len(threads) == 1 else 0
            at = interrupted_line(play)
            return call if at is None else 0 if at.file else at.number
        case event.Ended():
            return raised_at(play) or 0
        case event.Observed(threads=(one,)):
            return handlers.line(one.call)
        case event.Connected():
            return handlers.line("accept")
        case event.Sent(source="terminal"):
            return handlers.line("read")
        case event.Sent() | event.Left() | event.Reset():
            return handlers.line("recv")
    return 0


def _written(play: Play, events: tuple[AnyEvent, ...]) -> dict[str, int]:
    """For each message that a look at the files has found, the step before that look."""
    times = [happened.at for happened in events]
    return {
        name: max(0, bisect(times, look.at) - 1)
        for look in play.events
        if isinstance(look, event.Logged)
        for name in look.messages
    }


def _spans(events: tuple[AnyEvent, ...]) -> Iterator[Span]:
    """Yield what the server did, from each step that changes it up to the next such step."""
    first = 0
    does: tuple[State, Text, bool] | None = None
    for number, happened in enumerate(events):
        now = _does(happened)
        if now == does and not isinstance(happened, event.Stopping):
            continue
        if does and number > first:
            yield _span(first, number, *does)
        if isinstance(happened, event.Stopping):
            return
        first, does = number, now
    if does:
        yield _span(first, len(events), *does)


def _span(first: int, last: int, state: State, what: Text, seen: bool) -> Span:
    return Span(first=first, last=last, state=state, what=what, seen=seen)


def _does(happened: AnyEvent) -> tuple[State, Text, bool]:
    """The server's state from ``happened`` on, a sentence about it, and whether it was observed."""
    match happened:
        case event.Observed() if spins(happened):
            return "spins", describe_cpu_use(happened), True
        case event.Observed():
            return "sleeps", describe_threads(happened.threads), True
        case event.Settled(asleep=False) | event.GaveUp(how="busy"):
            return "spins", describe_threads((), busy=True), True
        case event.Listening() | event.Settled():
            return "sleeps", say("it sleeps"), False
        case event.Stuck() | event.GaveUp():
            return "stuck", describe_failure(happened), True
        case event.Ended():
            return "gone", describe_failure(happened), True
        case event.Restarted():
            return "gone", say("it was stopped and started again"), True
    return "works", say("it works"), False


def _crossed(evidence: PlayEvidence) -> set[str]:
    """The names of the messages whose order in the log is wrong."""
    found = evidence.crossing(evidence.play.messages)
    if not found:
        return set()
    reading, _ = found
    asked = [m for m in evidence.play.messages if m.name not in evidence.nicknames]
    return {m.name for crossing in all_crossings(reading.locations, asked) for m in crossing}


def _repeated(evidence: PlayEvidence) -> set[str]:
    """The names of the messages that are logged more often than they were sent."""
    return {message.name for message in evidence.repeated[1]} if evidence.repeated else set()


def _spots(evidence: PlayEvidence, message: str, repeated: bool) -> tuple[Spot, ...]:
    """The lines to draw for a message: where it is read; if ``repeated``, all that mention it."""
    reading = evidence.reading
    location = (reading.mentions if repeated else reading.locations).get(message)
    if location is None:
        return ()
    number = evidence.streams.index(location.stream)
    lines = sorted(location.lines)[: AGAIN if repeated else 1]
    return tuple(Spot(log=number, line=line) for line in lines)


def _lines(play: Play, number: int, messages: tuple[Drawn, ...]) -> Iterator[LogLine]:
    """Yield the lines of log ``number`` that are shown: with messages, and some around them."""
    stream = log_evidence(play).streams[number]
    holding: dict[int, list[str]] = {}
    for message in messages:
        for spot in message.spots:
            if spot.log == number:
                holding.setdefault(spot.line, []).append(message.name)
    last = 0
    for line in sorted(holding.keys() | set(islice(_around(holding, stream.line_count), LINES))):
        yield LogLine(
            number=line,
            text=under_own_names(stream.line_text(line), play.file_name),
            messages=tuple(holding.get(line, ())),
            before=line - last - 1,
        )
        last = line


def _around(holding: Iterable[int], count: int) -> Iterator[int]:
    """Yield a log's first lines, its last ones, and the neighbours of lines with messages."""
    ends = chain(range(1, 4), range(count, count - 3, -1))
    neighbours = (near for line in sorted(holding) for near in (line - 1, line + 1))
    return (n for n in dict.fromkeys(chain(ends, neighbours)) if 1 <= n <= count)
