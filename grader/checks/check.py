"""What a check is, and the guards that most checks call first."""

from collections.abc import Callable
from dataclasses import dataclass

from grader.checks.causes.limits import (
    COMPUTES_TOO_MUCH,
    TAKES_TOO_MUCH_MEMORY,
    WRITES_TOO_MUCH,
)
from grader.checks.missing_plays import judge_missing
from grader.checks.phrases import describe_sent
from grader.logs.evidence import log_evidence
from grader.model import event
from grader.model.history import History, Play
from grader.model.outcome import Cause, Finding, Outcome, failed, not_judged, skipped
from grader.model.plan import Limits
from grader.model.rubric import Rubric
from grader.model.text import Text, say
from grader.model.vocabulary import ScenarioName

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
    scenarios: tuple[ScenarioName, ...] | None = None
    """The scenarios of which it reads plays, besides those of its needs: its outcome is the same
    if no others were played, but that these, too, show which of several logs is read. None: any."""


class Undecided(Exception):  # noqa: N818 (it carries an outcome; nothing went wrong)
    """The history proves neither a pass nor a failure. ``outcome``: skipped, or not judged."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def require_play(history: History, scenario: ScenarioName) -> Play:
    """Return the play of ``scenario`` that counts.

    Raises:
        Undecided: the scenario was not played, its play is incomplete (with a failure, where the
            program itself has used up the time), or two plays of it ended differently.
    """
    play = history.play(scenario)
    if play is None and history.finished and history.rewritten:
        raise Undecided(skipped(REWRITTEN))
    if play is None and history.finished:
        raise Undecided(
            skipped(say("Its scenario was not played: earlier failures made it pointless."))
        )
    if play is None or not play.complete:
        raise Undecided(judge_missing(history))
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


def require_unaltered_log(play: Play) -> None:
    """Make sure that chance has not decided what the log holds.

    Raises:
        Undecided: the server may have taken missing messages out before they were seen.
    """
    if play.takes_out and play.failure is None:
        evidence = log_evidence(play)
        if not all(message in evidence for message in play.messages):
            raise Undecided(not_judged(REWRITTEN))


def require_within_limits(play: Play, limits: Limits) -> None:
    """Make sure that no limit of ours, and no chance, has caused what the play shows.

    A play that a limit on memory or time ended is a second one: the agent has played the scenario
    once more alone.

    Raises:
        Undecided: with a failure, where a limit ended the server, or it has written more than the
            grader keeps and the messages are not in what was kept; see
            :func:`require_unaltered_log`, too.
    """
    require_unaltered_log(play)
    if any(file.size > len(file.data) for file in play.files):
        evidence = log_evidence(play)
        if not all(message in evidence for message in play.messages):
            raise _exceeds(
                play,
                say(
                    "it wrote {size} MiB, more than the grader keeps (`logs` under `[limits]` in "
                    "a rubric), and not all messages are in what was kept",
                    size=sum(file.size for file in play.files) >> 20,
                ),
                WRITES_TOO_MUCH,
            )
    if play.ended is None:
        return
    limit = None
    if any(file.size >= limits.file_size for file in play.files):
        limit = say("file size ({size} MiB)", size=limits.file_size >> 20)
        key, cause = "file_size", WRITES_TOO_MUCH
    elif sum(file.size for file in play.files) >= _FULL * limits.disk:
        limit = say("disk space ({size} MiB)", size=limits.disk >> 20)
        key, cause = "disk", WRITES_TOO_MUCH
    elif play.ended.signal == _SIGXCPU:
        limit = say("CPU time ({seconds:.0f} s)", seconds=limits.total)
        key, cause = "total", COMPUTES_TOO_MUCH
    elif play.ended.out_of_memory or (
        play.ended.signal == _SIGKILL and play.ended.out_of_memory is None
    ):
        limit = say("memory ({size} MiB)", size=limits.memory >> 20)
        key, cause = "memory", TAKES_TOO_MUCH_MEMORY
    if limit:
        raise _exceeds(
            play,
            say(
                "the grader's limit on {limit} ended the server: `{key}` under `[limits]` in a "
                "rubric",
                limit=limit,
                key=key,
            ),
            cause,
        )


def _exceeds(play: Play, seen: Text, cause: Cause) -> Undecided:
    finding = Finding(
        done=describe_sent(play.messages),
        expected=say("it stays within the limits"),
        seen=(seen,),
        cause=cause,
    )
    return Undecided(failed(finding))


_SIGKILL, _SIGXCPU = 9, 24

_FULL = 0.95
"""The disk is full once files take this share of it; folders and partly filled pages take the
rest."""

REWRITTEN = say(
    "The program rewrites its log now and then, by a timer or in a thread, so what it has logged "
    "before cannot be told for certain."
)
