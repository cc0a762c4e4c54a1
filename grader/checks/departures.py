"""A client that leaves does no harm: the others are served, and the server rests again."""

from grader.checks.causes.idle import (
    DEPARTURE_NOT_HANDLED,
    KEEPS_SENDING,
    WATCHES_WHO_HAS_LEFT,
)
from grader.checks.check import Check, fills_disk, require_play, require_within_limits
from grader.checks.phases import IDLE_PHASES, OBSERVED_PLAYS, observations
from grader.checks.phrases import describe_failure, source
from grader.checks.quotations import quote_end
from grader.checks.serving import loses_anyway, service_failure
from grader.checks.spinning import describe_cpu_use, keeps_sending, require_clear, spins
from grader.checks.terminal_output import interrupted_at
from grader.logs.evidence import log_evidence
from grader.model.event import GaveUp, Stuck
from grader.model.history import History, Play
from grader.model.outcome import Finding, Outcome, failed, not_judged, passed, skipped
from grader.model.plan import Limits
from grader.model.rubric import Rubric
from grader.model.text import say

FLOOD = 10_000
"""Bytes by which the log may grow in half a second of silence. A record for each client that left,
and a heartbeat, take far less; a loop that writes on every turn gets there in a millisecond."""


def departure(history: History, rubric: Rubric) -> Outcome:
    """After a client leaves, the other clients and the terminal are still served."""
    play = require_play(history, "departure")
    if _floods(history, play, rubric.limits):
        return passed(
            say(
                "Once a client had left, it wrote without end: `rests-after-departure` judges that."
            )
        )
    require_within_limits(play, rubric.limits)
    if not play.departures:
        failure = play.failure
        return skipped(
            say("No client could leave: {what}.", what=describe_failure(failure))
            if failure
            else say("No client could leave.")
        )
    if _ignores_typing(play) and _ignores_typing(history.play("silent-client")):
        return skipped(say("It does not read typed lines even when nobody has left."))
    first, (_, last) = play.departures[0][0], play.departures[-1]
    evidence = log_evidence(play)
    # Messages lost before the first departure, and clients that the server dismissed before it,
    # have nothing to do with departures.
    dismissed = {who for when, who in play.closed_by_server if when < first}
    later = [message for message in play.messages if message.sent > first]
    messages = tuple(m for m in later if m in evidence or m.source not in dismissed)
    if dismissed and not play.failure and all(m.typed for m in messages):
        return skipped(
            say("No client could leave: the server had already closed their connections.")
        )
    finding = service_failure(
        history,
        play,
        evidence,
        messages,
        done=say(
            "{who} left{after}",
            who=source(last),
            after=say(", and then the others sent messages") if _spoken_since(play) else "",
        )
        if play.failure
        else say(
            "four clients sent messages; then the first, one in the middle, and the newest left in "
            "turn; after each departure, the others sent more{typed}",
            typed=say(", and a line was typed") if play.typing else "",
        ),
        cause=DEPARTURE_NOT_HANDLED,
    )
    if finding and loses_anyway(history, play):
        return skipped(say("It loses messages even when nobody has left."))
    return failed(finding) if finding else passed()


def _spoken_since(play: Play) -> bool:
    """Whether anybody spoke after the last departure."""
    return any(message.sent > play.departures[-1][0] for message in play.messages)


def _ignores_typing(play: Play | None) -> bool:
    """Whether typed lines are the only input that the server left unread."""
    failure = play.failure if play else None
    return isinstance(failure, Stuck | GaveUp) and {w.what for w in failure.waiting} == {"line"}


def rests_after_departure(history: History, rubric: Rubric) -> Outcome:
    """After a departure, the server neither spins nor fills the log."""
    play = require_play(history, "departure")
    if _floods(history, play, rubric.limits):
        size = sum(file.size for file in play.files) >> 20
        return failed(
            Finding(
                done=say("a client left, and then nothing was sent to the server"),
                expected=say("it waits and writes nothing"),
                seen=(say("its files grew to {size} MiB", size=size), *interrupted_at(play)),
                log=_end_of_log(play),
                cause=KEEPS_SENDING if keeps_sending(play) else WATCHES_WHO_HAS_LEFT,
            )
        )
    found = [observed for _, observed in play.observed if observed.phase == "after a departure"]
    if not found:
        return not_judged(say("No departure could be observed."))
    spins_anyway = any(spins(observed) for _, observed in observations(history, *IDLE_PHASES))
    if spins_anyway and any(map(spins, found)):
        return skipped(say("It uses CPU time even when nobody has left."))
    for observed in found:
        fills = observed.written > FLOOD
        if spins(observed) or fills:
            seen = [describe_cpu_use(observed), *interrupted_at(play)]
            if fills:
                seen.append(say("its log grew by {size} bytes in that time", size=observed.written))
            return failed(
                Finding(
                    done=say("a client left, and then nothing was sent to the server"),
                    expected=say("it waits and writes nothing"),
                    seen=tuple(seen),
                    log=_end_of_log(play) if fills else (),
                    cause=KEEPS_SENDING if keeps_sending(play) else WATCHES_WHO_HAS_LEFT,
                )
            )
    require_clear(found)
    return passed()


def _floods(history: History, play: Play, limits: Limits) -> bool:
    """Whether the server wrote so much after a client had left that a limit ended it, or that the
    grader kept only a part of it."""
    if not play.departures:
        return False
    if any(seen.written > FLOOD for _, seen in observations(history, *IDLE_PHASES)):
        return False  # it does so even when nobody has left
    if play.ended is not None:
        return play.events.index(play.ended) > play.departures[0][0] and fills_disk(play, limits)
    return any(file.size > len(file.data) for file in play.files) and any(
        seen.written > FLOOD for _, seen in play.observed
    )


def _end_of_log(play: Play) -> tuple[str, ...]:
    streams = log_evidence(play).streams
    return quote_end(play, streams[0]) if streams else ()


CHECKS = (
    Check(
        name="departure",
        points=5,
        needs=("client-logged",),
        asks=say(
            "After a client leaves (the first, one in the middle, the newest), the other clients "
            "and the terminal are still served."
        ),
        why=say("Clients leave all the time; that is no reason for the server to stop."),
        lesson=say("empty recv"),
        judge=departure,
        scenarios=("departure", *OBSERVED_PLAYS),
    ),
    Check(
        name="rests-after-departure",
        points=3,
        needs=("departure",),
        asks=say("After a client leaves, the server neither spins nor fills the log."),
        why=say("A socket that is always ready keeps the loop running forever."),
        lesson=say("empty recv; rlist.remove"),
        judge=rests_after_departure,
        scenarios=("departure", *OBSERVED_PLAYS),
    ),
)
