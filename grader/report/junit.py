"""Reports as JUnit XML, for GitLab and Jenkins: a suite per submission, a case per check.

A failed check is a ``failure``; one that could not be judged is an ``error``.
"""

import re
from collections.abc import Sequence

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from grader.model.report import Entry, Report
from grader.model.text import UNTRANSLATED, Translate, printable
from grader.report.labels import (
    format_adjustment,
    format_finding,
    format_remark,
    format_score,
)

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even as references (production 2, Char)."""


def render_all(reports: Sequence[Report], translate: Translate = UNTRANSLATED) -> bytes:
    """An XML document with a suite for each report."""
    document = JUnitXml("grade")
    for report in reports:
        suite = TestSuite(_clean(report.submission))
        suite.add_property("points", f"{report.points:g}")
        suite.add_property("possible", f"{report.max_points:g}")
        suite.add_property("verdict", report.verdict)
        suite.add_property("told", _clean(format_score(report).render(translate)))
        for each in report.adjustments:
            suite.add_property("adjustment", _clean(format_adjustment(each).render(translate)))
        for entry in report.entries:
            suite.add_testcase(_case(report, entry, translate))
        document.add_testsuite(suite)
    document.update_statistics()  # type: ignore[no-untyped-call]
    text: bytes = document.tostring()  # type: ignore[no-untyped-call]
    return text + b"\n"


def _case(report: Report, entry: Entry, translate: Translate) -> TestCase:
    case = TestCase(entry.name, classname=_clean(report.submission.removesuffix(".py")), time=0)
    brief = format_remark(entry)
    message = _clean(brief.render(translate)) if brief else ""
    match entry.effective_outcome:
        case "fail":
            result = Failure(message)
            findings = (format_finding(finding, translate) for finding in entry.outcome.findings)
            result.text = _clean("\n\n".join(findings))
            case.result = [result]
        case "skipped":
            case.result = [Skipped(message)]
        case "not-judged":
            case.result = [Error(message)]
        case "pass" if entry.decision:
            case.system_out = message
    return case


def _clean(text: str) -> str:
    lines = (printable(line) for line in text.split("\n"))
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", "\n".join(lines))
