"""No client blocks the others: neither a silent one nor one that connects late."""

from grader.checks.causes.serving import BLOCKS_FOR_A_SILENT_CLIENT, NEWCOMER_NOT_WATCHED
from grader.checks.check import Check, require_play, require_within_limits
from grader.checks.serving import loses_anyway, service_failure
from grader.logs.evidence import log_evidence
from grader.model.history import History
from grader.model.outcome import Outcome, failed, passed, skipped
from grader.model.rubric import Rubric
from grader.model.text import say


def silent_client(history: History, rubric: Rubric) -> Outcome:
    """While a client is silent, another client and the terminal are served."""
    play = require_play(history, "silent-client")
    require_within_limits(play, rubric.limits)
    evidence = log_evidence(play)
    finding = service_failure(
        history,
        play,
        evidence,
        # What was logged and then removed was served; every-message judges its removal.
        tuple(m for m in play.messages if m in evidence or m.name not in play.logged),
        done=say(
            "a client connected and stayed silent; a second client sent a message{typed}; a third "
            "client connected and stayed silent; the second client sent another{typed}",
            typed=say(", and a line was typed") if play.typing else "",
        ),
        cause=BLOCKS_FOR_A_SILENT_CLIENT,
    )
    if finding and loses_anyway(history, play):
        return skipped(say("It loses messages even when no client is silent."))
    return failed(finding) if finding else passed()


def newcomer(history: History, rubric: Rubric) -> Outcome:
    """While others are connected and quiet, a new client is served."""
    play = require_play(history, "newcomer")
    require_within_limits(play, rubric.limits)
    newest = play.messages[-1].source if play.messages else ""
    finding = service_failure(
        history,
        play,
        log_evidence(play),
        # Unless the play failed, the other clients' messages are for every-message to judge.
        tuple(m for m in play.messages if play.failure or m.source == newest),
        done=say(
            "two clients connected and sent messages, one after the other, and then a third one did"
        ),
        cause=NEWCOMER_NOT_WATCHED,
    )
    if finding and loses_anyway(history, play):
        return skipped(say("It loses messages even when no new client connects."))
    return failed(finding) if finding else passed()


CHECKS = (
    Check(
        name="silent-client",
        points=10,
        needs=("client-logged",),
        asks=say(
            "While a client is connected and silent, another client and the terminal are served, "
            "whichever client connected first."
        ),
        why=say("Real clients are silent most of the time, and none of them may block the server."),
        lesson=say("blocking IO"),
        judge=silent_client,
        scenarios=("silent-client", "together"),
    ),
    Check(
        name="newcomer",
        points=5,
        needs=("client-logged",),
        asks=say(
            "While other clients are connected and quiet, a new client is accepted and served."
        ),
        why=say("Clients connect whenever they like, not only at the start."),
        lesson=say("accept in the loop"),
        judge=newcomer,
        scenarios=("newcomer", "together"),
    ),
)
