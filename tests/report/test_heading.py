"""The heading of a page: assignment, student and attempt, and that it can be replaced."""

import re
from html import unescape

from hypothesis import given

from grader.i18n import translator
from grader.model.text import UNTRANSLATED
from grader.report import html
from grader.report.html import Attempt, PageHeading
from report.pages import Tags
from report.samples import report
from report.untrusted import untrusted_text

WHOLE = PageHeading(
    assignment="Homework 3", name="张三", number="0042", attempt=Attempt(number=2, count=3)
)


def heading_of(page: bytes) -> list[str]:
    """The texts of the heading, a line each."""
    found = page.decode().partition("<hgroup>")[2].partition("</hgroup>")[0]
    return [unescape(re.sub("<[^>]*>", "", line)) for line in found.split("\n") if line]


def test_nothing_known_leaves_the_submission():
    assert heading_of(html.render(report(submission="zhang.py"))) == ["zhang.py"]


def test_assignment_student_and_attempt_are_at_the_top():
    shown = report(submission="zhang.py")
    assert heading_of(html.render(shown, UNTRANSLATED, WHOLE)) == [
        "Homework 3",
        "张三 (0042)",
        "zhang.py · attempt 2 of 3; attempt 3 counts",
    ]
    assert heading_of(html.render(shown, translator("zh"), WHOLE)) == [
        "Homework 3",
        "张三（0042）",
        "zhang.py · 第2次提交（共3次），以第3次为准",
    ]


def test_the_last_attempt_is_the_one_that_counts():
    last = PageHeading(number="0042", attempt=Attempt(number=3, count=3))
    assert heading_of(html.render(report(submission="zhang.py"), UNTRANSLATED, last)) == [
        "0042",
        "zhang.py · attempt 3 of 3, the one that counts",
    ]


def test_a_replaced_heading_is_as_if_it_had_been_rendered():
    shown = report(submission="zhang.py")
    before, after = html.render(shown), html.render(shown, UNTRANSLATED, WHOLE)
    assert html.replace_heading(before, WHOLE, "zhang.py", UNTRANSLATED) == after
    assert html.replace_heading(after, html.NOTHING_KNOWN, "zhang.py", UNTRANSLATED) == before
    old = b"<header><h1>zhang.py</h1></header>"
    assert html.replace_heading(old, WHOLE, "zhang.py", UNTRANSLATED) == old


@given(untrusted_text)
def test_untrusted_text_creates_no_element_and_ends_no_heading(word):
    shown = report(submission=word)
    odd = PageHeading(assignment=f"a{word}", name=f"n{word}", number=f"0{word}</hgroup><hgroup>")
    page = html.render(shown, UNTRANSLATED, odd)
    usual = html.render(report(), UNTRANSLATED, PageHeading(assignment="a", name="n", number="0"))
    assert Tags(page.decode()).found == Tags(usual.decode()).found
    replaced = html.replace_heading(page, html.NOTHING_KNOWN, word, UNTRANSLATED)
    assert replaced == html.render(shown)
