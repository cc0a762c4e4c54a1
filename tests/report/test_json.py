"""The report as JSON: a whole recorded output, and valid whatever is in it."""

import json
from pathlib import Path

import pytest
from hypothesis import given

from grader.model.outcome import not_judged, passed
from grader.model.text import say
from grader.report.json import render
from report.samples import entry, report
from report.strangers import COMMANDS, hostile, nasty

RECORDED = Path(__file__).parent / "recorded"


def test_a_mixture_of_everything():
    assert render(report()).decode() == (RECORDED / "mixture.json").read_text(encoding="utf-8")


def test_what_programs_rely_on():
    told = json.loads(render(report()))
    assert told["version"] == 1
    assert (told["submission"], told["points"], told["possible"]) == ("zhang.py", 8, 23)
    assert [(c["id"], c["outcome"], c["points"], c["possible"]) for c in told["checks"]] == [
        ("starts", "pass", 5, 5),
        ("client-logged", "fail", 0, 10),
        ("one-log", "skipped", 0, 5),
        ("waits-in-select", "not-judged", 0, 7.5),
        ("rests-after-departure", "pass", 3, 3),
    ]


@pytest.mark.parametrize(
    ("points", "written"), [(5.0, "5"), (7.5, "7.5"), (0.1 + 0.2, "0.30000000000000004"), (0, "0")]
)
def test_whole_numbers_are_written_as_such(points, written):
    text = render(report(entries=(entry("starts", points, passed()),))).decode()
    assert f'"points": {written},' in text


def test_nothing_judged():
    told = json.loads(render(report(entries=(entry("starts", 5, not_judged(say("lost"))),))))
    assert (told["points"], told["possible"], told["judged"]) == (0, 0, False)


def test_chinese_stays_readable():
    assert "早上好" in render(report()).decode()


@given(nasty)
def test_any_text_of_a_strangers(word):
    data = render(hostile(word))
    assert data.endswith(b"}\n")
    told = json.loads(data)
    assert told["submission"] == told["run"] == told["advice"][0] == word
    assert told["checks"][0]["findings"][0]["log"] == [word, word]
    text = data.decode()
    assert not any(COMMANDS.search(line) for line in text.split("\n"))
    assert not {"\x1b", "\x9b", "\x7f", "\u202e", "\u2067", "\u200f", "\u061c"} & set(text)
