"""Properties that every check has."""

import pytest

from checks.histories import ask, history, right, scene
from grader.checks import CHECKS

NAMES = [check.name for check in CHECKS if check.points]
SCENARIO = {
    "starts": "terminal",
    "terminal-logged": "terminal",
    "client-logged": "client",
    "exact-text": "client",
    "one-log": "client",
    "own-record": "together",
    "every-message": "together",
    "client-order": "together",
    "terminal-order": "together",
    "arrival-order": "together",
    "silent-client": "silent-client",
    "newcomer": "newcomer",
    "waits-in-select": "client",
    "rests-when-idle": "client",
    "departure": "departure",
    "rests-after-departure": "departure",
}
"""The scenario that each check cannot do without."""


def test_every_check_with_points_is_tested_here() -> None:
    assert sorted(SCENARIO) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_right_server_passes(name: str) -> None:
    assert ask(name, right()).outcome == "pass"


@pytest.mark.parametrize("name", NAMES)
def test_a_run_lost_at_once_is_not_judged(name: str) -> None:
    outcome = ask(name, history(finished=False))
    assert outcome.outcome == "not-judged"
    assert "The run was lost" in str(outcome.because)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_out_of_time_is_not_judged(name: str) -> None:
    outcome = ask(name, history(out_of_time=True))
    assert outcome.outcome == "not-judged"
    assert "The time limit for this submission ran out" in str(outcome.because)


@pytest.mark.parametrize("name", NAMES)
def test_a_pointless_scenario_is_skipped(name: str) -> None:
    outcome = ask(name, history())
    assert outcome.outcome == "skipped"
    assert "earlier failures made it pointless" in str(outcome.because)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_lost_during_the_scenario_is_not_judged(name: str) -> None:
    lost = scene(SCENARIO[name], stopped=False)
    given = right() if name == "one-log" else None
    others = [] if given is None else [scene("terminal", log="")]
    assert ask(name, history(*others, lost, finished=False)).outcome == "not-judged"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_check_describes_itself(check) -> None:
    for text in (check.asks, check.why, check.lesson):
        assert str(text).strip()
