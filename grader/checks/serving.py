"""Whether the server read and logged what it was sent, and the finding if it did not.

:mod:`grader.checks.diagnosis` decides what is to blame.
"""

from grader.checks.causes.serving import LOOP_ENDS, LOSES_MESSAGES
from grader.checks.diagnosis import Loss, Suspects, find_cause, is_alone
from grader.checks.error_causes import printed_mistake
from grader.checks.phrases import (
    describe_failure,
    describe_missing,
    quote,
    sources,
)
from grader.checks.quotations import quote_around
from grader.checks.source_code import read_source
from grader.checks.terminal_output import (
    interrupted_at,
    quote_traceback,
    terminal_before_stop,
    terminal_tail,
    tracebacks,
)
from grader.logs.encodings import format_of
from grader.logs.evidence import PlayEvidence, log_evidence
from grader.model.history import History, Message, Play
from grader.model.outcome import Cause, Finding
from grader.model.text import Text, cut, say


def service_failure(
    history: History,
    play: Play,
    evidence: PlayEvidence,
    messages: tuple[Message, ...],
    *,
    done: Text,
    cause: Cause,
    lost: Cause = LOSES_MESSAGES,
    ended: Cause = LOOP_ENDS,
    proved: Cause | None = None,
) -> Finding | None:
    """Return a finding if ``play`` failed or some of ``messages`` are not logged; None otherwise.

    ``done`` says what the server was asked. The other arguments are for
    :class:`~grader.checks.diagnosis.Suspects`: ``cause`` for a server that did not go on, ``lost``
    for one that did and did not log every message, ``ended`` for one that exited without an error.
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
    formats = {name: file for file in play.files if (name := format_of(file.data))}
    if missing and formats:
        seen += [
            say("{path} is a {format} file, and no text", path=cut(file.path, 200), format=name)
            for name, file in formats.items()
        ]
    silent = bool(missing) and not any(file.size for file in play.files)
    # The agent only looks for the nonces' letters, so it may find a message in the remains of two
    # others; then it still finds it at the end.
    last = play.found.get("stopped", frozenset())
    vanished = [
        m
        for m in missing
        if any(m.name in f for f in play.found.values()) and m.name not in last and not formats
    ]
    if silent and not vanished and not play.ended:
        seen.append(say("it has written nothing to any file"))
    if vanished:
        seen.append(
            say("{message} was in the file earlier and is gone now", message=quote(vanished[0]))
        )
    shown = terminal_tail(play) if play.ended else _error(history, play, missing)
    if missing and not shown and not tracebacks(play):
        # The program may have caught an error and printed it in its own way.
        before = terminal_before_stop(play)
        shown = before if silent or printed_mistake(before) else ()
    emptied = bool(vanished) or _is_tail_left(play, evidence, messages, missing)
    loss = Loss(missing=missing, vanished=bool(vanished), emptied=emptied, dropped=bool(dropped))
    suspects = Suspects(blocked=cause, lost=lost, ended=ended, proved=proved)
    return Finding(
        done=done,
        expected=say("the server reads and logs every message, and keeps running"),
        seen=tuple(seen),
        log=quote_around(play, evidence, missing[0]) if missing else (),
        terminal=shown,
        cause=find_cause(history, play, evidence, messages, loss, shown, suspects),
    )


def _is_tail_left(
    play: Play,
    evidence: PlayEvidence,
    messages: tuple[Message, ...],
    missing: tuple[Message, ...],
) -> bool:
    """Whether the later messages are logged, and the earlier ones are not.

    Messages missing at the beginning may just never have been logged, and a source's first one may
    have been taken for its name. Any other pattern means that the file was emptied.
    """
    if missing == messages:  # what is asked of the play may be a part of what was sent
        messages = play.messages
        missing = tuple(message for message in messages if message not in evidence)
    heads = {m.source: m for m in reversed(messages)}.values()
    return missing == messages[: len(missing)] != messages and not set(missing) <= set(heads)


def _error(history: History, play: Play, missing: tuple[Message, ...]) -> tuple[str, ...]:
    """The last traceback that may explain why ``play`` failed or ``missing`` are not logged; empty:
    there is none.

    An error that is shown in a play that lost nothing of the kind, too, has lost nothing. One that
    has ended the thread that receives from a client came after all that it read from that client.
    """
    found = tracebacks(play)
    if not found:
        return ()
    harmless = {
        traceback.key
        for other in history.plays
        if other is not play and _logs_all(other, {message.typed for message in missing})
        for traceback in tracebacks(other)
    }
    last = {message.source: message for message in play.messages}.values()
    cut_off = play.failure is not None or any(message in last for message in missing)
    receiving = read_source(play.source, play.modules).receiving
    return next(
        (
            quote_traceback(each)
            for each in found
            if each.key not in harmless
            and (cut_off or not each.in_thread or each.functions.isdisjoint(receiving))
        ),
        (),
    )


def _logs_all(play: Play, kinds: set[bool]) -> bool:
    """Whether a play to its end has messages of all ``kinds``, typed or not, and logged them."""
    evidence = log_evidence(play)
    asked = [message for message in play.messages if message.typed in kinds]
    logged = all(message in evidence for message in asked)
    return bool(asked) and {m.typed for m in asked} == kinds and logged and not play.failure


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
        message not in evidence for message in play.messages if is_alone(message, play.messages)
    )
