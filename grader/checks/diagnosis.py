"""What is to blame if a server did not read or log all that it was sent.

The most specific evidence decides: an error on the terminal, then the call in which the server is
blocked or how it ended, then what happened to its files, then what its source says, and last the
check's own cause.
"""

import re
from dataclasses import dataclass
from math import gcd

from grader.checks.causes import errors, idle, logs, serving, values
from grader.checks.error_causes import error_cause
from grader.checks.phrases import waits_for_one
from grader.checks.select_calls import select_calls
from grader.checks.source_code import read_source
from grader.checks.source_suspects import (
    format_without_message,
    largest_recv,
    largest_typed_read,
    reading_line,
    unused_handler,
)
from grader.checks.terminal_output import interrupted_line
from grader.checks.waiting import (
    awaited_alone,
    blocked_cause,
    not_watched,
    not_watched_cause,
)
from grader.logs.encodings import format_of
from grader.logs.evidence import PlayEvidence, log_evidence
from grader.model import event
from grader.model.history import Failure, History, Message, Play
from grader.model.outcome import Cause


@dataclass(frozen=True, kw_only=True)
class Suspects:
    """The causes that a check suspects where the evidence names none."""

    blocked: Cause
    """For a server that did not go on."""
    lost: Cause
    """For a server that went on without logging every message."""
    ended: Cause
    """For a server that exited and showed no error."""
    proved: Cause | None
    """A cause that the check has proved; it comes before all except errors."""


@dataclass(frozen=True, kw_only=True)
class Loss:
    """What became of the messages that are not in the log."""

    missing: tuple[Message, ...]
    vanished: bool
    """One of them was in the file earlier."""
    emptied: bool
    """They are the earlier ones, and later ones are there."""
    dropped: bool
    """The server closed the connection of one of their clients."""


def find_cause(
    history: History,
    play: Play,
    evidence: PlayEvidence,
    messages: tuple[Message, ...],
    loss: Loss,
    shown: tuple[str, ...],
    suspects: Suspects,
) -> Cause:
    """What is to blame for a ``loss`` among ``messages``, or for the failure of ``play``.

    ``shown``: the part of the terminal that belongs to it.
    """
    cause = _shown_cause(play, shown) or suspects.proved or _blocked(history, play)
    if cause is not None:
        return cause
    ended = _exited(play.failure, shown)
    hidden = read_source(play.source, play.modules).closing_handler
    if hidden and (loss.dropped or ended):
        return serving.HIDES_ERRORS.about(line=hidden.shown, code=hidden.code)
    if ended:
        return suspects.ended
    if loss.dropped:
        clients = {e.source for e in play.events if isinstance(e, event.Connecting)}
        return serving.DROPS_CLIENT if len(clients) > 1 else serving.CLOSES_ITS_ONLY_CLIENT
    if play.failure is None:
        return _lost(history, play, evidence, messages, loss, suspects)
    return suspects.blocked


def _shown_cause(play: Play, shown: tuple[str, ...]) -> Cause | None:
    """The cause of the error that is ``shown``; None: there is no error."""
    cause = error_cause(shown, play.source)
    if cause is None and play.ended and _shows_traceback(shown):
        return errors.UNCAUGHT_ERROR
    if cause is not errors.PEER_GONE:
        return cause
    if play.scenario == "departure":
        # Whoever leaves there has read all replies: an empty `recv` came before this error.
        return idle.DEPARTURE_NOT_HANDLED
    gone = any(isinstance(e, event.Left | event.Reset) for e in play.events)
    # A listening socket has no other end.
    return cause if gone else errors.RECV_ON_THE_LISTENER


def _exited(failure: Failure | None, shown: tuple[str, ...]) -> bool:
    """Whether the server ended itself: not by a signal, and not by an error."""
    itself = isinstance(failure, event.Ended) and failure.code is not None
    return itself and not _shows_traceback(shown)


def _shows_traceback(shown: tuple[str, ...]) -> bool:
    return any("Traceback" in line for line in shown)


def _blocked(history: History, play: Play) -> Cause | None:
    """The cause by what the server does while input is waiting; None: that suggests none."""
    failure = play.failure
    if isinstance(failure, event.Refused):
        return serving.CLOSES_THE_LISTENER
    if not isinstance(failure, event.Stuck | event.GaveUp) or not failure.waiting:
        return None
    if missed := not_watched(play):
        return not_watched_cause(history, missed)
    calls = {thread.call for thread in failure.threads}
    # Where the loop that accepts goes on, the thread that waits for a lock is missed.
    if calls == {"futex"} or ("futex" in calls and calls & {"accept", "select", "poll", "epoll"}):
        return serving.WAITS_FOR_A_LOCK
    if read_source(play.source, play.modules).iterates_terminal and any(
        t.call == "read" and t.file == "terminal" for t in failure.threads
    ):
        return serving.READS_TO_THE_END
    if any(
        (t.call in ("read", "recv", "accept") and t.file) or waits_for_one(t)
        for t in failure.threads
    ):
        return blocked_cause(history, awaited_alone(failure.threads))
    if calls == {""} and _comes_to_select(play):
        return serving.READY_NOT_READ
    return serving.SLEEPS if "sleep" in calls else None


def _comes_to_select(play: Play) -> bool:
    """Whether Ctrl-C met the server in its ``select``, which reports what it does not take."""
    at = interrupted_line(play)
    calls = select_calls(play.source, play.modules)
    return at is not None and any(call.includes(at) for call in calls)


def _lost(
    history: History,
    play: Play,
    evidence: PlayEvidence,
    messages: tuple[Message, ...],
    loss: Loss,
    suspects: Suspects,
) -> Cause:
    """The cause for a server that went on without logging ``loss.missing`` of ``messages``."""
    missing = loss.missing
    if not evidence.locations and any(format_of(file.data) for file in play.files):
        return logs.NOT_TEXT
    if loss.vanished:
        return _emptied(play) if loss.emptied and evidence.locations else logs.LOG_VANISHED
    code = read_source(play.source, play.modules)
    if dropped := code.drops_typed if missing[0].typed else code.drops_received:
        return serving.DROPS_WHAT_IT_READS.about(line=dropped.shown, code=dropped.code)
    few = (largest_typed_read if missing[0].typed else largest_recv)(play.source)
    if few and not play.modules and few[0] < len(missing[0].text.encode()):
        size, line = few
        return logs.SMALL_RECV.about(line=line.number, code=line.code, size=size)
    if loss.emptied and evidence.locations:
        return _emptied(play)
    if instead := _written_instead(play):
        return instead
    if count := _read_apart(evidence, missing[0]):
        return serving.BEGINNING_READ_APART.about(count=count)
    if _writes_by_the_lot(history):
        return serving.WRITTEN_BY_THE_LOT
    if len(missing) < len(messages):
        return _partly_lost(play, evidence, messages, missing, suspects)
    handler = unused_handler(play.source)
    if handler and not any(file.size for file in play.files):
        return serving.HANDLER_NOT_ADDED.about(line=handler.number, code=handler.code)
    if code.silent_handler:
        hidden = code.silent_handler
        return serving.HIDES_ERRORS.about(line=hidden.shown, code=hidden.code)
    if play.files and not any(file.size for file in play.files):
        if code.drops_info:
            quiet = code.drops_info
            return serving.LOGGING_LEVEL.about(line=quiet.shown, code=quiet.code)
        if _loses_its_buffer(play):
            return logs.NEVER_FLUSHED
    if not play.files and code.opens_after_loop:
        opens = code.opens_after_loop
        return serving.NEVER_GETS_TO_THE_LOG.about(line=opens.shown, code=opens.code)
    if bare := format_without_message(play.source):
        return serving.FORMAT_WITHOUT_MESSAGE.about(line=bare.number, code=bare.code)
    read = reading_line(play.source, typed=missing[0].typed)
    if (
        read
        and not play.modules
        and suspects.lost in (serving.CLIENT_TEXT_UNUSED, serving.LINE_UNUSED)
    ):
        follow = serving.FOLLOW_THE_LINE if missing[0].typed else serving.FOLLOW_THE_TEXT
        return follow.about(line=read.number, code=read.code)
    return suspects.lost


def _written_instead(play: Play) -> Cause | None:
    """The cause for a log that has what Python writes for something else in the places of texts;
    None: it has not."""
    written = b"\n".join(file.data for file in play.files)
    if _METHOD.search(written):
        return values.NOT_CALLED
    if len(_NONE.findall(written)) > 1:
        return values.NONE_VALUE
    for place in _PLACE.findall(written):
        if place in play.source:
            return values.PLACES_NOT_FILLED.about(place=place.decode())
    return None


_METHOD = re.compile(rb"<(?:built-in method|bound method|function) \w")
"""How Python writes a function that was not called."""

_NONE = re.compile(rb"\bNone\r?\n")
"""A record that ends with None."""

_PLACE = re.compile(rb"\{[A-Za-z_][A-Za-z0-9_.()]{0,40}\}|%[sd]")
"""A place in a string that was not formatted."""


def _read_apart(evidence: PlayEvidence, message: Message) -> int:
    """How many of the first characters of ``message`` are missing from the log, which has all the
    others; 0: that is not what happened to it."""
    most = len(message.nonce) // 2
    streams = evidence.all_streams
    return next(
        (
            count
            for count in range(1, most + 1)
            if any(stream.contains_exact(message.text[count:]) for stream in streams)
        ),
        0,
    )


def _partly_lost(
    play: Play,
    evidence: PlayEvidence,
    messages: tuple[Message, ...],
    missing: tuple[Message, ...],
    suspects: Suspects,
) -> Cause:
    """The same if some of the messages are logged."""
    # Elsewhere, it may be what happened just before that loses the last message.
    if missing == messages[-1:] and len(messages) > 2 and play.scenario in ("client", "terminal"):
        return serving.WRITTEN_WITH_THE_NEXT
    # What is asked of the play may be a part of what was sent.
    if tuple(m for m in play.messages if m not in evidence) in _first_messages(play):
        return serving.FIRST_MESSAGE_TAKEN
    if read_source(play.source, play.modules).emptying_opens > 1:
        return logs.OPENS_WITH_W_IN_SEVERAL_PLACES
    # What was sent alone cannot have been overlooked among others.
    alone = any(is_alone(message, play.messages) for message in missing)
    return serving.LOSES_MESSAGES if alone else suspects.lost


def _emptied(play: Play) -> Cause:
    """The cause for a log that has lost its earlier part."""
    moves = {"seek", "truncate"} & read_source(play.source, play.modules).names
    return logs.WRITES_OVER if moves else logs.OPENS_WITH_W


def _writes_by_the_lot(history: History) -> bool:
    """Whether the server logs several messages at a time, and has lost fewer in more than one play:
    those that came last."""
    logged, rests = [], []
    for play in history.plays:
        # On a server that has played another scenario, some of its messages may be part of a lot.
        if play.failure is None and play.messages and play.fresh:
            evidence = log_evidence(play)
            kept = [message in evidence for message in play.messages]
            if not all(kept[: sum(kept)]):
                return False
            logged.append(sum(kept))
            rests.append(len(kept) - sum(kept))
    lot = gcd(*logged)
    return lot > 1 and lot > max(rests) and sum(map(bool, rests)) > 1


def _first_messages(play: Play) -> tuple[tuple[Message, ...], ...]:
    """The first messages of all clients, of the terminal, and of both, as far as they sent more."""
    firsts = {m.source: m for m in reversed(play.messages)}.values()
    more = {m.source for m in play.messages if m not in firsts}
    first = tuple(m for m in play.messages if m in firsts and m.source in more)
    return first, tuple(m for m in first if m.typed), tuple(m for m in first if not m.typed)


def is_alone(message: Message, messages: tuple[Message, ...]) -> bool:
    """Whether ``message`` is the only one that settled at its moment, so that it was sent alone."""
    settled = message.settled
    return settled is not None and [m.settled for m in messages].count(settled) == 1


def _loses_its_buffer(play: Play) -> bool:
    """Whether the server ended in a way in which Python does not write what is in its buffers."""
    killed = play.stopped is not None and play.stopped.by in ("sigterm", "sigkill")
    return killed or not _UNFLUSHED.isdisjoint(read_source(play.source, play.modules).names)


_UNFLUSHED = frozenset(("_exit", "SIG_DFL", "kill", "abort"))
"""Names in the source of a program that may end without writing what is in its buffers."""
