"""Phrases that checks share: how they call sources, messages, failures and what a server does."""

import re
from collections.abc import Iterable
from itertools import starmap

from grader.model import event
from grader.model.history import Message
from grader.model.rubric import Rubric
from grader.model.text import Text, Value, cut, say, say_count
from grader.model.vocabulary import InputKind

_CLIENT = re.compile(r"client (\d+)")

_NAMED = 4
"""A phrase names this many things of one kind; a crowd of clients waits for one reason."""

_OTHERS = say("others")

_MESSAGE = 60
"""Characters of a message that a phrase quotes; one message has a thousand times as many."""

_PATH = 120
"""Characters of a path."""

_WATCHED_NAMED = 6
"""The same for what ``select`` watches, where it matters which one is missing."""


_SIGNALS = {
    1: "SIGHUP",
    2: "SIGINT",
    3: "SIGQUIT",
    4: "SIGILL",
    6: "SIGABRT",
    7: "SIGBUS",
    8: "SIGFPE",
    9: "SIGKILL",
    11: "SIGSEGV",
    13: "SIGPIPE",
    14: "SIGALRM",
    15: "SIGTERM",
    24: "SIGXCPU",
    25: "SIGXFSZ",
    31: "SIGSYS",
}
"""Linux's names of the signals that end a program: a run is also judged on other systems, which
number them otherwise."""


def source(name: str) -> Text:
    """A source of messages, or another thing that a server waits for, in words."""
    if client := _CLIENT.fullmatch(name):
        return say("client {number}", number=int(client[1]))
    match name:
        case "terminal":
            return say("the terminal")
        case "listening socket":
            return say("the listening socket")
        case "another socket":
            return say("another socket")
    return say("{name}", name=cut(name, _PATH))


def sources(names: Iterable[str]) -> tuple[Text, ...]:
    """Several sources, each once, clients by number; if there are many, only the first ones."""
    listed = sorted(set(names), key=lambda name: (len(name), name))
    return (*map(source, listed[:_NAMED]), *([_OTHERS] if listed[_NAMED:] else []))


def quote(message: Message) -> Text:
    """A message with its source, so that a person can find it in the log."""
    return say("{text} ({source})", text=cut_message(message.text), source=source(message.source))


def cut_message(text: str) -> str:
    """As much of a message's text as a person needs to recognise it."""
    return cut(text, _MESSAGE)


def paths(names: Iterable[str]) -> tuple[Text, ...]:
    """Several files, in order; if there are many, only the first ones. At least one of ``names``
    is needed."""
    listed = sorted(set(names))
    named = (say("{name}", name=cut(name, _PATH)) for name in listed[:_NAMED])
    return (*named, *([_OTHERS] if listed[_NAMED:] else []))


def describe_missing(missing: tuple[Message, ...], count: int) -> Text:
    """Which of ``count`` messages are not in the log."""
    return say_count(
        "not in the log: {missing} of {count} message: {messages}",
        "not in the log: {missing} of {count} messages: {messages}",
        count=count,
        missing=len(missing),
        messages=(*map(quote, missing[:_NAMED]), *([_OTHERS] if missing[_NAMED:] else [])),
    )


def describe_sent(messages: tuple[Message, ...]) -> Text:
    """How many messages the server was sent, and by whom."""
    if not messages:
        return say("the server was started, and nothing was sent to it")
    return say_count(
        "the server was sent {count} message, by {who}",
        "the server was sent {count} messages, by {who}",
        count=len(messages),
        who=sources(message.source for message in messages),
    )


def describe_failure(
    failure: event.Stuck | event.GaveUp | event.Ended | event.Refused,
) -> Text:
    """Why a play could not go on."""
    match failure:
        case event.Ended():
            return say("the server exited on its own ({how})", how=describe_end(failure))
        case event.Refused():
            return say(
                "{source} could not connect ({reason}): the server is no longer listening",
                source=source(failure.source),
                reason=failure.reason,
            )
    waiting = describe_waiting(failure.waiting)
    does = describe_threads(failure.threads, busy=failure.how == "busy")
    if isinstance(failure, event.GaveUp):
        return say(
            "{does}, while {waiting}; the grader gave up, and gave up again on a second run",
            does=does,
            waiting=waiting,
        )
    return say("{does}, while {waiting}", does=does, waiting=waiting)


def describe_end(end: event.Ended | event.Stopped) -> Text:
    """How a process ended."""
    if end.signal is not None:
        name = _SIGNALS.get(end.signal)
        if name is None:
            return say("killed by signal {signal}", signal=end.signal)
        return say("killed by signal {signal} ({name})", signal=end.signal, name=name)
    if end.code is None:
        return say("exit status unknown")
    return say("exit status {code}", code=end.code)


def describe_waiting(waiting: tuple[event.PendingInput, ...]) -> Text:
    """Which input the server has not read, each kind once with its sources."""
    if not waiting:
        return say("no input is waiting")
    origins: dict[InputKind, list[str]] = {}
    for pending in waiting:
        origins.setdefault(pending.what, []).append(pending.source)
    return join_clauses(tuple(starmap(_describe_pending, origins.items())))


def join_clauses(clauses: tuple[Text, ...]) -> Text:
    """Clauses as one; an enumeration of words has other separators in some languages."""
    *most, last = clauses
    if not most:
        return last
    joined = most[0]
    for clause in most[1:]:
        joined = say("{clauses}, {clause}", clauses=joined, clause=clause)
    return say("{clauses} and {clause}", clauses=joined, clause=last)


def _describe_pending(kind: InputKind, names: list[str]) -> Text:
    shown, more = names[:_NAMED], len(names[_NAMED:])
    others = (say_count("{count} other", "{count} others", count=more),) if more else ()
    origins = (*map(source, shown), *others)
    match kind:
        case "connection":
            return say_count(
                "{source} is waiting to be accepted",
                "{source} are waiting to be accepted",
                count=len(names),
                source=origins,
            )
        case "text":
            return say("data from {source} is waiting to be read", source=origins)
        case "departure":
            return say("it has not noticed that {source} disconnected", source=origins)
        case "line":
            return say("a typed line is waiting to be read")


def describe_threads(threads: tuple[event.ThreadState, ...], *, busy: bool = False) -> Text:
    """What the server is doing. ``busy``: it does not wait at all."""
    if busy or not threads:
        return say("it runs without ever pausing")
    if len(threads) > 1:
        calls = tuple(say("one {where}", where=describe_call(t)) for t in threads[:_NAMED])
        return say("it has {count} threads: {calls}", count=len(threads), calls=join_clauses(calls))
    thread = threads[0]
    if not thread.call:
        return say("it is running")
    return say("it is blocked {where}", where=describe_call(thread))


def quote_multiplexers(rubric: Rubric) -> Text:
    """The system calls that count as multiplexing, as a finding names them."""
    fields: dict[str, Value] = {f"call{n}": name for n, name in enumerate(rubric.multiplexers)}
    return Text(" / ".join(f"`{{{field}}}`" for field in fields), fields)


def waits_for_one(thread: event.ThreadState) -> bool:
    """Whether a thread waits in ``poll`` for a single file with a timeout, which is how Python
    implements ``accept`` and ``recv`` on a socket with a timeout."""
    return thread.call == "poll" and thread.timed and len(thread.watches) == 1


def describe_call(thread: event.ThreadState) -> Text:
    """The call in which a thread is blocked, and for what."""
    if not thread.call:
        return say("running")
    if waits_for_one(thread):
        (file,) = thread.watches
        return say(
            "in `poll` on {file} alone, as `{call}` with a timeout does",
            file=source(file),
            call={"listening socket": "accept", "terminal": "read"}.get(file, "recv"),
        )
    if thread.call in ("select", "poll") and thread.watches:
        shown, more = thread.watches[:_WATCHED_NAMED], len(thread.watches[_WATCHED_NAMED:])
        others = (say_count("{count} other", "{count} others", count=more),) if more else ()
        return say(
            "in `{call}`, watching {files}", call=thread.call, files=(*map(source, shown), *others)
        )
    if thread.call == "accept":
        return say("in `accept`, waiting for a client to connect")
    if thread.file == "terminal" and thread.call == "read":
        return say("in `read`, waiting for someone to type")
    if thread.file:
        return say("in `{call}`, waiting for {file}", call=thread.call, file=source(thread.file))
    return say("in `{call}`", call=thread.call)
