"""``grade explain``: the list of checks, and each of them."""

import pytest

from grader.checks import CHECKS


def test_explain_all(grade):
    status, out, _ = grade("explain")
    assert status == 0
    for check in CHECKS:
        assert check.name in out


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_explain_one(grade, check):
    status, out, _ = grade("explain", check.name)
    assert status == 0
    words = " ".join(out.split())
    for text in (check.name, f"{check.points:g}", *check.needs):
        assert text in words
    # The columns are folded: their first words are enough.
    for text in (check.asks, check.why, check.lesson):
        assert " ".join(str(text).split()[:3]) in words
