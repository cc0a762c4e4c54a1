"""Whether what clients send and what is typed is in the log, in one log."""

import re
from collections.abc import Iterable

from grader.checks.causes.logs import SEPARATE_LOGS
from grader.checks.causes.serving import (
    CLIENT_TEXT_UNUSED,
    LINE_UNUSED,
    READY_NOT_READ,
    TERMINAL_NOT_WATCHED,
)
from grader.checks.check import Check, history_only, require_play, require_within_limits
from grader.checks.phrases import paths
from grader.checks.records import SCENARIOS, plays_that_count
from grader.checks.serving import service_failure
from grader.checks.waiting import blocked_cause, second_read_cause, sleeps_in
from grader.logs.evidence import PlayEvidence, log_evidence
from grader.logs.grouping import log_name
from grader.logs.holding import ports_in
from grader.model.event import GaveUp
from grader.model.history import History, Message, Play
from grader.model.outcome import Finding, Outcome, failed, passed
from grader.model.rubric import Rubric
from grader.model.text import Text, say


def plain_messages(play: Play, evidence: PlayEvidence) -> tuple[Message, ...]:
    """The plain messages of a play with one source.

    Chinese ones are judged by exact-text; so is what comes after one that is not logged, since the
    program may have ended, or dropped its client, at that one.
    """
    plain = []
    for message in play.messages:
        if message.text.isascii():
            plain.append(message)
        elif message not in evidence:
            break
    return tuple(plain)


def _where(evidence: PlayEvidence) -> Text | None:
    """Say which file messages are logged in; None if no message is logged."""
    read = evidence.read
    return say("logged in {path}", path=paths([read[0].path])) if read else None


def client_logged(history: History, rubric: Rubric) -> Outcome:
    """One client's messages are in the log."""
    play = require_play(history, "client")
    evidence = log_evidence(play)
    plain = plain_messages(play, evidence)
    if "settled" in play.found and all(message in evidence for message in plain):
        if history.ending:
            return passed(
                _where(evidence),
                say("It logs whole lines only, so each message was sent with a newline."),
            )
        return passed(_where(evidence))
    require_within_limits(play, rubric.limits)
    finding = service_failure(
        history,
        play,
        evidence,
        plain,
        done=say("one client connected and sent messages, with nobody else there"),
        cause=READY_NOT_READ if _runs_on(play) else CLIENT_TEXT_UNUSED,
        lost=CLIENT_TEXT_UNUSED,
        proved=blocked_cause(history, "client") if sleeps_in(play, "recv", "client 1") else None,
    )
    return failed(finding) if finding else passed()


def terminal_logged(history: History, rubric: Rubric) -> Outcome:
    """Typed lines are in the log."""
    play = require_play(history, "terminal")
    evidence = log_evidence(play)
    plain = plain_messages(play, evidence)
    if "settled" in play.found and all(message in evidence for message in plain):
        return passed(_where(evidence))
    require_within_limits(play, rubric.limits)
    finding = service_failure(
        history,
        play,
        evidence,
        plain,
        done=say("lines were typed on the terminal while no client was connected"),
        cause=READY_NOT_READ if _runs_on(play) else TERMINAL_NOT_WATCHED,
        lost=LINE_UNUSED,
        proved=second_read_cause(play) if sleeps_in(play, "read", "terminal") else None,
    )
    if finding:
        return failed(finding)
    return passed(_where(evidence))


def _runs_on(play: Play) -> bool:
    """Whether the server ran without a pause while it left its input unread."""
    failure = play.failure
    return isinstance(failure, GaveUp) and not any(thread.call for thread in failure.threads)


def one_log(history: History) -> Outcome:
    """Clients' messages and typed lines are in the same file."""
    if scattered := _scattered(history):
        return _not_one(
            say("each message is in a file of its own: {paths}", paths=paths(scattered))
        )
    for play in plays_that_count(history):
        evidence = log_evidence(play)
        typed = _paths(evidence, play.typed)
        sent = _paths(evidence, [m for m in play.messages if not m.typed])
        if typed and sent:
            return _same(typed, sent, play)
    # No play has both in its log: compare the names of the logs in different plays.
    named = []
    for scenario in ("terminal", "client"):
        evidence = log_evidence(require_play(history, scenario))
        # A name made from the date differs from play to play.
        named.append({log_name(stream.path): stream.path for stream in evidence.read})
    for_typed, for_sent = named
    for name in for_typed.keys() & for_sent.keys():
        return _same({for_typed[name]}, {for_typed[name]})
    return _same(set(for_typed.values()), set(for_sent.values()))


def _paths(evidence: PlayEvidence, messages: Iterable[Message]) -> set[str]:
    """The paths of the logs in which ``messages`` are read."""
    read = evidence.reading.locations
    return {read[m.name].stream.path for m in messages if m in evidence}


_NUMBER = re.compile(r"[._-]?[0-9]+")


def _same(typed: set[str], sent: set[str], play: Play | None = None) -> Outcome:
    # One log may have several files, numbered in the program's own way. Which of them holds what
    # then depends on when the next one was begun. A client's port does not number them.
    numbered = {
        path if play and ports_in(path, play) else _NUMBER.sub("", path) for path in typed | sent
    }
    if typed == sent or (typed & sent and len(numbered) == 1):
        return passed(say("both are in {path}", path=paths(typed & sent)))
    return _not_one(
        say("typed lines are in {paths}", paths=paths(typed)),
        say("clients' messages are in {paths}", paths=paths(sent)),
    )


def _not_one(*seen: Text) -> Outcome:
    return failed(
        Finding(
            done=say("a client sent messages, and lines were typed"),
            expected=say("both are in one log file"),
            seen=seen,
            cause=SEPARATE_LOGS,
        )
    )


def _scattered(history: History) -> set[str]:
    """The files that hold one message each; none, if any file holds two, or if they are few."""
    files = [log_evidence(play).mentioned for play in plays_that_count(history)]
    if any(len(mentioned) > 1 for each in files for mentioned in each.values()):
        return set()
    most = max(files, key=len) if files else {}
    different = {name for mentioned in most.values() for name in mentioned}
    return {*most} if len(most) == len(different) >= _SCATTERED else set()


_SCATTERED = 3
"""So many files that hold one message each are no log."""


CHECKS = (
    Check(
        name="client-logged",
        points=10,
        needs=("starts",),
        asks=say("One client's messages are in the log."),
        why=say("This is the first half of the homework, in its simplest form."),
        lesson=say("network IO: recv; disk IO: write"),
        judge=client_logged,
        scenarios=("client",),
    ),
    Check(
        name="terminal-logged",
        points=10,
        needs=("starts",),
        asks=say("Lines typed while no client is connected are in the log."),
        why=say("This is the second half of the homework, in its simplest form."),
        lesson=say("`sys.stdin` in select's rlist"),
        judge=terminal_logged,
        scenarios=("terminal",),
    ),
    Check(
        name="one-log",
        points=5,
        needs=("client-logged", "terminal-logged"),
        asks=say("Clients' messages and typed lines are in the same file."),
        why=say("The homework asks for one log file."),
        lesson=say("the homework: 都写入到一个日志文件中"),
        judge=history_only(one_log),
        scenarios=SCENARIOS,
    ),
)
