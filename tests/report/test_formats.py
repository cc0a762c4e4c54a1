"""Each format: a recorded output, and valid and safe whatever is in it."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import example, given
from junitparser import Error, Failure, JUnitXml, Skipped
from languages import replacing
from markdown_it import MarkdownIt

from grader.model.outcome import passed
from grader.model.text import UNTRANSLATED
from grader.report import gradescope, junit, markdown
from grader.report.formats import FORMATS
from grader.report.json import render as render_json
from grader.report.schema import schema
from report.samples import entry, report
from report.untrusted import untrusted_report, untrusted_text

RECORDED = Path(__file__).parent / "recorded"
PUBLISHED = json.loads((Path(__file__).parents[2] / "docs/report.schema.json").read_text("utf-8"))
SCHEMA = jsonschema.validators.validator_for(PUBLISHED)(PUBLISHED)


@pytest.mark.parametrize(
    ("name", "file"),
    [("junit", "mixture.xml"), ("markdown", "mixture.md"), ("gradescope", "gradescope.json")],
)
def test_a_report_with_every_kind_of_outcome(name, file):
    made = FORMATS[name].render([report()], UNTRANSLATED)
    assert made.decode() == (RECORDED / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_translates_its_sentences(name):
    other = FORMATS[name].render([report()], replacing({"exited": "ENDE"}))
    assert b"the server ENDE on its own" in other


# --- JSON ---


def test_the_published_schema_is_up_to_date():
    assert schema() == PUBLISHED, "docs/report.schema.json"


@given(untrusted_text)
def test_json_conforms_to_its_schema(word):
    for parsed in (report(), untrusted_report(word)):
        SCHEMA.validate(json.loads(render_json(parsed)))


def test_several_reports_are_json_lines():
    made = FORMATS["json"].render([report(), report(submission="li.py")], UNTRANSLATED)
    assert [json.loads(line)["submission"] for line in made.splitlines()] == ["zhang.py", "li.py"]


# --- JUnit ---


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


# --- Gradescope ---


def test_gradescope_gets_the_effective_points():
    parsed = json.loads(gradescope.render(report()))
    assert parsed["score"] == 8
    assert [
        (t["name"], t.get("score"), t.get("max_score"), t.get("status")) for t in parsed["tests"]
    ] == [
        ("starts", 5, 5, "passed"),
        ("client-logged", 0, 10, "failed"),
        ("one-log", 0, 5, "failed"),
        ("waits-in-select", None, None, None),
        ("rests-after-departure", 3, 3, "passed"),
    ]


def test_gradescope_gets_no_maximum_for_checks_without_points():
    (test,) = json.loads(gradescope.render(report(entries=(entry("reset", 0, passed()),))))["tests"]
    assert "max_score" not in test


@given(untrusted_text)
def test_gradescope_with_untrusted_text_is_valid(word):
    assert json.loads(gradescope.render(untrusted_report(word)))["tests"]


# --- Markdown ---


def elements(text: str) -> set[str]:
    """The kinds of elements that a Markdown of GitHub's kind is made of."""
    parser = MarkdownIt("gfm-like", {"linkify": False})
    tokens = parser.parse(text)
    return {token.type for block in tokens for token in (block, *(block.children or ()))}


USUAL = elements(markdown.render_all([report(), report()]).decode())


def test_markdown_of_several_reports_begins_with_a_table():
    made = markdown.render_all([report(), report(submission="li|.py")]).decode()
    assert made.index("zhang\\.py") < made.index("## zhang")
    assert "li\\|\\.py" in made


@example("<img src=x onerror=alert(1)>")
@example("![x](http://example.org/x.png)")
@example("[x](http://example.org)")
@example("```\n# head")
@example("`" * 9)
@example("a | b | c")
@example("*b* _i_ ~~s~~ **B**")
@example("&lt;b&gt; &#60;")
@example("- x\n- y\n\n    code")
@given(untrusted_text)
def test_untrusted_text_creates_no_element(word):
    assert (
        elements(markdown.render_all([untrusted_report(word), untrusted_report(word)]).decode())
        <= USUAL
    )


@pytest.mark.parametrize(
    "word", ["@octocat", "#1", "https://example.org", "www.example.org", "a@b.c"]
)
def test_github_creates_no_link(word):
    parsed = markdown.plain(word)
    assert "\N{ZERO WIDTH SPACE}" in parsed
    assert parsed.replace("\N{ZERO WIDTH SPACE}", "").replace("\\", "") == word


def test_quoted_lines_cannot_close_their_block():
    made = markdown.fenced(["```", "````x", "# head"])
    assert made.startswith("`````text\n")
    (block,) = MarkdownIt().parse(made)
    assert block.content == "```\n````x\n# head\n"
