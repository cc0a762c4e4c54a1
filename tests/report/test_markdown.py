"""The report as Markdown: its layout, and that untrusted text creates no element."""

import pytest
from hypothesis import example, given
from markdown_it import MarkdownIt

from grader.report import markdown
from report.samples import report
from report.untrusted import untrusted_report, untrusted_text


def elements(text: str) -> set[str]:
    """The kinds of elements in ``text`` as GitHub-flavoured Markdown."""
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
