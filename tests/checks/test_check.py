"""What all checks are made of."""

from checks.histories import right
from grader.checks.check import Undecided, history_only
from grader.model.outcome import passed, skipped
from grader.model.rubric import Rubric
from grader.model.text import say


def test_a_judge_may_need_the_history_alone():
    asked = []

    def judge(history):
        asked.append(history)
        return passed()

    given = right()
    assert history_only(judge)(given, Rubric()) == passed()
    assert asked == [given]


def test_what_is_undecided_shows_its_outcome_in_a_traceback():
    outcome = skipped(say("It has exited."))
    assert Undecided(outcome).outcome == outcome
    assert "It has exited." in repr(Undecided(outcome))
