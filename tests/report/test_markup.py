"""Texts and programs as HTML: marks of templates become elements, what a student wrote does not."""

import html
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.i18n import translator
from grader.model.text import UNTRANSLATED, Text, say, say_count
from grader.report.html.markup import highlight, names_lesson, to_html, to_plain
from report.untrusted import untrusted_text


@pytest.mark.parametrize(
    ("text", "shown", "plain"),
    [
        (say("it sleeps in `{call}`", call="recv"), "it sleeps in <code>recv</code>", "recv"),
        (say("in *one* file"), "in <em>one</em> file", "in one file"),
        (say("3 * 4 * 5"), "3 * 4 * 5", "3 * 4 * 5"),
        (say("{it}", it="`x` *y*"), "`x` *y*", "`x` *y*"),
        (say("{it}", it=say("`{it}`", it="<b>")), "<code>&lt;b&gt;</code>", "<b>"),
        (say("{it}", it=(say("`a`"), say("b"))), "<code>a</code> and b", "a and b"),
        (say_count("{count} `x`", "{count} `xs`", count=2), "2 <code>xs</code>", "2 xs"),
        (say("{n:.1f} < 2", n=1.25), "1.2 &lt; 2", "1.2 < 2"),
        (Text("\ue0005\ue001"), "5", "5"),
    ],
)
def test_marks_of_a_template_become_elements(text, shown, plain):
    assert to_html(text, UNTRANSLATED) == shown
    assert plain in to_plain(text, UNTRANSLATED)


def test_a_translation_has_its_own_marks():
    found = to_html(
        say("The homework asks for both in *one* log file (一个日志文件)."), translator("zh")
    )
    assert "*" not in found


@given(untrusted_text)
def test_a_value_creates_no_element(word):
    found = to_html(say("`{it}` and {it}", it=word), UNTRANSLATED)
    assert re.findall(r"<[^>]*>", found) == ["<code>", "</code>"]


@pytest.mark.parametrize(
    ("hint", "named"), [("x? (files)", True), ("什么？（文件）", True), ("(a) b", False)]
)
def test_a_hint_may_name_its_lesson(hint, named):
    assert names_lesson(hint) is named


def test_a_program_has_classes_for_its_syntax():
    (line,) = highlight(["def f(x): return 'a' + str(1)  # c"])
    for name, part in (("k", "def"), ("f", "f"), ("b", "str"), ("m", "1"), ("c", "# c")):
        assert f'<span class="{name}">{part}</span>' in line


@given(st.lists(untrusted_text.map(lambda text: re.sub(r"[\r\n]", "", text)), max_size=5))
def test_a_highlighted_program_has_the_same_text(lines):
    shown = highlight(lines)
    assert [html.unescape(re.sub(r"<[^>]*>", "", line)) for line in shown] == lines
    assert {tag for line in shown for tag in re.findall(r"<(\w+)", line)} <= {"span"}


@pytest.mark.parametrize(
    "unit", ["f'{", "'''", "(", "[(", "\\", "0x", "f'{f\"{", "@a.", "r'\\", "1e1_", "𝐱", '"{:{']
)
def test_a_hostile_program_is_highlighted_in_little_time(unit):
    lines = [(unit * 500)[:500]] * 300
    started = time.process_time()
    assert len(highlight(lines)) == len(lines)
    assert time.process_time() - started < 10
