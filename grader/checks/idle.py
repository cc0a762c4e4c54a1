"""What the server does with nothing to do: it waits in select, and uses no CPU time."""

from grader.checks.causes.idle import (
    OTHER_MULTIPLEXER,
    SEVERAL_THREADS,
    TIMEOUT_ENDS_IT,
    WAITS_ELSEWHERE,
)
from grader.checks.causes.logs import LOG_VANISHED
from grader.checks.causes.serving import NO_SELECT, SLEEPS
from grader.checks.check import Check, Undecided, history_only, require_play, require_within_limits
from grader.checks.phases import IDLE_PHASES, IN_WORDS, OBSERVED_PLAYS, observations
from grader.checks.phrases import (
    describe_threads,
    quote,
    quote_multiplexers,
    sources,
    waits_for_one,
)
from grader.checks.serving import loses_anyway, service_failure
from grader.checks.source_code import never_selects
from grader.checks.spinning import (
    describe_cpu_use,
    failed_before,
    require_clear,
    spinning_cause,
    spins,
)
from grader.checks.terminal_output import interrupted_at, terminal_tail
from grader.checks.unwatched import RESTS, seen_astray, served_unwatched
from grader.checks.waiting import awaited_alone, blocked_cause
from grader.logs.evidence import log_evidence
from grader.model.event import Observed
from grader.model.history import History, Message, Play
from grader.model.outcome import Cause, Finding, Outcome, failed, passed, skipped
from grader.model.rubric import Rubric
from grader.model.text import Text, say
from grader.model.vocabulary import Phase

_REQUIRED_PHASES: tuple[Phase, ...] = ("before any client", "one client, silent")
"""The phases of ``terminal`` and ``client`` without which a server has not been observed idle."""


def _require_observed(history: History, found: list[tuple[Play, Observed]]) -> None:
    """Make sure that the server was observed as long as it went on by itself.

    What was seen of a server that has a fault of another kind later counts.

    Raises:
        Undecided: it was never observed, or the server is not known to be the reason that a
            required phase is missing.
    """
    if {observed.phase for _, observed in found}.issuperset(_REQUIRED_PHASES):
        return
    for scenario in ("terminal", "client"):
        require_play(history, scenario)
    if not found:
        raise Undecided(
            skipped(
                say(
                    "The server exited, or left input unread, before it could be observed with "
                    "nothing to do."
                )
            )
        )


def waits_in_select(history: History, rubric: Rubric) -> Outcome:
    """With nothing to do, the server waits in select, as one process with one thread."""
    found = []
    for play, observed in observations(history, *IDLE_PHASES):
        fault = _not_in_select(observed, rubric)
        if fault and failed_before(play, observed):
            continue  # it had unread input there, which other checks judge
        if observed.phase in _REQUIRED_PHASES:
            found.append((play, observed))
        elif not _is_several(observed):
            continue
        if fault:
            return failed(
                Finding(
                    done=say("nothing was sent to it, {phase}", phase=IN_WORDS[observed.phase]),
                    expected=say(
                        "it waits in {calls}, as one process with one thread",
                        calls=quote_multiplexers(rubric),
                    ),
                    seen=(fault, *(interrupted_at(play) if spins(observed) else ())),
                    terminal=terminal_tail(play) if play.ended else (),
                    cause=_cause(history, play, observed),
                )
            )
    _require_observed(history, found)
    require_clear(observed for _, observed in found)
    finding = (
        served_unwatched(history, rubric)
        or seen_astray(history, rubric)
        or _after_quiet(history, rubric)
    )
    return failed(finding) if finding else passed(describe_threads(found[-1][1].threads))


def _cause(history: History, play: Play, observed: Observed) -> Cause:
    """The cause for a server that is not in select, by where it is instead."""
    if spins(observed):
        return spinning_cause(history, play, observed)
    if _is_several(observed):
        return SEVERAL_THREADS
    if any(t.call in ("poll", "epoll") and not waits_for_one(t) for t in observed.threads):
        return OTHER_MULTIPLEXER
    if awaited := awaited_alone(observed.threads):
        return blocked_cause(history, awaited)
    if never_selects(history.source, history.modules):
        return NO_SELECT
    return SLEEPS if {t.call for t in observed.threads} == {"sleep"} else WAITS_ELSEWHERE


def _is_several(observed: Observed) -> bool:
    """Whether it is more than one process with one thread."""
    return observed.processes > 1 or len(observed.threads) > 1


def _after_quiet(history: History, rubric: Rubric) -> Finding | None:
    """The finding for a server whose own timeout expires and that does not go on as before."""
    if not history.play("quiet"):
        return None
    play = require_play(history, "quiet")
    require_within_limits(play, rubric.limits)
    evidence = log_evidence(play)
    first, later = play.messages[:1], play.messages[1:]
    kept = bool(first) and first[0].name in play.found.get("settled", ())
    if not first or first[0].settled is None or not (kept or first[0] in evidence or play.failure):
        return None  # it went wrong before the quiet period, which other checks judge
    dismissed = {who for _, who in play.closed_by_server}
    cause = TIMEOUT_ENDS_IT
    done = say(
        "three clients connected, one of them sent a message, and then nobody sent anything "
        "for a while{again}",
        again=_again(later),
    )
    asked = (first if kept else ()) + tuple(m for m in later if m.source not in dismissed)
    if loses_anyway(history, play):
        # What was in the file has been logged; that input takes it out again is judged elsewhere.
        asked = tuple(m for m in asked if m in evidence or m.name not in play.logged)
    finding = service_failure(
        history, play, evidence, asked, done=done, cause=cause, lost=cause, ended=cause
    )
    if finding is None and first[0].name in play.taken_out:
        return Finding(
            done=done,
            expected=say("the server reads and logs every message, and keeps running"),
            seen=(
                say("{message} was in the file earlier and is gone now", message=quote(first[0])),
            ),
            cause=LOG_VANISHED,
        )
    return finding


def _again(later: tuple[Message, ...]) -> Text | str:
    """Say who sent the messages after the quiet while."""
    if len(later) > 1:
        return say(
            "; then one message each came from {who}", who=sources([m.source for m in later])
        )
    return say("; then the same client sent another") if later else ""


def _not_in_select(observed: Observed, rubric: Rubric) -> Text | None:
    """What the server does instead of waiting in select; None: it waits there."""
    if observed.processes > 1:
        return say("it runs as {count} processes", count=observed.processes)
    if len(observed.threads) > 1:
        return describe_threads(observed.threads)
    if spins(observed):
        return say("it does not wait: {use}", use=describe_cpu_use(observed))
    right = sum(observed.calls.get(name, 0) for name in rubric.multiplexers)
    asleep = sum(count for name, count in observed.calls.items() if name)
    waits_for_client = observed.phase == "one client, silent" and any(
        map(waits_for_one, observed.threads)
    )
    return (
        None
        if 2 * right >= asleep and not waits_for_client
        else (describe_threads(observed.threads))
    )


def rests_when_idle(history: History) -> Outcome:
    """With nothing to do, the server uses no CPU time."""
    found = observations(history, *IDLE_PHASES)
    for play, observed in found:
        if spins(observed):
            return failed(
                Finding(
                    done=say("nothing was sent to it, {phase}", phase=IN_WORDS[observed.phase]),
                    expected=say("it waits and uses no CPU time"),
                    seen=(describe_cpu_use(observed), *interrupted_at(play)),
                    cause=spinning_cause(history, play, observed),
                )
            )
    _require_observed(history, found)
    require_clear(observed for _, observed in found)
    return passed()


CHECKS = (
    Check(
        name="waits-in-select",
        points=8,
        needs=("starts",),
        asks=say(
            "With nothing to do, it waits in `select`, as one process with one thread: before any "
            "client connects, while a client is connected and silent after its messages, and again "
            "after a timeout of its own expires (of twelve seconds at most)."
        ),
        why=say("This is what the homework is about: 使用select完成."),
        lesson=say("IO multiplexing: select"),
        judge=waits_in_select,
        scenarios=RESTS,
    ),
    Check(
        name="rests-when-idle",
        points=4,
        needs=("starts",),
        asks=say(
            "With nothing to do, also after handling messages, it uses no CPU time; input left "
            "unread is no excuse."
        ),
        why=say("A server that spins takes a whole processor away from other programs."),
        lesson=say("wlist; polling"),
        judge=history_only(rests_when_idle),
        scenarios=OBSERVED_PLAYS,
    ),
)
