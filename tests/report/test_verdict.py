"""A submission that is not wholly judged has no grade, and passes in no format."""

import json
from xml.etree import ElementTree

import pytest
from rich.console import Console

from grader.ci.result import PullRequestResult, SubmissionResult
from grader.ci.summary import render as render_summary
from grader.classroom.gradebook import build_rows
from grader.classroom.page.overview import build_overview
from grader.classroom.results import ClassResults, StoredResult
from grader.cli.class_table import ClassTable
from grader.cli.console import BELOW, NOT_JUDGED, PASSED, reports_status
from grader.cli.tally import Tally
from grader.model.outcome import failed, not_judged, passed
from grader.model.report import Report, Verdict
from grader.model.rubric import Rubric
from grader.model.text import UNTRANSLATED, say
from grader.report import gradescope, html, junit, markdown, terminal
from grader.report import json as report_json
from grader.runs.run import RunInfo
from report.samples import FINDING, entry, report

LOST = not_judged(say("The run was lost."))
PASSES = report(entries=(entry("starts", 95, passed()), entry("one-log", 5, failed(FINDING))))
FAILS = report(entries=(entry("starts", 5, passed()), entry("one-log", 95, failed(FINDING))))
PARTLY = report(entries=(entry("starts", 95, passed()), entry("one-log", 5, LOST)))
"""All that was judged passes, far above the pass mark."""
NOTHING = report(entries=(entry("starts", 100, LOST),), unjudged=say("The machine was lost."))
CRAFT = report(entries=(entry("starts", 100, passed()), entry("reset", 0, LOST)))
"""What was not judged is worth nothing."""

UNJUDGED = pytest.mark.parametrize("unjudged", [PARTLY, NOTHING])


@pytest.mark.parametrize(
    ("judged", "verdict"),
    [
        (PASSES, "passed"),
        (FAILS, "below"),
        (PARTLY, "not-judged"),
        (NOTHING, "not-judged"),
        (CRAFT, "passed"),
        (report(entries=()), "below"),
    ],
)
def test_the_verdict(judged: Report, verdict: Verdict) -> None:
    assert judged.verdict == verdict
    assert judged.passed == (verdict == "passed")
    status = {"passed": PASSED, "below": BELOW, "not-judged": NOT_JUDGED}[verdict]
    assert reports_status([judged]) == status
    assert reports_status([PASSES, judged]) == status
    tally = Tally()
    tally.add(judged)
    assert tally.status == status


@UNJUDGED
def test_json(unjudged: Report) -> None:
    parsed = json.loads(report_json.render(unjudged))
    assert (parsed["judged"], parsed["passed"]) == (False, False)
    assert json.loads(report_json.render(PASSES))["passed"]


@UNJUDGED
def test_junit(unjudged: Report) -> None:
    suite = ElementTree.fromstring(junit.render_all([unjudged])).find("testsuite")
    assert suite is not None
    assert int(suite.get("errors", 0)) > 0
    properties = {each.get("name"): each.get("value", "") for each in suite.iter("property")}
    assert properties["verdict"] == "not-judged"
    assert properties["told"].startswith("not judged")


@UNJUDGED
def test_gradescope(unjudged: Report) -> None:
    parsed = json.loads(gradescope.render(unjudged))
    assert "score" not in parsed
    assert not any("score" in test for test in parsed["tests"])
    assert parsed["output"].startswith("not judged")
    assert json.loads(gradescope.render(PASSES))["score"] == 95


@UNJUDGED
def test_markdown(unjudged: Report) -> None:
    assert markdown.render_all([unjudged]).startswith(b"## zhang\\.py: not judged")
    rows = markdown.render_all([PASSES, unjudged]).decode().splitlines()[2:4]
    assert "| 95 of 100 points |" in rows[1]
    assert "| not judged" in rows[0]


@UNJUDGED
def test_html(unjudged: Report) -> None:
    def headline(shown: Report) -> str:
        return html.render(shown, UNTRANSLATED).decode().partition("<main")[0].rpartition("<p")[2]

    assert 'class="points bad">not judged' in headline(unjudged)
    assert 'class="points good"><strong>95' in headline(PASSES)


@UNJUDGED
def test_terminal(unjudged: Report, capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(width=100, force_terminal=True, color_system="standard")
    with console.capture() as shown:
        terminal.show(unjudged, console, UNTRANSLATED)
    first = shown.get().splitlines()[0]
    assert "not judged" in first
    assert "\x1b[1;32m" not in first
    assert "\x1b[1;35m" in first
    ClassTable(["zhang.py"]).show(unjudged)
    assert capsys.readouterr().out.split(maxsplit=2)[1] in ("not", "–")


@UNJUDGED
def test_ci(unjudged: Report) -> None:
    result = SubmissionResult(name="zhang.py", path="zhang.py", report=unjudged)
    assert result.undecided
    assert not result.failed
    summary = render_summary(PullRequestResult(submissions=(result,)), UNTRANSLATED)
    row = next(line for line in summary.splitlines() if line.startswith("| zhang"))
    assert "| – |" in row
    assert "passed" not in row


@UNJUDGED
def test_gradebook(unjudged: Report) -> None:
    rows = build_rows(ClassResults(graded={"zhang.py": stored(unjudged)}, lost={}, notes=()), None)
    assert [(row.status, row.points) for row in rows] == [("not-judged", None)]


@UNJUDGED
def test_the_classs_page(unjudged: Report) -> None:
    found = ClassResults(
        graded={"a.py": stored(PASSES), "zhang.py": stored(unjudged)}, lost={}, notes=()
    )
    rows = build_overview(found, ()).rows
    assert [(row.name, row.status) for row in rows] == [
        ("zhang.py", "not-judged"),
        ("a.py", "passed"),
    ]


def stored(found: Report) -> StoredResult:
    info = RunInfo(submission=found.submission, sandbox="docker", seed=1, time="")
    return StoredResult(report=found, info=info, rubric=Rubric(), source=b"")
