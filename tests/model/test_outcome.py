"""Outcomes and their findings."""

from grader.model import outcome
from grader.model.outcome import Outcome
from grader.model.text import say


def test_each_kind_of_outcome_has_a_constructor():
    why = say("because")
    finding = outcome.Finding(done=why, expected=why, seen=(why,), cause=outcome.Cause("why", why))
    assert outcome.passed() == Outcome(outcome="pass")
    assert outcome.passed(why, why).advice == (why,)
    assert outcome.failed(finding).findings == (finding,)
    assert outcome.skipped(why) == Outcome(outcome="skipped", because=why)
    assert outcome.not_judged(why) == Outcome(outcome="not-judged", because=why)


def test_a_hint_quotes_only_the_beginning_of_a_long_string():
    cause = outcome.Cause("c", say("look at line {line}: {code}")).about(line=7, code="x" * 10_000)
    assert str(cause.hint) == "look at line 7: " + "x" * 120 + "…"
