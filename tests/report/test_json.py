"""The report as JSON: a recorded output, and valid output for any text."""

import json
from pathlib import Path

import pytest
from hypothesis import given

from grader.model.outcome import not_judged, passed
from grader.model.text import UNTRANSLATED, say
from grader.report.formats import FORMATS
from grader.report.json import render
from report.samples import entry, report
from report.untrusted import COMMANDS, untrusted_report, untrusted_text

RECORDED = Path(__file__).parent / "recorded"


def test_a_report_with_every_kind_of_outcome():
    assert render(report()).decode() == (RECORDED / "mixture.json").read_text(encoding="utf-8")


def test_fields_that_programs_rely_on():
    parsed = json.loads(render(report()))
    assert parsed["version"] == 1
    assert (parsed["submission"], parsed["points"], parsed["possible"]) == ("zhang.py", 8, 23)
    assert [(c["id"], c["outcome"], c["points"], c["possible"]) for c in parsed["checks"]] == [
        ("starts", "pass", 5, 5),
        ("client-logged", "fail", 0, 10),
        ("one-log", "skipped", 0, 5),
        ("waits-in-select", "not-judged", 0, 7.5),
        ("rests-after-departure", "pass", 3, 3),
    ]


@pytest.mark.parametrize(
    ("points", "written"), [(5.0, "5"), (7.5, "7.5"), (0.1 + 0.2, "0.30000000000000004"), (0, "0")]
)
def test_whole_numbers_have_no_decimal_point(points, written):
    text = render(report(entries=(entry("starts", points, passed()),))).decode()
    assert f'"points": {written},' in text


def test_nothing_judged():
    parsed = json.loads(render(report(entries=(entry("starts", 5, not_judged(say("lost"))),))))
    assert (parsed["points"], parsed["possible"], parsed["judged"]) == (0, 0, False)


def test_several_reports_are_json_lines():
    made = FORMATS["json"].render([report(), report(submission="li.py")], UNTRANSLATED)
    assert [json.loads(line)["submission"] for line in made.splitlines()] == ["zhang.py", "li.py"]


def test_chinese_stays_readable():
    assert "早上好" in render(report()).decode()


@given(untrusted_text)
def test_untrusted_text_is_escaped(word):
    data = render(untrusted_report(word))
    assert data.endswith(b"}\n")
    parsed = json.loads(data)
    assert parsed["submission"] == parsed["run"] == parsed["advice"][0] == word
    assert parsed["checks"][0]["findings"][0]["log"] == [word, word]
    text = data.decode()
    assert not any(COMMANDS.search(line) for line in text.split("\n"))
    assert not {"\x1b", "\x9b", "\x7f", "\u202e", "\u2067", "\u200f", "\u061c"} & set(text)
