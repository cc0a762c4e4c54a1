"""The report as JUnit's XML: how outcomes map to results, and valid output for any text."""

from hypothesis import example, given
from junitparser import Error, Failure, JUnitXml, Skipped

from grader.report import junit
from report.samples import report
from report.untrusted import untrusted_report, untrusted_text


def test_junit_distinguishes_failures_from_errors():
    suite = next(iter(JUnitXml.fromstring(junit.render_all([report()]))))
    assert suite.name == "zhang.py"
    results = {case.name: [type(result) for result in case.result] for case in suite}
    assert results == {
        "starts": [],
        "client-logged": [Failure],
        "one-log": [Skipped],
        "waits-in-select": [Error],
        "rests-after-departure": [],
    }
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (5, 1, 1, 1)


def test_junit_has_a_suite_for_each_submission():
    found = JUnitXml.fromstring(junit.render_all([report(), report(submission="li.py")]))
    assert [suite.name for suite in found] == ["zhang.py", "li.py"]
    assert found.tests == 10


@example("]]>\x00\ufffe\ud800&<x/>")
@given(untrusted_text)
def test_junit_with_untrusted_text_is_valid(word):
    (suite,) = JUnitXml.fromstring(junit.render_all([untrusted_report(word)]))
    assert len(list(suite)) == len(untrusted_report(word).entries)
