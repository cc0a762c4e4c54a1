"""What all formats have in common: recorded outputs and translation."""

from pathlib import Path

import pytest
from languages import replacing

from grader.model.outcome import not_judged, passed
from grader.model.text import UNTRANSLATED, say
from grader.report.formats import FORMATS
from report.samples import entry, report

RECORDED = Path(__file__).parent / "recorded"


@pytest.mark.parametrize(
    ("name", "file"),
    [("junit", "mixture.xml"), ("markdown", "mixture.md"), ("gradescope", "gradescope.json")],
)
def test_a_report_with_every_kind_of_outcome(name, file):
    made = FORMATS[name].render([report()], UNTRANSLATED)
    assert made.decode() == (RECORDED / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["html", "markdown"])
def test_the_one_reason_for_which_nothing_was_judged(name):
    reason = {"unjudged": say("Because of its age")}
    unjudged = (entry("starts", 5, not_judged(say("too old"))),)
    assert b"Because of its age" in FORMATS[name].render(
        [report(entries=unjudged, **reason)], UNTRANSLATED
    )
    # A teacher may have decided each check since.
    decided = report(entries=(entry("starts", 5, passed()),), **reason)
    assert b"Because of its age" not in FORMATS[name].render([decided], UNTRANSLATED)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_translates_its_sentences(name):
    other = FORMATS[name].render([report()], replacing({"exited": "ENDE"}))
    assert b"the server ENDE on its own" in other
