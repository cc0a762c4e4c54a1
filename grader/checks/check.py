"""What a check is, and the guards that most checks call first."""

from collections.abc import Callable
from dataclasses import dataclass

from grader.logs.evidence import log_evidence
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
    """Adapt a function that needs no rubric to :data:`Judge`."""
    return lambda history, _rubric: judge(history)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One property of a server, with its points."""

    name: str
    """Its identifier on the command line, in rubrics and in reports."""
    points: float
    needs: tuple[str, ...]
    """Checks that have to pass for this one to mean anything; they stand before it."""
    asks: Text
    """When it passes, as a sentence."""
    why: Text
    """Why that matters."""
    lesson: Text
    """The part of the lecture that teaches it."""
    judge: Judge


class Undecided(Exception):  # noqa: N818 (it carries an outcome; nothing went wrong)
    """The history proves neither a pass nor a failure. ``outcome``: skipped, or not judged."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def require_play(history: History, scenario: PlayName) -> Play:
    """Return the play of ``scenario`` that counts.

    Raises:
        Undecided: the scenario was not played, its play is incomplete, or two plays of it ended
            differently.
    """
    play = history.play(scenario)
    if play is None and history.finished and history.rewritten:
        raise Undecided(skipped(_REWRITTEN))
    if play is None and history.finished:
        raise Undecided(
            skipped(say("Its scenario was not played: earlier failures made it pointless."))
        )
    if play is None or play.stopped is None:
        reason = (
            say(
                "The time limit for this submission ran out before this scenario: `total` under "
                "`[limits]` in a rubric sets a longer one."
            )
            if history.out_of_time
            else say("The run was lost before this scenario ended: grade the program again.")
        )
        raise Undecided(not_judged(reason))
    earlier = [p for p in history.plays if p.scenario == scenario and p.ending == play.ending][:-1]
    if play.failure is None and any(isinstance(p.failure, event.GaveUp) for p in earlier):
        # An earlier play was given up without proof, and this one went well.
        raise Undecided(
            not_judged(
                say(
                    "It was played {count} times, with different results: `patience` under "
                    "`[limits]` in a rubric gives a slow server more time.",
                    count=len(earlier) + 1,
                )
            )
        )
    return play


def fills_disk(play: Play, limits: Limits) -> bool:
    """Whether the server's files have reached a limit of ours."""
    size = sum(file.size for file in play.files)
    return size >= _FULL * limits.disk or any(f.size >= limits.file_size for f in play.files)


def require_within_limits(play: Play, limits: Limits) -> None:
    """Make sure that no limit of ours, and no chance, can have caused what the play shows.

    Raises:
        Undecided: a limit ended the server, or a file was stored in part and the rest may hold
            the missing messages; or the server may have taken them out before they were seen.
    """
    if play.rewritten and play.failure is None:
        evidence = log_evidence(play)
        if not all(message in evidence for message in play.messages):
            raise Undecided(not_judged(_REWRITTEN))
    if any(file.size > len(file.data) for file in play.files):
        evidence = log_evidence(play)
        if not all(message in evidence for message in play.messages):
            raise Undecided(not_judged(_NOT_KEPT))
    if play.ended is None:
        return
    limit, key = None, ""
    if any(file.size >= limits.file_size for file in play.files):
        limit, key = say("file size ({size} MiB)", size=limits.file_size >> 20), "file_size"
    elif sum(file.size for file in play.files) >= _FULL * limits.disk:
        limit, key = say("disk space ({size} MiB)", size=limits.disk >> 20), "disk"
    elif play.ended.signal == _SIGXCPU:
        limit, key = say("CPU time ({seconds:.0f} s)", seconds=limits.total), "total"
    elif play.ended.signal == _SIGKILL and play.ended.out_of_memory is not False:
        limit, key = say("memory ({size} MiB)", size=limits.memory >> 20), "memory"
    if limit:
        raise Undecided(
            not_judged(
                say(
                    "The grader's limit on {limit} ended the server: `{key}` under `[limits]` in a "
                    "rubric raises it.",
                    limit=limit,
                    key=key,
                )
            )
        )


_SIGKILL, _SIGXCPU = 9, 24

_FULL = 0.95
"""The disk is full once files take this share of it; folders and partly filled pages take the
rest."""

_NOT_KEPT = say(
    "It wrote more than the grader keeps: `logs` under `[limits]` in a rubric raises that limit."
)

_REWRITTEN = say(
    "The program rewrites its log now and then, by a timer or in a thread, so what it has logged "
    "before cannot be told for certain."
)
