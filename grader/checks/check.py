"""What a check is, and what all of them share."""

from collections.abc import Callable
from dataclasses import dataclass

from grader.logs.readings import log_evidence
from grader.model import event
from grader.model.history import History, Play
from grader.model.outcome import Outcome, not_judged, skipped
from grader.model.plan import Limits
from grader.model.rubric import Rubric
from grader.model.text import Text, say
from grader.model.vocabulary import PlayName

Judge = Callable[[History, Rubric], Outcome]
"""Judges a history. Raises :class:`Undecided` where the history proves neither."""


def history_only(judge: Callable[[History], Outcome]) -> Judge:
    """Make a :data:`Judge` of a function that does not need the rubric."""
    return lambda history, _rubric: judge(history)


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
    judge: Judge


class Undecided(Exception):  # noqa: N818 (it is an outcome, and no error)
    """The history does not tell what a check asks for."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def require_play(history: History, scenario: PlayName) -> Play:
    """The play of ``scenario`` that counts.

    Raises:
        Undecided: it was not played to its end, or a limit of ours has ended the server.
    """
    play = history.play(scenario)
    if play is None and history.finished:
        raise Undecided(
            skipped(say("Its scenario was not played: earlier failures made it pointless."))
        )
    if play is None or play.stopped is None:
        reason = (
            say("The time limit for this submission ran out before this scenario.")
            if history.out_of_time
            else say("The run was lost before this scenario ended.")
        )
        raise Undecided(not_judged(reason))
    earlier = [p for p in history.plays if p.scenario == scenario and p.ending == play.ending][:-1]
    if play.failure is None and any(isinstance(p.failure, event.GaveUp) for p in earlier):
        # What mere patience has ended was played again, and went another way.
        raise Undecided(
            not_judged(
                say("It was played {count} times, with different results.", count=len(earlier) + 1)
            )
        )
    return play


def require_within_limits(play: Play, limits: Limits) -> None:
    """Make sure that the server did not end at a limit of ours, and that what it logged was kept.

    Raises:
        Undecided: it did, or some was not and might hold what is missing.
    """
    if any(file.size > len(file.data) for file in play.files):
        log = log_evidence(play)
        if not all(message in log for message in play.messages):
            raise Undecided(not_judged(say("It wrote more than the grader keeps.")))
    if play.ended is None:
        return
    limit = None
    if any(file.size >= limits.file_size for file in play.files):
        limit = say("file size ({size} MiB)", size=limits.file_size >> 20)
    elif sum(file.size for file in play.files) >= _FULL * limits.disk:
        limit = say("disk space ({size} MiB)", size=limits.disk >> 20)
    elif play.ended.signal == _SIGXCPU:
        limit = say("CPU time ({seconds:.0f} s)", seconds=limits.total)
    elif play.ended.signal == _SIGKILL and play.ended.out_of_memory is not False:
        limit = say("memory ({size} MiB)", size=limits.memory >> 20)
    if limit:
        raise Undecided(
            not_judged(say("The grader's limit on {limit} ended the server.", limit=limit))
        )


_SIGKILL, _SIGXCPU = 9, 24

_FULL = 0.95
"""The share of the disk's space with which files fill it: folders, and what is left of a page, take
some, too."""
