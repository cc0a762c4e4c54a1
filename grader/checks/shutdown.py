"""Stopping the server: Ctrl-C ends it with a complete log, and it can be started again at once."""

from grader.checks.causes.craft import PORT_STILL_RESERVED, STOP_IS_NOT_CLEAN
from grader.checks.check import require_play, require_unaltered_log, require_within_limits
from grader.checks.phrases import describe_end, describe_missing
from grader.checks.quotations import quote_around
from grader.checks.terminal_output import terminal_tail
from grader.logs.evidence import log_evidence
from grader.model import event
from grader.model.history import History, Play
from grader.model.outcome import Finding, Outcome, failed, passed, skipped
from grader.model.rubric import Rubric
from grader.model.text import Text, say


def clean_stop(history: History) -> Outcome:
    """Ctrl-C ends the server within a moment, and the log is complete."""
    client = require_play(history, "client")
    stopped = [play for play in history.counting if play.failure is None and play.stopped]
    # Where the server went on to other scenarios, it was stopped after the last one of them.
    plays = [play for play in stopped if play.scenario in ("client", "terminal")]
    if client not in plays:
        logged = [p for p in stopped if all(m in log_evidence(p) for m in p.messages)]
        plays += logged[-1:]
    if client.failure is not None or not plays:
        return skipped(say("It did not keep going until it was stopped."))
    for play in plays:
        finding = _not_clean(play)
        if finding:
            return failed(finding)
    (end,) = (play.stopped for play in plays[-1:])
    assert end
    return passed(describe_end(end))


MOMENT = 2_000_000_000
"""Nanoseconds that a person waits before pressing Ctrl-C again."""


def _not_clean(play: Play) -> Finding | None:
    """The finding for a late stop or an incomplete log; None: there was neither."""
    assert play.stopped
    done = say("Ctrl-C was typed after all input was handled and the clients had left")
    expected = say("it exits within a moment, and the log is complete")
    cause = STOP_IS_NOT_CLEAN
    late = None
    if play.stopped.by not in ("ctrl-c", "itself"):
        late = say("it kept running; what ended it: {by}", by=play.stopped.by)
    elif play.stopped.took > MOMENT:
        late = say("it exited {seconds:.1f} s later", seconds=play.stopped.took / 1e9)
    if late:
        return Finding(
            done=done, expected=expected, seen=(late,), terminal=terminal_tail(play), cause=cause
        )
    evidence = log_evidence(play)
    missing = tuple(m for m in play.messages if m not in evidence)
    if not missing or play.scenario == "terminal":
        return None  # whether typed lines are logged at all is for terminal-logged
    require_unaltered_log(play)
    return Finding(
        done=done,
        expected=expected,
        seen=(describe_missing(missing, len(play.messages)),),
        log=quote_around(play, evidence, missing[0]),
        cause=cause,
    )


def restart(history: History, rubric: Rubric) -> Outcome:
    """A server that was stopped while clients were connected can be started again at once."""
    play = require_play(history, "restart")
    if play.failure is None and play.restarted:
        return passed()
    require_within_limits(play, rubric.limits)
    if play.restarted is None:
        return skipped(say("It did not keep going until it was stopped."))
    return failed(
        Finding(
            done=say("it was stopped while a client was connected, and started again at once"),
            expected=say("it listens again"),
            seen=(_why_not_restarted(play),),
            terminal=terminal_tail(play),
            cause=PORT_STILL_RESERVED,
        )
    )


def _why_not_restarted(play: Play) -> Text:
    match play.failure:
        case event.Ended() as end:
            return say("it exited on its own ({how})", how=describe_end(end))
        case _:
            return say("it did not serve a client afterwards")
