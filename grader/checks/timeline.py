"""What is drawn of each play: a function of the evidence, as the checks are."""

from collections.abc import Iterable

from grader.checks.logbook import Logged, logged
from grader.checks.order import crossings
from grader.checks.shown import terminal_tail
from grader.checks.words import describe_failure, describe_threads
from grader.model import event
from grader.model.event import AnyEvent
from grader.model.history import History, Play
from grader.model.text import Text, say
from grader.model.timeline import Drawn, Kind, LogLine, Span, State, Step, Timeline

LINES = 120
"""Lines of a log that are shown: those with messages, their neighbours, the first and the last."""

TERMINAL = 60
"""Lines of a terminal that are shown."""

MESSAGES = 400
"""Messages that are drawn: the most that a scenario sends."""


def timelines(history: History) -> tuple[Timeline, ...]:
    """The play of each scenario that counts, in the order in which they were played."""
    names = dict.fromkeys(play.scenario for play in history.plays)
    plays = (history.play(name) for name in names)
    return tuple(timeline(play) for play in plays if play is not None)


def timeline(play: Play) -> Timeline:
    """What is drawn of one play."""
    log = logged(play)
    steps = _steps(play)
    sent = {step.message: number for number, step in enumerate(steps) if step.message}
    crossed = _crossed(play, log)
    messages = tuple(
        Drawn(
            name=m.name,
            source=m.source,
            text=m.text[:200],
            step=sent[m.name],
            line=log.places[m.name].line if m in log else None,
            crossed=m.name in crossed,
        )
        for m in play.messages[:MESSAGES]
        if m.name in sent
    )
    lines, left_out = _lines(log, messages)
    sources = dict.fromkeys(step.source for step in steps if step.source)
    return Timeline(
        scenario=play.scenario,
        sources=tuple(sorted(sources, key=lambda name: name != "terminal")),
        steps=steps,
        messages=messages,
        spans=tuple(_spans(play, steps)),
        path=log.books[0].path if log.books else "",
        log=lines,
        left_out=left_out,
        terminal=terminal_tail(play, TERMINAL),
        remark=describe_failure(play.failure) if play.failure else None,
    )


def _steps(play: Play) -> tuple[Step, ...]:
    found = []
    for happened in play.events:
        step = _step(happened)
        if step is not None:
            kind, source, message = step
            at = max(0, happened.at - play.started)
            found.append(Step(at=at, kind=kind, source=source, message=message))
    return tuple(found)


def _step(happened: AnyEvent) -> tuple[Kind, str, str] | None:
    match happened:
        case event.Listening():
            return "start", "", ""
        case event.Connected(source=source):
            return "connect", source, ""
        case event.Sent(source=source, message=message):
            return "send", source, message
        case event.Left(source=source) | event.Cut(source=source):
            return "leave", source, ""
        case event.Settled():
            return "settle", "", ""
        case event.Stuck() | event.Impatient() | event.Ended() | event.Refused():
            return "fail", "", ""
        case event.Stopping():
            return "stop", "", ""
    return None


def _spans(play: Play, steps: tuple[Step, ...]) -> Iterable[Span]:
    """Between what it is given and the next rest it works; then it sleeps, if it ever does."""
    asleep = _asleep(play)
    first = 0
    state: State = "works"
    for number, step in enumerate(steps):
        if step.kind == "fail":
            yield _span(first, number, state, asleep)
            remark = describe_failure(play.failure) if play.failure else say("it could not go on")
            gone = isinstance(play.failure, event.Ended)
            yield Span(
                first=number, last=len(steps), state="gone" if gone else "sleeps", what=remark
            )
            return
        now: State = "sleeps" if step.kind in ("settle", "start") else "works"
        if now != state:
            if number > first:
                yield _span(first, number, state, asleep)
            first, state = number, now
    if steps:
        yield _span(first, len(steps), state, asleep)


def _span(first: int, last: int, state: State, asleep: Text) -> Span:
    if state == "works":
        return Span(first=first, last=last, state="works", what=say("it works"))
    return Span(first=first, last=last, state="sleeps", what=asleep)


def _asleep(play: Play) -> Text:
    """What it was seen to sleep in, where anybody looked."""
    for _, observed in reversed(play.observed):
        return describe_threads(observed.threads)
    return say("it sleeps")


def _crossed(play: Play, log: Logged) -> set[str]:
    """The messages whose order in the log is wrong."""
    found = set()
    for book in log.books:
        placed = [
            (place.offsets[0], place.offsets[-1 if place.cut else 0], m)
            for m in play.messages
            if (place := log.places.get(m.name)) and place.book is book
        ]
        for crossing in crossings(placed):
            found |= {crossing.former.name, crossing.latter.name}
    return found


def _lines(log: Logged, messages: tuple[Drawn, ...]) -> tuple[tuple[LogLine, ...], int]:
    """The lines that are shown, and how many are not."""
    if not log.books:
        return (), 0
    book = log.books[0]
    holding: dict[int, list[str]] = {}
    for message in messages:
        place = log.places.get(message.name)
        if place is not None and place.book is book:
            holding.setdefault(place.line, []).append(message.name)
    wanted = {n for line in holding for n in (line - 1, line, line + 1)}
    wanted |= set(range(1, 4)) | set(range(book.lines - 2, book.lines + 1))
    numbers = sorted(n for n in wanted if 1 <= n <= book.lines)[:LINES]
    shown = tuple(
        LogLine(number=n, text=book.text(n), messages=tuple(holding.get(n, ()))) for n in numbers
    )
    return shown, book.lines - len(shown)
