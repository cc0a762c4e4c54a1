"""The report for Gradescope: points, statuses, and valid output for any text."""

import json

from hypothesis import given

from grader.model.outcome import passed
from grader.report import gradescope
from report.samples import entry, report
from report.untrusted import untrusted_report, untrusted_text


def test_gradescope_gets_the_effective_points():
    judged = (each for each in report().entries if each.outcome.outcome != "not-judged")
    parsed = json.loads(gradescope.render(report(entries=tuple(judged))))
    assert parsed["score"] == 8
    assert [
        (t["name"], t.get("score"), t.get("max_score"), t.get("status")) for t in parsed["tests"]
    ] == [
        ("starts", 5, 5, "passed"),
        ("client-logged", 0, 10, "failed"),
        ("one-log", 0, 5, "failed"),
        ("rests-after-departure", 3, 3, "passed"),
    ]


def test_gradescope_gets_no_maximum_for_checks_without_points():
    (test,) = json.loads(gradescope.render(report(entries=(entry("reset", 0, passed()),))))["tests"]
    assert "max_score" not in test


@given(untrusted_text)
def test_gradescope_with_untrusted_text_is_valid(word):
    assert json.loads(gradescope.render(untrusted_report(word)))["tests"]
