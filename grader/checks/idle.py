"""What the server does when nothing is asked of it: it waits in select, and rests."""

from grader.checks.check import Check, require_play, require_within_limits
from grader.checks.phrases import describe_threads, waits_for_one
from grader.checks.serving import service_failure
from grader.checks.terminal_output import interrupted_at, terminal_tail
from grader.logs.readings import log_evidence
from grader.model.event import Observed
from grader.model.history import History, Play
from grader.model.outcome import Finding, Outcome, failed, passed, skipped
from grader.model.rubric import Rubric
from grader.model.text import Text, say
from grader.model.vocabulary import Phase

SPINS = 0.2
"""The share of the time in which it could run that a spinning server uses. One that spins uses
all of it; one that wakes a thousand times a second, a twentieth."""


def spins(observed: Observed) -> bool:
    """Whether a server used the processor although nothing was asked of it.

    Measured against the time in which it could run, so that other programs on the machine
    make no difference.
    """
    able = observed.wall - observed.waited
    return observed.ran > SPINS * able > 0


def describe_cpu_use(observed: Observed) -> Text:
    """How much processor time it used."""
    return say(
        "in {wall:.0f} ms with nothing to do it used {ran:.0f} ms of processor time",
        wall=observed.wall / 1e6,
        ran=observed.ran / 1e6,
    )


_PHASES: dict[Phase, Text] = {
    "before any client": say("before any client has come"),
    "after typing": say("after lines were typed"),
    "one client, silent": say("with one client connected, silent after its messages"),
    "after a departure": say("after a client has left"),
    "a client that has said nothing": say("with one client connected that has said nothing yet"),
    "after a quiet while": say("after a time in which nobody had spoken, and then a client did"),
    "several clients, silent": say("with several clients connected, silent after their messages"),
}


IDLE_PHASES: tuple[Phase, ...] = (
    *("before any client", "after typing", "one client, silent"),
    *("a client that has said nothing", "several clients, silent", "after a quiet while"),
)
"""The phases in which nothing is asked of a server, and nobody has left."""


def observations(history: History, *phases: Phase) -> list[tuple[Play, Observed]]:
    """What was seen of a server in these phases, and in which play."""
    found = []
    for scenario in ("terminal", "client", "silent-client", "together", "quiet"):
        play = history.play(scenario)
        if play is None:
            continue
        found += [(play, observed) for _, observed in play.observed if observed.phase in phases]
    return found


def waits_in_select(history: History, rubric: Rubric) -> Outcome:
    """With nothing to do, it sleeps in select, one process, one thread."""
    phases: tuple[Phase, ...] = ("before any client", "one client, silent")
    found = []
    for play, observed in observations(history, *phases):
        fault = _not_in_select(observed, rubric)
        if fault and _failed_before(play, observed):
            continue  # its input waits for it there, which is another check's question
        found.append((play, observed))
        if fault:
            return failed(
                Finding(
                    done=say("nothing was asked of it, {phase}", phase=_PHASES[observed.phase]),
                    expected=say(
                        "it sleeps in {calls}, one process with one thread",
                        calls=" / ".join(f"`{name}`" for name in rubric.multiplexers),
                    ),
                    seen=(fault,),
                    terminal=terminal_tail(play) if play.ended else (),
                    hint=_hint_of(observed),
                )
            )
    if len({observed.phase for _, observed in found}) < len(phases):
        for scenario in ("terminal", "client"):
            require_within_limits(require_play(history, scenario), rubric.limits)
        return skipped(
            say(
                "The server had ended, or left unread what it was given, before it could be seen "
                "with nothing to do."
            )
        )
    finding = _after_quiet(history, rubric)
    return failed(finding) if finding else passed(describe_threads(found[-1][1].threads))


def _hint_of(observed: Observed) -> Text:
    """What there is to learn from where a server that is not in select is instead."""
    if spins(observed):
        return _NEVER_WAITS
    alone = observed.processes == 1 and len(observed.threads) == 1
    if alone and any(
        t.call in ("poll", "epoll") and not waits_for_one(t) for t in observed.threads
    ):
        return say(
            "It waits for all IO at once, and rightly; but the homework asks for `select`, and "
            "this is another of the calls that can do so. (使用select完成)"
        )
    return say(
        "`select` watches all IO at once and sleeps until one of them is ready. What does the "
        "program wait in, and for whom? (IO multiplexing: 阻塞等待IO事件的发生)"
    )


def _after_quiet(history: History, rubric: Rubric) -> Finding | None:
    """What a server that sleeps for a time does when nobody has spoken for so long."""
    if not history.play("quiet"):
        return None
    play = require_play(history, "quiet")
    require_within_limits(play, rubric.limits)
    log = log_evidence(play)
    first, later = play.messages[:1], play.messages[1:]
    kept = bool(first) and first[0].name in play.found.get("settled", ())
    if not first or first[0].settled is None or not (kept or first[0] in log or play.failure):
        return None  # it went wrong before, which is another check's question
    dismissed = {who for _, who in play.closed_by_server}
    hint = say(
        "When the time limit of `select` is over it returns three empty lists. That nobody has "
        "spoken for so long is no end, and whoever speaks next is not known: what does the "
        "program do then? (timeout)"
    )
    return service_failure(
        play,
        log,
        (first if kept else ()) + tuple(m for m in later if m.source not in dismissed),
        done=say(
            "three clients were connected, one of them had spoken, and nobody said anything for a "
            "while{again}",
            again=say("; then that one spoke again") if later else "",
        ),
        hint=hint,
        lost=hint,
    )


def _failed_before(play: Play, observed: Observed) -> bool:
    """Whether the server could not go on, and was watched after that."""
    return play.failure in play.events and play.events.index(play.failure) < play.events.index(
        observed
    )


def _not_in_select(observed: Observed, rubric: Rubric) -> Text | None:
    if observed.processes > 1:
        return say("it is {count} processes", count=observed.processes)
    if len(observed.threads) > 1:
        return describe_threads(observed.threads)
    right = sum(observed.calls.get(name, 0) for name in rubric.multiplexers)
    asleep = sum(count for name, count in observed.calls.items() if name)
    # One that wakes often is seen awake often; but one that spins is hardly seen asleep.
    if (
        2 * right >= asleep
        and right >= SPINS * observed.samples
        and not (
            observed.phase == "one client, silent" and any(map(waits_for_one, observed.threads))
        )
    ):
        return None
    if spins(observed):
        return say("it does not sleep: {use}", use=describe_cpu_use(observed))
    return describe_threads(observed.threads)


_NEVER_WAITS = say(
    "A socket in `wlist` is nearly always ready, and a file on the disk always is, so `select` "
    "returns at once (wlist中如果存在IO事件，则select立即将其返回); and a time limit of 0 never "
    "waits."
)


def rests_when_idle(history: History, rubric: Rubric) -> Outcome:
    """With nothing to do, it uses no processor time."""
    found = observations(history, *IDLE_PHASES)
    for play, observed in found:
        if spins(observed):
            return failed(
                Finding(
                    done=say("nothing was asked of it, {phase}", phase=_PHASES[observed.phase]),
                    expected=say("it sleeps, and uses no processor time"),
                    seen=(describe_cpu_use(observed), *interrupted_at(play)),
                    hint=_NEVER_WAITS,
                )
            )
    if (
        len({observed.phase for _, observed in found} & {"before any client", "one client, silent"})
        < 2
    ):
        for scenario in ("terminal", "client"):
            require_within_limits(require_play(history, scenario), rubric.limits)
        return skipped(say("The server had ended, or could not be asked, before this was seen."))
    return passed()


CHECKS = (
    Check(
        name="waits-in-select",
        points=8,
        needs=("starts",),
        asks=say(
            "With nothing to do, it sleeps in `select`, one process, one thread: before any "
            "client has come, and again with one connected and silent after it was answered; when "
            "a time limit of its own is over, it sleeps there again."
        ),
        why=say("It is what the homework is about: 使用select完成."),
        lesson=say("IO multiplexing: select"),
        judge=waits_in_select,
    ),
    Check(
        name="rests-when-idle",
        points=4,
        needs=("starts",),
        asks=say(
            "With nothing to do, and after it has answered messages, it uses no processor time; "
            "input that it leaves unread is no excuse."
        ),
        why=say("A server that spins takes a whole processor from everybody else."),
        lesson=say("wlist; polling"),
        judge=rests_when_idle,
    ),
)
