"""Every format shows a teacher's decision beside what was recorded."""

import io

import pytest
from hypothesis import given
from rich.console import Console

from grader.model.outcome import Adjustment
from grader.model.report import Report
from grader.model.text import UNTRANSLATED
from grader.report import terminal
from grader.report.formats import FORMATS
from grader.report.json import read, render
from grader.runs import decisions
from grader.runs.overrides import Override
from report.samples import report as mixture
from report.untrusted import untrusted_report, untrusted_text

COMPLETE = ["terminal", *(name for name, each in FORMATS.items() if not each.printed)]
"""Those that show the whole report."""


def shown(report: Report, form: str) -> str:
    """A report in a format, without Markdown's backslashes."""
    if form != "terminal":
        return FORMATS[form].render([report], UNTRANSLATED).decode().replace("\\", "")
    with io.StringIO() as file:
        terminal.show(report, Console(width=400, file=file))
        return file.getvalue()


def decided(report: Report, check: str, **what) -> Report:
    override = Override(
        submission=report.submission,
        check=check,
        reason="hers alone",
        by="Li",
        sha256="a" * 64,
        **what,
    )
    return decisions.apply(report, "a" * 64, [override])


@pytest.mark.parametrize("check", ["client-logged", "one-log", "waits-in-select", "starts"])
@pytest.mark.parametrize("what", [{"outcome": "pass"}, {"outcome": "fail"}, {"points": 1}])
@pytest.mark.parametrize("form", COMPLETE)
def test_every_format_shows_a_decision(form, check, what):
    report = decided(mixture(), check, **what)
    told = shown(report, form)
    assert "hers alone" in told
    assert "Li" in told
    recorded = {"client-logged": "exit status 1", "one-log": "which failed"}
    assert recorded.get(check, "") in told


@pytest.mark.parametrize("form", COMPLETE)
@pytest.mark.parametrize(
    ("points", "said"),
    [
        (-2, "Li takes off 2 points: hers alone"),
        (1, "Li adds 1 point: hers alone"),
        (0, "Li comments: hers alone"),
    ],
)
def test_every_format_shows_what_is_said_of_the_whole(form, points, said):
    adjustment = Adjustment(points=points, reason="hers alone", by="Li")
    report = mixture(adjustments=(adjustment,))
    assert report.points == mixture().points + points
    told = shown(report, form)
    if form == "json":
        assert read(render(report)).adjustments == (adjustment,)
    else:
        assert said in told


@given(untrusted_text)
def test_a_json_report_with_decisions_can_be_read_back(word):
    for report in (
        mixture(),
        untrusted_report(word),
        decided(mixture(), "client-logged", points=2.5),
    ):
        assert render(read(render(report))) == render(report)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"\xff", b"[" * 100_000, render(mixture()).replace(b'n": 1,', b'n": 99,')]
)
def test_invalid_reports_are_rejected(data):
    with pytest.raises(ValueError, match=r"."):
        read(data)


@pytest.mark.parametrize("form", ["terminal", "html", "markdown", "gradescope", "json"])
def test_findings_are_shown_in_spite_of_a_decision(form):
    report = decided(mixture(), "client-logged", outcome="pass")
    told = shown(report, form)
    assert "one client connected and sent messages, with nobody else there" in told
