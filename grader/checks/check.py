"""What a check is, and what all of them share."""

from collections.abc import Callable
from dataclasses import dataclass

from grader.checks.phrases import (
    describe_failure,
    describe_missing,
    quote,
    source,
    sources,
    waits_for_one,
)
from grader.checks.terminal_output import (
    error_shown,
    hint_of,
    interrupted_at,
    terminal_before_stop,
    terminal_tail,
)
from grader.logs.mentions import Logged, logged
from grader.logs.streams import Book, books
from grader.model import event
from grader.model.history import History, Message, Play
from grader.model.outcome import Finding, Outcome, not_judged, skipped
from grader.model.rubric import Rubric
from grader.model.text import Text, say


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that is judged."""

    name: str
    """Its id, the same everywhere."""
    points: float
    needs: tuple[str, ...]
    """Checks without whose passing it says nothing."""
    asks: Text
    """When it passes."""
    why: Text
    """Why that matters."""
    lesson: Text
    """Where the lecture teaches it."""
    judge: Callable[[History, Rubric], Outcome]
    """Raises :class:`Undecided` where the history does not tell."""


class Undecided(Exception):  # noqa: N818 (it is an outcome, and no error)
    """The history does not tell what a check asks for."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def played(history: History, scenario: str, rubric: Rubric) -> Play:
    """The play of ``scenario`` that counts.

    Raises:
        Undecided: it was not played to its end, or a limit of ours has ended the server.
    """
    play = history.play(scenario)
    if play is None and history.finished:
        raise Undecided(skipped(say("Its scenario was not played: it would have had no point.")))
    if play is None or play.stopped is None:
        reason = (
            say("The time for this submission was over before its scenario.")
            if history.out_of_time
            else say("The run was lost before its scenario was over.")
        )
        raise Undecided(not_judged(reason))
    earlier = [p for p in history.plays if p.scenario == scenario and p.ending == play.ending][:-1]
    if play.failure is None and any(isinstance(p.failure, event.Impatient) for p in earlier):
        # What mere patience has ended was played again, and went another way.
        raise Undecided(
            not_judged(
                say("It was played {count} times, with different ends.", count=len(earlier) + 1)
            )
        )
    return play


def within_limits(play: Play, rubric: Rubric) -> None:
    """Make sure that the server did not end at a limit of ours, and that what it logged was kept.

    Raises:
        Undecided: it did, or some was not and might hold what is missing.
    """
    if any(file.size > len(file.data) for file in play.files):
        log = logged(play)
        if not all(message in log for message in play.messages):
            raise Undecided(not_judged(say("It has written more than is kept.")))
    if play.ended is None:
        return
    limit = None
    if any(file.size >= rubric.limits.file_size for file in play.files):
        limit = say("a file's size ({size} MiB)", size=rubric.limits.file_size >> 20)
    elif sum(file.size for file in play.files) >= _FULL * rubric.limits.disk:
        limit = say("disk space ({size} MiB)", size=rubric.limits.disk >> 20)
    elif play.ended.signal == _SIGXCPU:
        limit = say("processor time ({seconds:.0f} s)", seconds=rubric.limits.total)
    elif play.ended.signal == _SIGKILL and play.ended.out_of_memory is not False:
        limit = say("memory ({size} MiB)", size=rubric.limits.memory >> 20)
    if limit:
        raise Undecided(
            not_judged(say("The server was ended by our limit on {limit}.", limit=limit))
        )


_SIGKILL, _SIGXCPU = 9, 24

_FULL = 0.95
"""The share of the disk's space with which files fill it: folders, and what is left of a page, take
some, too."""


def served(
    play: Play,
    log: Logged,
    messages: tuple[Message, ...],
    *,
    done: Text,
    hint: Text,
    lost: Text | None = None,
) -> Finding | None:
    """Whether ``messages`` were taken and logged; if not, what is to be said of it.

    ``play`` failed, or some of them are missing in ``log``: that is a finding. None: no fault.
    ``hint`` is for who did not go on, ``lost`` for who did and has not logged them all.
    """
    missing = tuple(message for message in messages if message not in log)
    if play.failure is None and not missing:
        return None
    seen = []
    if play.failure is not None:
        seen.append(describe_failure(play.failure))
        seen.extend(interrupted_at(play))
    # What it did not log of a client with which it would not talk any more has that reason.
    dropped = {m.source for m in missing} & {who for _, who in play.let_go}
    if dropped and not play.ended:
        seen.append(
            say(
                "the server has closed its connection with {who}, which had not left",
                who=sources(dropped),
            )
        )
    if missing:
        seen.append(describe_missing(missing, len(messages)))
    silent = bool(missing) and not any(file.size for file in play.files)
    # The agent looks for letters alone, and may see a message in those of two that are cut: then it
    # sees it at the end, too.
    last = play.found.get("stopped", frozenset())
    vanished = [
        m for m in missing if any(m.name in f for f in play.found.values()) and m.name not in last
    ]
    if silent and not vanished and not play.ended:
        seen.append(say("it has written nothing into any file"))
    if vanished:
        seen.append(
            say("{message} was in the file before, and is no longer", message=quote(vanished[0]))
        )
    shown = terminal_tail(play) if play.ended else error_shown(play)
    if silent and not shown:
        # It may have caught an error, and print it in its own way.
        shown = terminal_before_stop(play)
    # One that is missing at the beginning may have been overheard, and each source's first may
    # have been taken for a name; what else is missing there was there, and was emptied.
    heads = {m.source: m for m in reversed(messages)}.values()
    emptied = bool(vanished) or (
        missing == messages[: len(missing)] != messages and not set(missing) <= set(heads)
    )
    return Finding(
        done=done,
        expected=say("every message is taken and logged, and the server runs on"),
        seen=tuple(seen),
        log=tail_of(log) or _tail_of_files(play),
        terminal=shown,
        hint=hint_of(shown)
        or _hint_of_sleep(play)
        or (_DROPPED if dropped else None)
        or (_EMPTIED if emptied and play.failure is None and log.places else None)
        or (_VANISHED if vanished and play.failure is None else None)
        or (_EMPTY if play.files and silent and play.failure is None else None)
        or (hint if play.failure else lost or _LOST),
    )


_DROPPED = say(
    "Either the program closes it (`close`, or the end of a `with`), or nothing in the program "
    "holds it any longer, and it closes by itself: where is each client's kept, and may another "
    "one take its place there? (lists, dictionaries)"
)
_LOST = say(
    "All of it was taken: nothing held the program up. Is it written on every way through the "
    "program, whoever else is there and whatever came just before? (branches, loops)"
)
_EMPTIED = say(
    "What is there is the later part; the earlier is gone. In which mode is the file opened, and "
    "how often ('w' begins with an empty file; 'a'), or what is overwritten before it is written?"
)

_EMPTY = say(
    "The file is there, and nothing is in it. What is written goes into the file's buffer first, "
    "and from there into the file by `flush` or `close`; and `logging` leaves out whatever is "
    "below its level, which is WARNING unless it is told. (files, buffers)"
)
_VANISHED = say(
    "It was written, and is gone again. In which mode is the file opened, and how often ('w' "
    "begins with an empty file; 'a'), or what removes it?"
)


def _hint_of_sleep(play: Play) -> Text | None:
    """What there is to learn from where the server sleeps while input waits for it."""
    failure = play.failure
    if not isinstance(failure, event.Stuck | event.Impatient) or not failure.waiting:
        return None
    waiting = failure.waiting[0]
    awaited = "listening socket" if waiting.what == "connection" else waiting.source
    if any(t.call == "select" and t.watches and awaited not in t.watches for t in failure.threads):
        return say(
            "`select` tells of what is in the list that it is given, and of nothing else: was "
            "{who} ever put in, and who has taken it out? (rlist)",
            who=source(awaited),
        )
    if any(
        (t.call in ("read", "recv", "accept") and t.file) or waits_for_one(t)
        for t in failure.threads
    ):
        return say(
            "`accept`, `recv` and `input` hold the whole program until their own IO is ready, "
            "whatever else waits: is each called only for what `select` has just returned, and "
            "once? (blocking IO)"
        )
    return None


def _tail_of_files(play: Play) -> tuple[str, ...]:
    """The last lines of the longest file, where none holds any message."""
    book = max(books(play), key=lambda book: len(book.data), default=None)
    return _tail(book) if book else ()


def tail_of(log: Logged) -> tuple[str, ...]:
    """The log's last lines."""
    return _tail(log.books[0]) if log.books else ()


def _tail(book: Book, lines: int = 6) -> tuple[str, ...]:
    """A file's last lines."""
    return tuple(
        f"{number}: {book.text(number)}"
        for number in range(max(1, book.lines - lines + 1), book.lines + 1)
    )
