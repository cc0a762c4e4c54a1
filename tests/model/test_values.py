"""Nonces, outcomes, and the report's sums."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model import outcome, plan
from grader.model.outcome import Outcome
from grader.model.report import Entry, Report
from grader.model.text import say

# --- nonces ---


def test_nonces_are_different_and_of_their_alphabet():
    found = plan.nonces(1)
    assert len(set(found)) == len(found) == plan.NONCE_COUNT
    assert {len(nonce) for nonce in found} == {plan.NONCE_LENGTH}
    assert set("".join(found)) == set(plan.NONCE_ALPHABET)


def test_the_same_seed_makes_the_same_nonces():
    assert plan.nonces(7) == plan.nonces(7)
    assert plan.nonces(7) != plan.nonces(8)
    # A report names its seed: who tries it again with that one sends the same texts.
    assert plan.nonces(0)[:2] == ("jqxzxqjqxzzqzqzx", "jjzxzxxzqxxjzjzj")


@given(st.integers(0, 2**63 - 1))
def test_any_seed_makes_enough(seed):
    assert len(set(plan.nonces(seed))) == plan.NONCE_COUNT


@given(st.integers(0, 2**63 - 1))
def test_every_nonce_holds_each_letter_and_one_twice_in_a_row(seed):
    for nonce in plan.nonces(seed):
        assert nonce[0] in plan.NONCE_FIRST
        assert set(nonce) == set(plan.NONCE_ALPHABET)
        assert any(letter * 2 in nonce for letter in plan.NONCE_ALPHABET)


def test_no_record_format_holds_the_alphabet():
    usual = "[2024-05-01 12:00:00,123] INFO root: ('127.0.0.1', 50123) client terminal 0x7fab recv"
    assert not set(usual.lower().replace("0x7fab", "")) & set(plan.NONCE_ALPHABET)


# --- outcomes ---


def test_outcomes():
    why = say("because")
    finding = outcome.Finding(done=why, expected=why, seen=(why,), hint=why)
    assert outcome.passed() == Outcome(outcome="pass")
    assert outcome.passed(why, why).advice == (why,)
    assert outcome.failed(finding).findings == (finding,)
    assert outcome.skipped(why) == Outcome(outcome="skipped", because=why)
    assert outcome.not_judged(why) == Outcome(outcome="not-judged", because=why)


# --- the report ---


def report(*results: tuple[str, float], pass_mark: float = 60) -> Report:
    text = say("x")
    return Report(
        submission="a.py",
        entries=tuple(
            Entry(
                name=f"c{n}", asks=text, lesson=text, max_points=points, outcome=Outcome(outcome=o)
            )
            for n, (o, points) in enumerate(results)
        ),
        pass_mark=pass_mark,
        sandbox="docker",
        python="3.12",
        grader="1",
        seed=0,
    )


def test_points():
    found = report(("pass", 5), ("fail", 10), ("skipped", 3), ("not-judged", 20), ("pass", 0))
    assert [entry.points for entry in found.entries] == [5, 0, 0, 0, 0]
    assert (found.points, found.max_points) == (5, 18)
    assert found.count("pass") == 2
    assert found.count("not-judged") == 1


def test_judged_is_what_all_that_has_points_was():
    assert report(("pass", 5), ("fail", 5), ("skipped", 5)).judged
    assert report(("pass", 5), ("not-judged", 0)).judged
    assert not report(("pass", 5), ("not-judged", 0.5)).judged


@pytest.mark.parametrize(
    ("results", "mark", "passed"),
    [
        ([("pass", 60), ("fail", 40)], 60, True),
        ([("pass", 59.5), ("fail", 40.5)], 60, False),
        ([("pass", 6), ("skipped", 4)], 60.1, False),
        ([("pass", 3), ("fail", 2), ("not-judged", 95)], 60, True),
        ([("fail", 1)], 0, True),
        ([("fail", 1)], 0.1, False),
        ([("pass", 1)], 100, True),
        # In binary 2.3 * 100 is less than 230, and 0.1 + 0.1 + 0.1 more than 0.3.
        ([("pass", 2.3), ("fail", 7.7)], 23, True),
        ([("pass", 0.58), ("fail", 0.42)], 58, True),
        ([("pass", 0.1)] * 3, 100, True),
    ],
)
def test_the_pass_mark(results, mark, passed):
    assert report(*results, pass_mark=mark).passed == passed


def test_sums_are_what_a_person_would_add():
    assert report(*[("pass", 0.1)] * 3).points == 0.3
    assert report(*[("pass", 0.7)] * 10).max_points == 7


@given(st.lists(st.integers(0, 1000).map(lambda tenths: tenths / 10), min_size=1))
def test_all_points_are_all_that_is_possible(points):
    full = report(*(("pass", p) for p in points), pass_mark=100)
    assert full.points == full.max_points
    assert full.passed == (sum(points) > 0)
