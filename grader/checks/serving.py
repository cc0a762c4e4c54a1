"""Whether the server read and logged what it was sent, and the finding if it did not.

A finding's cause comes from the most specific evidence: an error on the terminal, then the call in
which the server is blocked, then what happened to its files, and last the check's own cause.
"""

from grader.checks.causes.logs import LOG_VANISHED, NEVER_FLUSHED, OPENS_WITH_W
from grader.checks.causes.serving import BLOCKS, DROPS_CLIENT, LOSES_MESSAGES, NOT_IN_RLIST
from grader.checks.error_causes import error_cause
from grader.checks.phrases import (
    describe_failure,
    describe_missing,
    quote,
    source,
    sources,
    waits_for_one,
)
from grader.checks.quotations import quote_around
from grader.checks.terminal_output import (
    interrupted_at,
    last_traceback,
    terminal_before_stop,
    terminal_tail,
)
from grader.logs.evidence import PlayEvidence, log_evidence
from grader.model import event
from grader.model.history import History, Message, Play
from grader.model.outcome import Cause, Finding
from grader.model.text import Text, say


def service_failure(
    play: Play,
    evidence: PlayEvidence,
    messages: tuple[Message, ...],
    *,
    done: Text,
    cause: Cause,
    lost: Cause | None = None,
) -> Finding | None:
    """Return a finding if ``play`` failed or some of ``messages`` are not logged; None otherwise.

    ``done`` says what the server was asked. ``cause`` is for a server that did not go on, ``lost``
    (default: a general one) for a server that went on without logging every message.
    """
    missing = tuple(message for message in messages if message not in evidence)
    if play.failure is None and not missing:
        return None
    seen = []
    if play.failure is not None:
        seen.append(describe_failure(play.failure))
        seen.extend(interrupted_at(play))
    # If the server closed a client's connection, that explains its missing messages.
    dropped = {m.source for m in missing} & {who for _, who in play.closed_by_server}
    if dropped and not play.ended:
        seen.append(
            say(
                "the server closed the connection to {who}, which had not disconnected",
                who=sources(dropped),
            )
        )
    if missing:
        seen.append(describe_missing(missing, len(messages)))
    silent = bool(missing) and not any(file.size for file in play.files)
    # The agent only looks for the nonces' letters, so it may find a message in the remains of two
    # others; then it still finds it at the end.
    last = play.found.get("stopped", frozenset())
    vanished = [
        m for m in missing if any(m.name in f for f in play.found.values()) and m.name not in last
    ]
    if silent and not vanished and not play.ended:
        seen.append(say("it has written nothing to any file"))
    if vanished:
        seen.append(
            say("{message} was in the file earlier and is gone now", message=quote(vanished[0]))
        )
    shown = terminal_tail(play) if play.ended else last_traceback(play)
    if silent and not shown:
        # The program may have caught an error and printed it in its own way.
        shown = terminal_before_stop(play)
    # Messages missing at the beginning may just never have been logged, and a source's first one
    # may have been taken for its name. Any other pattern means that the file was emptied.
    heads = {m.source: m for m in reversed(messages)}.values()
    emptied = bool(vanished) or (
        missing == messages[: len(missing)] != messages and not set(missing) <= set(heads)
    )
    return Finding(
        done=done,
        expected=say("the server reads and logs every message, and keeps running"),
        seen=tuple(seen),
        log=quote_around(play, evidence, missing[0]) if missing else (),
        terminal=shown,
        cause=error_cause(shown)
        or _blocked_cause(play)
        or (DROPS_CLIENT if dropped else None)
        or (OPENS_WITH_W if emptied and play.failure is None and evidence.locations else None)
        or (LOG_VANISHED if vanished and play.failure is None else None)
        or (NEVER_FLUSHED if play.files and silent and play.failure is None else None)
        or (cause if play.failure else lost or LOSES_MESSAGES),
    )


def _blocked_cause(play: Play) -> Cause | None:
    """The cause by the call in which the server is blocked while input is waiting; None: the call
    suggests none."""
    failure = play.failure
    if not isinstance(failure, event.Stuck | event.GaveUp) or not failure.waiting:
        return None
    waiting = failure.waiting[0]
    awaited = "listening socket" if waiting.what == "connection" else waiting.source
    if any(t.call == "select" and t.watches and awaited not in t.watches for t in failure.threads):
        return NOT_IN_RLIST.about(who=source(awaited))
    if any(
        (t.call in ("read", "recv", "accept") and t.file) or waits_for_one(t)
        for t in failure.threads
    ):
        return BLOCKS
    return None


def loses_anyway(history: History, seen: Play) -> bool:
    """Whether the server loses messages for reasons that have nothing to do with the play ``seen``.

    It does if ``together``, in which no client is silent or leaves, lost a message that was sent
    with nothing else going on; and if in both plays the server went on and closed no connection.
    """
    play = history.play("together")
    if play is None or any(p.failure or p.closed_by_server for p in (play, seen)):
        return False
    evidence = log_evidence(play)
    return any(
        message not in evidence for message in play.messages if _alone(message, play.messages)
    )


def _alone(message: Message, messages: tuple[Message, ...]) -> bool:
    """Whether ``message`` is the only one that settled at its moment, so that it was sent alone."""
    settled = message.settled
    return settled is not None and [m.settled for m in messages].count(settled) == 1
