"""The report's sums: points, maximum, and whether it is judged and passed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model.outcome import Outcome
from grader.model.report import Entry, Report
from grader.model.text import say


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


def test_points_and_counts():
    found = report(("pass", 5), ("fail", 10), ("skipped", 3), ("not-judged", 20), ("pass", 0))
    assert [entry.points for entry in found.entries] == [5, 0, 0, 0, 0]
    assert (found.points, found.max_points) == (5, 18)
    assert found.count("pass") == 2
    assert found.count("not-judged") == 1


def test_a_report_is_judged_if_every_check_worth_points_is():
    assert report(("pass", 5), ("fail", 5), ("skipped", 5)).judged
    assert report(("pass", 5), ("not-judged", 0)).judged
    assert not report(("pass", 5), ("not-judged", 0.5)).judged


@pytest.mark.parametrize(
    ("results", "mark", "passed"),
    [
        ([("pass", 60), ("fail", 40)], 60, True),
        ([("pass", 59.5), ("fail", 40.5)], 60, False),
        ([("pass", 6), ("skipped", 4)], 60.1, False),
        ([("pass", 60), ("fail", 20), ("not-judged", 20)], 60, False),
        ([("fail", 1)], 0, True),
        ([("fail", 1)], 0.1, False),
        ([("pass", 1)], 100, True),
        # In floating point, 2.3 * 100 < 230 and 0.1 + 0.1 + 0.1 > 0.3.
        ([("pass", 2.3), ("fail", 7.7)], 23, True),
        ([("pass", 0.58), ("fail", 0.42)], 58, True),
        ([("pass", 0.1)] * 3, 100, True),
    ],
)
def test_the_pass_mark(results, mark, passed):
    assert report(*results, pass_mark=mark).passed == passed


def test_sums_are_exact_decimals():
    assert report(*[("pass", 0.1)] * 3).points == 0.3
    assert report(*[("pass", 0.7)] * 10).max_points == 7


@given(st.lists(st.integers(0, 1000).map(lambda tenths: tenths / 10), min_size=1))
def test_passing_every_check_earns_the_maximum(points):
    full = report(*(("pass", p) for p in points), pass_mark=100)
    assert full.points == full.max_points
    assert full.passed == (sum(points) > 0)
