"""Choice: which log a run is read by, if its program writes several.

A program that keeps one log in order and another one exact keeps none that is right. So all plays
are read by one log. Its name may differ from play to play, as one made from the time does.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Literal, NamedTuple, Protocol

from grader.logs.mixtures import exact_messages, first_mixture
from grader.logs.readings import Reading
from grader.model.history import Play
from grader.model.vocabulary import ScenarioName

LOGS = 32
"""Logs of one play that are compared. A right program writes a few."""

Fault = Literal[
    "every-message", "exact-text", "own-record", "client-order", "terminal-order", "arrival-order"
]
"""A property that a reading lacks: the check that judges it."""


class _Judged(NamedTuple):
    points: int
    scenarios: Set[ScenarioName]
    """In whose plays it is judged."""


_HOMEWORK: Set[ScenarioName] = {
    "terminal", "client", "together", "silent-client", "newcomer", "departure"
}  # fmt: skip

JUDGED: Mapping[Fault, _Judged] = {
    "every-message": _Judged(10, {"together", "client", "terminal"}),
    "exact-text": _Judged(5, {"client", "terminal"}),
    "own-record": _Judged(5, _HOMEWORK),
    "client-order": _Judged(5, {"together"}),
    "terminal-order": _Judged(5, {"together"}),
    "arrival-order": _Judged(5, {"together"}),
}
"""What each fault costs, as the checks have it."""

_ORDERS: Set[Fault] = {"client-order", "terminal-order", "arrival-order"}
"""They are judged only if each message is logged once."""


def points_lost(faults: Iterable[tuple[ScenarioName, Set[Fault]]]) -> int:
    """Return the points that the faults of plays cost together."""
    lost = {
        fault for scenario, own in faults for fault in own if scenario in JUDGED[fault].scenarios
    }
    if "every-message" in lost:
        lost |= _ORDERS
    return sum(JUDGED[fault].points for fault in lost)


class Logs(Protocol):
    """The complete logs of one play."""

    play: Play

    @property
    def logs(self) -> Mapping[str, Reading]:
        """A reading of each, by its path, the one that costs least first."""

    def faults(self, reading: Reading) -> Set[Fault]:
        """What is wrong with a reading."""


def choose_logs(plays: Sequence[Logs]) -> list[str | None]:
    """Return, for each of the plays of a run, the path of the log that it is read by; None: it has
    none.

    The package defines it. Each log of any play is tried as the one that all are read by. A play
    without it is read by another one, which is beside it in no play; if a play that counts has
    none, it is not the one. If none is, each play is read by what costs least there.
    """
    choices = []
    for path in dict.fromkeys(path for each in plays for path in each.logs):
        beside = {other for each in plays if path in each.logs for other in each.logs}
        chosen = [_read_by(path, each, beside) for each in plays]
        if all(own or not _counts(each) for own, each in zip(chosen, plays, strict=True)):
            faults = [
                (each.play.scenario, each.faults(each.logs[own]))
                for own, each in zip(chosen, plays, strict=True)
                if own
            ]
            if not any("exact-text" in own for _, own in faults) and _is_mixed(plays, chosen):
                faults.append(("client", {"exact-text"}))
            missing = sum(path not in each.logs for each in plays)
            cost = points_lost(faults), sum(len(own) for _, own in faults), missing
            choices.append((cost, chosen))
    least = [next(iter(each.logs), None) for each in plays]
    chosen = min(choices, key=lambda choice: choice[0], default=(None, least))[1]
    return [own or other for own, other in zip(chosen, least, strict=True)]


def _is_mixed(plays: Sequence[Logs], chosen: Sequence[str | None]) -> bool:
    """Whether the plays of exact-text, read by the ``chosen`` logs, show a log that no encoding
    shows."""
    return bool(
        first_mixture(
            shown
            for each, path in zip(plays, chosen, strict=True)
            if path and each.play.scenario in JUDGED["exact-text"].scenarios
            for shown in exact_messages(each.logs[path], each.play.messages)
        )
    )


def _counts(play: Logs) -> bool:
    """Whether a play shows which logs the program keeps: with a server that ended, one may be
    lost."""
    return bool(play.logs) and not play.play.failure and play.play.scenario in _HOMEWORK


def _read_by(path: str, play: Logs, beside: Set[str]) -> str | None:
    """The log that a play is read by if others are read by the log at ``path``, which has others
    ``beside`` it; None: it has none."""
    if path in play.logs:
        return path
    return next((other for other in play.logs if other not in beside), None)
