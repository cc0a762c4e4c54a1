"""Which scenarios are played for some of the checks."""

from dataclasses import replace

import pytest

from checks.situations import Situation, all_situations
from grader.checks import CHECKS, Undecided
from grader.checks.selection import scenarios_for, with_needs
from grader.model.outcome import Outcome

NAMES = [check.name for check in CHECKS]


def outcome_of(situation: Situation, scenarios: tuple[str, ...] | None) -> Outcome:
    """What the check says if only these scenarios were played; None: all."""
    check = next(check for check in CHECKS if check.name == situation.check)
    plays = situation.history.plays
    if scenarios is not None:
        plays = tuple(play for play in plays if play.scenario in scenarios)
    try:
        return check.judge(replace(situation.history, plays=plays), situation.rubric)
    except Undecided as undecided:
        return undecided.outcome


@pytest.mark.parametrize("name", NAMES)
def test_a_check_reads_nothing_but_its_scenarios(name: str) -> None:
    asked = [situation for situation in all_situations() if situation.check == name]
    assert asked
    for situation in asked:
        alone = outcome_of(situation, scenarios_for([name], CHECKS))
        assert alone == outcome_of(situation, None), situation.title


def test_needs_of_needs_are_included_and_each_stands_behind_its_own():
    assert [check.name for check in with_needs(["client-order"], CHECKS)] == [
        "starts", "client-logged", "terminal-logged", "every-message", "client-order",
    ]  # fmt: skip
    assert scenarios_for(["newcomer"], CHECKS) == ("terminal", "client", "newcomer", "together")
    assert scenarios_for(["functions"], CHECKS) == ()


def test_a_check_that_does_not_say_what_it_reads_has_everything_played():
    unknown = replace(CHECKS[-1], name="own", scenarios=None)
    assert scenarios_for(["own", "starts"], (*CHECKS, unknown)) is None
    assert scenarios_for(["starts"], (*CHECKS, unknown)) == ("terminal",)
