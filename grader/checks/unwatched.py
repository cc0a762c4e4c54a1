"""Whether all that the server serves is input that its `select` watches."""

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import takewhile

from grader.checks.causes.idle import (
    OTHER_MULTIPLEXER,
    SERVES_UNWATCHED,
    SEVERAL_THREADS,
    WAITS_ELSEWHERE,
)
from grader.checks.phases import IDLE_PHASES, IN_WORDS, OBSERVED_PLAYS, WITH_CLIENTS, observations
from grader.checks.phrases import describe_threads, quote_multiplexers, source, sources
from grader.checks.waiting import Kind, kind_of, never_watched_cause
from grader.logs.evidence import log_evidence
from grader.model.event import (
    AnyEvent,
    Connecting,
    Left,
    Logged,
    Observed,
    Reset,
    Sent,
    Settled,
    ThreadState,
)
from grader.model.history import History, Play
from grader.model.outcome import Cause, Finding
from grader.model.rubric import Rubric
from grader.model.text import Text, say
from grader.model.vocabulary import OtherWaker, ScenarioName

RESTS: tuple[ScenarioName, ...] = (
    *OBSERVED_PLAYS,
    *("newcomer", "departure", "return", "burst", "crowd", "restart"),
)
"""The plays in which each rest of the server counts: those that it has to go through well."""

_TURNS = 3
"""Times that a server with a timeout has gone to sleep after which all its `select` calls were seen
in turn; those that it calls may each watch something else."""

_INPUT = (Connecting, Sent, Left, Reset)
"""The events of input that wakes a server."""


def served_unwatched(history: History, rubric: Rubric) -> Finding | None:
    """The finding for a server that serves some input, and whose `select` never watches it."""
    found = [
        (play, observed, set(observed.watched))
        for play, observed in observations(history, *IDLE_PHASES)
        if observed.watched is not None
    ]
    watched = {kind for *_, names in found for kind in _kinds(names)}
    for kind in _served(history):
        known = [
            (observed, names)
            for play, observed, names in found
            if _is_known(observed) and (kind != "client" or _has_clients(play, observed))
        ]
        if kind in watched or not known:
            continue
        observed, names = known[-1]
        who = say("clients") if kind == "client" else source(kind)
        return Finding(
            done=say("nothing was sent to it, {phase}", phase=IN_WORDS[observed.phase]),
            expected=_watches_all(rubric),
            seen=(
                _watching(names),
                say(
                    "what came from {who} was logged, although `select` never watched {who}",
                    who=who,
                ),
            ),
            cause=never_watched_cause(history, kind) or SERVES_UNWATCHED.about(who=who),
        )
    return None


def _has_clients(play: Play, observed: Observed) -> bool:
    """Whether clients were surely connected then; the server may have closed a connection."""
    return observed.phase in WITH_CLIENTS and not play.closed_by_server


def _kinds(names: Iterable[str]) -> Iterator[Kind]:
    return (kind for name in names if (kind := kind_of(name)))


def _is_known(observed: Observed) -> bool:
    """Whether all that the server waits on was seen."""
    if not any(thread.timed for thread in observed.threads):
        return True
    return observed.sleeps is not None and observed.sleeps >= _TURNS


def _served(history: History) -> Iterator[Kind]:
    """The kinds of input that reached the log."""
    plays = [play for play in map(history.play, OBSERVED_PLAYS) if play]
    logged = [m for play in plays for m in play.messages if m in log_evidence(play)]
    if any(message.typed for message in logged):
        yield "terminal"
    if not all(message.typed for message in logged):
        yield from ("listening socket", "client")


def seen_astray(history: History, rubric: Rubric) -> Finding | None:
    """The finding for a server that once slept, with nothing left to do, as several threads, or in
    a `select` without the input that it then served, or which something else may have ended.

    The agent does not announce when it looks: it does so whenever the server has settled.
    """
    for play in filter(None, map(history.play, RESTS)):
        for i, rest in enumerate(play.events):
            if isinstance(rest, Settled | Observed):
                others = set(rest.others) - set(rubric.multiplexers)
                if others:
                    return _woken_by(others, rubric)
            if not isinstance(rest, Settled) or not rest.threads:
                continue
            if len(rest.threads) > 1:
                return Finding(
                    done=say("the server had settled, and was sent nothing"),
                    expected=say(
                        "it waits in {calls}, as one process with one thread",
                        calls=quote_multiplexers(rubric),
                    ),
                    seen=(describe_threads(rest.threads),),
                    cause=SEVERAL_THREADS,
                )
            finding = _served_next(play.events[i + 1 :], rest.threads[0], rubric)
            if finding:
                return finding
    return None


def _woken_by(others: Set[str], rubric: Rubric) -> Finding:
    """The finding for a server in whose `select` something else may wake it."""
    seen, cause = next(found for other, found in _OTHERS.items() if other in others)
    return Finding(
        done=say("the server had settled, and was sent nothing"),
        expected=say(
            "it waits in {calls}, as one process with one thread", calls=quote_multiplexers(rubric)
        ),
        seen=(seen,),
        cause=cause,
    )


_OTHERS: dict[OtherWaker, tuple[Text, Cause]] = {
    "epoll": (
        say("it is blocked in `select`, while an `epoll` watches its input"),
        OTHER_MULTIPLEXER,
    ),
    "signal": (
        say("it is blocked in `select`, while its input interrupts that by a signal"),
        WAITS_ELSEWHERE,
    ),
    "thread": (say("another thread of it has run and ended since it listened"), SEVERAL_THREADS),
}
"""What is said of each, and what is to blame."""


def _served_next(later: Sequence[AnyEvent], thread: ThreadState, rubric: Rubric) -> Finding | None:
    """The finding for a server that slept in ``thread``, which did not wait for the message that
    came next, and has logged it before anything else came."""
    awaited = {thread.file, *thread.watches}
    step = list(takewhile(lambda e: not isinstance(e, Settled), later))
    after = list(takewhile(lambda e: not isinstance(e, _INPUT), later[len(step) :]))
    given = [e for e in step if isinstance(e, _INPUT)]
    logged = {name for e in after if isinstance(e, Logged) for name in e.messages}
    match given:
        case [Sent(source=who, message=name)] if name in logged and _is_ignored(who, awaited):
            return Finding(
                done=say("the server had settled, and {who} sent a message", who=source(who)),
                expected=_watches_all(rubric),
                seen=(
                    describe_threads((thread,)),
                    say("the message was logged all the same"),
                ),
                cause=SERVES_UNWATCHED.about(who=source(who)),
            )
    return None


def _is_ignored(who: str, awaited: Set[str]) -> bool:
    """Whether ``who`` is none of the files that are waited for, as far as these are known: an epoll
    may watch anything."""
    unknown = any(name.startswith("anon_inode:") for name in awaited)
    return who not in awaited and not unknown


def _watches_all(rubric: Rubric) -> Text:
    return say("{calls} watches all that it serves", calls=quote_multiplexers(rubric))


def _watching(names: Iterable[str]) -> Text:
    files = sources(names)
    return say("it watches {files}", files=files) if files else say("it watches nothing")
