"""How checks speak of what happened: sources, messages, what a server does."""

import re
from collections.abc import Iterable

from grader.model import event
from grader.model.history import Message
from grader.model.text import Text, say, say_count

_CLIENT = re.compile(r"client (\d+)")


_TOLD = 4
"""Of so many the first ones are named: a crowd waits for one and the same reason."""

_OTHERS = say("others")

_WATCHED = 6
"""The same of what a ``select`` watches, where one that is missing says more."""


def source(name: str) -> Text:
    """A source, or another thing that a server waits for, as a person calls it."""
    if client := _CLIENT.fullmatch(name):
        return say("client {number}", number=int(client[1]))
    match name:
        case "terminal":
            return say("the terminal")
        case "listening socket":
            return say("the listening socket")
        case "another socket":
            return say("another socket")
    return say("{name}", name=name)


def sources(names: Iterable[str]) -> tuple[Text, ...]:
    """Several of them, each once, in their order; of many the first."""
    listed = sorted(set(names), key=lambda name: (len(name), name))
    return (*map(source, listed[:_TOLD]), *([_OTHERS] if listed[_TOLD:] else []))


def quote(message: Message) -> Text:
    """A message as a person may look for it."""
    return say("{text} ({source})", text=message.text, source=source(message.source))


def describe_missing(missing: tuple[Message, ...], count: int) -> Text:
    """Which messages are not in the log."""
    return say_count(
        "not in the log: {missing} of {count} message: {messages}",
        "not in the log: {missing} of {count} messages: {messages}",
        count=count,
        missing=len(missing),
        messages=(*map(quote, missing[:_TOLD]), *([_OTHERS] if missing[_TOLD:] else [])),
    )


def describe_failure(
    failure: event.Stuck | event.GaveUp | event.Ended | event.Refused,
) -> Text:
    """What kept the server from going on."""
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
        return say("killed by signal {signal}", signal=end.signal)
    if end.code is None:
        return say("exit status unknown")
    return say("exit status {code}", code=end.code)


def describe_waiting(waiting: tuple[event.PendingInput, ...]) -> Text:
    """What input waits."""
    if not waiting:
        return say("no input is waiting")
    told, more = waiting[:_TOLD], len(waiting[_TOLD:])
    others = (
        (say_count("so is {count} other", "so are {count} others", count=more),) if more else ()
    )
    return say("{what}", what=(*map(_waits, told), *others))


def _waits(waiting: event.PendingInput) -> Text:
    who = source(waiting.source)
    match waiting.what:
        case "connection":
            return say("{source} is waiting to be accepted", source=who)
        case "text":
            return say("data from {source} is waiting to be read", source=who)
        case "departure":
            return say("it has not noticed that {source} disconnected", source=who)
        case "line":
            return say("a typed line is waiting to be read")
    return say("{source} is waiting", source=who)


def describe_threads(threads: tuple[event.ThreadState, ...], *, busy: bool = False) -> Text:
    """What a server does."""
    if busy or not threads:
        return say("it runs without ever pausing")
    if len(threads) > 1:
        calls = tuple(map(describe_call, threads[:4]))
        return say("it has {count} threads: {calls}", count=len(threads), calls=calls)
    thread = threads[0]
    if not thread.call:
        return say("it is running")
    return say("it is blocked {where}", where=describe_call(thread))


def waits_for_one(thread: event.ThreadState) -> bool:
    """Whether a thread sleeps in ``poll`` for one file only, and for a time, as Python's ``accept``
    and ``recv`` do on a socket with a time limit."""
    return thread.call == "poll" and thread.timed and len(thread.watches) == 1


def describe_call(thread: event.ThreadState) -> Text:
    """Where a thread sleeps."""
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
        told, more = thread.watches[:_WATCHED], len(thread.watches[_WATCHED:])
        others = (say_count("{count} other", "{count} others", count=more),) if more else ()
        return say(
            "in `{call}`, watching {files}", call=thread.call, files=(*map(source, told), *others)
        )
    if thread.call == "accept":
        return say("in `accept`, waiting for another client to connect")
    if thread.file == "terminal" and thread.call == "read":
        return say("in `read`, waiting for someone to type")
    if thread.file:
        return say("in `{call}`, waiting for {file}", call=thread.call, file=source(thread.file))
    return say("in `{call}`", call=thread.call)
