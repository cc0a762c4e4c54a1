"""What the server does with nothing to do: it waits in select, and uses no CPU time."""

from grader.checks.causes.idle import (
    NEVER_WAITS,
    OTHER_MULTIPLEXER,
    TIMEOUT_ENDS_IT,
    WAITS_ELSEWHERE,
)
from grader.checks.check import Check, require_play, require_within_limits
from grader.checks.phrases import describe_threads, waits_for_one
from grader.checks.serving import service_failure
from grader.checks.terminal_output import interrupted_at, terminal_tail
from grader.logs.evidence import log_evidence
from grader.model.event import Observed
from grader.model.history import History, Play
from grader.model.outcome import Cause, Finding, Outcome, failed, passed, skipped
from grader.model.rubric import Rubric
from grader.model.text import Text, say
from grader.model.vocabulary import Phase

SPINS = 0.2
"""A server spins if it uses more than this share of the time in which it could run. A busy loop
uses all of it; a server that wakes a thousand times a second uses a twentieth."""


def spins(observed: Observed) -> bool:
    """Whether the server used the processor with nothing to do.

    The share is of the time in which the server could run, so the machine's load does not matter.
    """
    runnable = observed.wall - observed.waited
    return observed.ran > SPINS * runnable > 0


def describe_cpu_use(observed: Observed) -> Text:
    """How much CPU time the server used while it was observed."""
    return say(
        "it used {ran:.0f} ms of CPU time in {wall:.0f} ms with nothing to do",
        wall=observed.wall / 1e6,
        ran=observed.ran / 1e6,
    )


_IN_WORDS: dict[Phase, Text] = {
    "before any client": say("before any client connected"),
    "after typing": say("after lines were typed"),
    "one client, silent": say("with one client connected, silent after its messages"),
    "after a departure": say("after a client left"),
    "a client that has said nothing": say(
        "with one client connected that had not sent anything yet"
    ),
    "after a quiet while": say("after a quiet period, once a client had sent something"),
    "several clients, silent": say("with several clients connected, silent after their messages"),
}


IDLE_PHASES: tuple[Phase, ...] = (
    *("before any client", "after typing", "one client, silent"),
    *("a client that has said nothing", "several clients, silent", "after a quiet while"),
)
"""The phases in which the server has nothing to do and no client has left."""


_REQUIRED_PHASES: tuple[Phase, ...] = ("before any client", "one client, silent")
"""The phases of ``terminal`` and ``client`` without which a server has not been observed idle."""


def observations(history: History, *phases: Phase) -> list[tuple[Play, Observed]]:
    """All observations in ``phases``, each with its play."""
    found = []
    for scenario in ("terminal", "client", "silent-client", "together", "quiet"):
        play = history.play(scenario)
        if play is None:
            continue
        found += [(play, observed) for _, observed in play.observed if observed.phase in phases]
    return found


def _observed_enough(history: History, found: list[tuple[Play, Observed]], rubric: Rubric) -> bool:
    """Whether ``found`` covers the required phases.

    Raises:
        Undecided: it does not, and the server is not known to be the reason.
    """
    if {observed.phase for _, observed in found}.issuperset(_REQUIRED_PHASES):
        return True
    for scenario in ("terminal", "client"):
        require_within_limits(require_play(history, scenario), rubric.limits)
    return False


def waits_in_select(history: History, rubric: Rubric) -> Outcome:
    """With nothing to do, the server waits in select, as one process with one thread."""
    found = []
    for play, observed in observations(history, *_REQUIRED_PHASES):
        fault = _not_in_select(observed, rubric)
        if fault and _failed_before(play, observed):
            continue  # it had unread input there, which other checks judge
        found.append((play, observed))
        if fault:
            return failed(
                Finding(
                    done=say("nothing was sent to it, {phase}", phase=_IN_WORDS[observed.phase]),
                    expected=say(
                        "it waits in {calls}, as one process with one thread",
                        calls=" / ".join(f"`{name}`" for name in rubric.multiplexers),
                    ),
                    seen=(fault,),
                    terminal=terminal_tail(play) if play.ended else (),
                    cause=_cause(observed),
                )
            )
    if not _observed_enough(history, found, rubric):
        return skipped(
            say(
                "The server exited, or left input unread, before it could be observed with nothing "
                "to do."
            )
        )
    finding = _after_quiet(history, rubric)
    return failed(finding) if finding else passed(describe_threads(found[-1][1].threads))


def _cause(observed: Observed) -> Cause:
    """The cause for a server that is not in select, by where it is instead."""
    if spins(observed):
        return NEVER_WAITS
    alone = observed.processes == 1 and len(observed.threads) == 1
    if alone and any(
        t.call in ("poll", "epoll") and not waits_for_one(t) for t in observed.threads
    ):
        return OTHER_MULTIPLEXER
    return WAITS_ELSEWHERE


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
    return service_failure(
        play,
        evidence,
        (first if kept else ()) + tuple(m for m in later if m.source not in dismissed),
        done=say(
            "three clients connected, one of them sent a message, and then nobody sent anything "
            "for a while{again}",
            again=say("; then the same client sent another") if later else "",
        ),
        cause=cause,
        lost=cause,
    )


def _failed_before(play: Play, observed: Observed) -> bool:
    """Whether the play had failed before the observation."""
    return play.failure in play.events and play.events.index(play.failure) < play.events.index(
        observed
    )


def _not_in_select(observed: Observed, rubric: Rubric) -> Text | None:
    """What the server does instead of waiting in select; None: it waits there."""
    if observed.processes > 1:
        return say("it runs as {count} processes", count=observed.processes)
    if len(observed.threads) > 1:
        return describe_threads(observed.threads)
    right = sum(observed.calls.get(name, 0) for name in rubric.multiplexers)
    asleep = sum(count for name, count in observed.calls.items() if name)
    # A server that wakes often is often seen running; one that spins is hardly ever seen asleep.
    if (
        2 * right >= asleep
        and right >= SPINS * observed.samples
        and not (
            observed.phase == "one client, silent" and any(map(waits_for_one, observed.threads))
        )
    ):
        return None
    if spins(observed):
        return say("it does not wait: {use}", use=describe_cpu_use(observed))
    return describe_threads(observed.threads)


def rests_when_idle(history: History, rubric: Rubric) -> Outcome:
    """With nothing to do, the server uses no CPU time."""
    found = observations(history, *IDLE_PHASES)
    for play, observed in found:
        if spins(observed):
            return failed(
                Finding(
                    done=say("nothing was sent to it, {phase}", phase=_IN_WORDS[observed.phase]),
                    expected=say("it waits and uses no CPU time"),
                    seen=(describe_cpu_use(observed), *interrupted_at(play)),
                    cause=NEVER_WAITS,
                )
            )
    if not _observed_enough(history, found, rubric):
        return skipped(say("The server exited, or could not go on, before this could be observed."))
    return passed()


CHECKS = (
    Check(
        name="waits-in-select",
        points=8,
        needs=("starts",),
        asks=say(
            "With nothing to do, it waits in `select`, as one process with one thread: before any "
            "client connects, while a client is connected and silent after its messages, and again "
            "after a timeout of its own expires."
        ),
        why=say("This is what the homework is about: 使用select完成."),
        lesson=say("IO multiplexing: select"),
        judge=waits_in_select,
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
        judge=rests_when_idle,
    ),
)
