"""Whom a server waits for alone, in a blocking call of its own, instead of in its ``select``.

One such fault shows in several plays: in one, the server is blocked in that call; in another it is
in ``select``, which does not watch what the call waits for. So its cause is chosen by the whole
history, and is the same for all of them.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from grader.checks.causes import serving
from grader.checks.causes.names import LISTENER_REPLACED
from grader.checks.phrases import source, waits_for_one
from grader.checks.select_calls import select_calls
from grader.checks.select_lists import misplaced_input
from grader.checks.source_code import never_selects, read_source
from grader.checks.source_suspects import always_true, replaced_listener
from grader.checks.terminal_output import interrupted_code
from grader.model.event import GaveUp, Observed, Stuck, ThreadState
from grader.model.history import History, Play
from grader.model.outcome import Cause
from grader.model.text import Text, names, say

Kind = Literal["terminal", "listening socket", "client"]
"""A kind of input."""


def kind_of(name: str) -> Kind | None:
    """The kind of input that an awaited file is; None: it is none."""
    match name:
        case "terminal" | "listening socket":
            return name
    return "client" if name.startswith("client ") else None


def awaited_alone(threads: Iterable[ThreadState]) -> Kind | None:
    """What the first of ``threads`` waits for that waits for one input alone; None: none does."""
    for thread in threads:
        if waits_for_one(thread):
            return kind_of(thread.watches[0])
        if thread.call in ("read", "recv", "accept") and thread.file:
            return kind_of(thread.file)
    return None


def not_watched(play: Play) -> str | None:
    """The input that is waiting while the ``select`` in which the server sleeps does not watch it;
    None: there is none."""
    failure = play.failure
    if not isinstance(failure, Stuck | GaveUp) or not failure.waiting:
        return None
    waiting = failure.waiting[0]
    awaited = "listening socket" if waiting.what == "connection" else waiting.source
    selects = (thread for thread in failure.threads if thread.call == "select" and thread.watches)
    return awaited if any(awaited not in thread.watches for thread in selects) else None


def not_watched_cause(history: History, awaited: str) -> Cause:
    """The cause for a ``select`` that does not watch ``awaited``, which has sent something."""
    kind = kind_of(awaited)
    if kind and (misplaced := _misplaced(history, kind)):
        return misplaced
    lines = [call.line for call in select_calls(history.source)]
    if kind in _watched(history) and len(lines) > 1:
        return serving.SEVERAL_SELECTS.about(lines=names(map(str, lines)))
    replaced = replaced_listener(history.source)
    if replaced and kind == "listening socket":
        name, line = replaced
        return LISTENER_REPLACED.about(name=name, line=line.number, code=line.code)
    if kind and kind in _waited_for_apart(history):
        return serving.WAITS_APART.about(who=_all_of(kind))
    return serving.NOT_IN_RLIST.about(who=source(awaited))


def _misplaced(history: History, kind: Kind) -> Cause | None:
    """The cause for a ``kind`` of input that the program puts in another list than the first."""
    misplaced = misplaced_input(history.source)
    if misplaced is None or kind not in misplaced.kinds:
        return None
    line = misplaced.call
    return serving.IN_ANOTHER_LIST.about(line=line.number, code=line.code, who=source(kind))


def never_watched_cause(history: History, kind: Kind) -> Cause | None:
    """The cause for a ``select`` that never watches a ``kind`` of input, if anything went wrong for
    that reason; None: nothing did."""
    missed = [name for play in history.plays if (name := not_watched(play))]
    named = next((name for name in missed if kind_of(name) == kind), None)
    return not_watched_cause(history, named) if named else None


def blocked_cause(history: History, kind: Kind | None) -> Cause:
    """The cause for a server that is blocked in a call that waits for a ``kind`` of input alone."""
    if never_selects(history.source, history.modules):
        return serving.NO_SELECT
    if kind and (misplaced := _misplaced(history, kind)):
        return misplaced
    if condition := always_true(history.source):
        return serving.ALWAYS_TRUE.about(line=condition.number, code=condition.code)
    if kind and kind in _waited_for_apart(history):
        return serving.WAITS_APART.about(who=_all_of(kind))
    play = history.play("client")
    if kind == "client" and play and sleeps_in(play, "recv", "client 1"):
        return serving.SECOND_RECV
    return serving.BLOCKS


def second_read_cause(play: Play) -> Cause:
    """The cause for a server that has read a typed line and is blocked in a read for more."""
    code = read_source(play.source, play.modules)
    at = interrupted_code(play)
    one_line = "readline(" in at or "input(" in at
    if one_line or not (code.iterates_terminal or _READS_ALL & code.names or not code.parsed):
        return serving.SECOND_READLINE
    return serving.READS_TO_THE_END


_READS_ALL = frozenset(("read", "readlines"))


def sleeps_in(play: Play, call: str, file: str) -> bool:
    """Whether all of the server, when last observed, waited in ``call`` for more input from
    ``file``. A thread or process of its own may well wait there."""
    seen = [observed for _, observed in play.observed if observed.phase in _ASKED]
    return bool(seen) and seen[-1].processes == 1 and _at(seen[-1]) == [(call, file)]


def _at(observed: Observed) -> list[tuple[str, str]]:
    return [(thread.call, thread.file) for thread in observed.threads]


_ASKED = ("after typing", "one client, silent")
"""Phases of observation in which the server has consumed all its input."""


def _waited_for_apart(history: History) -> set[Kind]:
    """The kinds of input that the server waits for alone somewhere, and that its ``select`` was
    never seen to watch, although it was seen without them."""
    seen = list(_states(history))
    alone = {kind for threads in seen if len(threads) == 1 and (kind := awaited_alone(threads))}
    watched = {
        kind
        for threads in seen
        for thread in threads
        if not waits_for_one(thread)
        for kind in _watched_by(thread)
    }
    selects = any(thread.call == "select" for threads in seen for thread in threads)
    missed = {kind for play in history.plays if (kind := kind_of(not_watched(play) or ""))}
    # There may be no client to watch.
    return {k for k in alone - watched if k in missed or (selects and k != "client")}


def _watched(history: History) -> set[Kind]:
    """The kinds of input that a ``select`` was seen to watch at some time."""
    threads = (thread for threads in _states(history) for thread in threads)
    return {kind for t in threads if t.call == "select" for kind in _watched_by(t)}


def _watched_by(thread: ThreadState) -> Iterator[Kind]:
    return (kind for name in thread.watches if (kind := kind_of(name)))


def _states(history: History) -> Iterator[tuple[ThreadState, ...]]:
    for play in history.plays:
        if isinstance(play.failure, Stuck | GaveUp):
            yield play.failure.threads
        yield from (observed.threads for _, observed in play.observed)


def _all_of(kind: Kind) -> Text:
    return say("clients") if kind == "client" else source(kind)
