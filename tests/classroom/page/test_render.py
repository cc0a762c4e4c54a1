"""The class's page is complete, self-contained, and safe with untrusted text."""

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import unquote

import msgspec
from hypothesis import example, given
from report.pages import Tags
from report.untrusted import untrusted_report, untrusted_text

from classroom.page.classes import a_class, report_of, text
from grader.classroom.similarity import SimilarGroup
from grader.model.outcome import Decision
from grader.model.text import say, visible

TEXT = text()


def test_the_page_is_self_contained_and_allows_only_its_own_script():
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', TEXT)[1].replace("&#39;", "'")
    tags = Tags(TEXT)
    assert tags.found["script"] == tags.found["style"] == 1
    assert not {"link", "img", "iframe"} & set(tags.found)
    assert not {"style", "src", "onclick"} & tags.attributes
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() + "'"
        for kind in ("style", "script")
        for each in re.findall(f"<{kind}>(.*?)</{kind}>", TEXT, re.DOTALL)
    ]
    assert policy == (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"style-src {hashes[0]}; script-src {hashes[1]}"
    )


def test_every_submission_links_to_its_report():
    table = TEXT[TEXT.index('<table class="submissions"') :]
    for name in ("an.py", "bo.py", "chi.py", "dan.py", "eva.py", "fan.py", "gu.py"):
        assert f'<a href="{name}-1/report.html"><bdi>{name}</bdi></a>' in table
    assert "<bdi>hao.py</bdi>" in table
    assert "hao.py-1" not in table


def test_links_within_the_page_have_targets():
    tags = Tags(TEXT)
    within = {link[1:] for link in tags.links if link.startswith("#")}
    assert {"mistake-1", "similar-1", "similar-2", "submissions", "mistakes", "similar"} <= within
    assert within <= set(tags.ids)
    assert len(tags.ids) == len(set(tags.ids))


def test_the_page_is_complete_without_the_script():
    for words in (
        "Li decided pass instead of FAIL: seen in class",
        "What Li has decided of starts is not applied.",
        "The run runs/hao was lost: grade it again.",
        "not in the log: 2 messages",
        "similarity 90 to 95 %",
        "identical byte for byte",
        "2 submissions make mistakes that no other makes.",
    ):
        assert words in TEXT
    assert re.findall(r"<[^>]*\shidden\b[^>]*>", TEXT) == [
        '<form class="filter" role="search" hidden>'
    ]


def test_tables_and_fields_are_labelled():
    tags = Tags(TEXT)
    # A heading in the caption of a table with roles would be no child that ARIA allows.
    assert (tags.found["caption"], tags.found["table"]) == (2, 3)
    assert 'aria-labelledby="all"' in TEXT
    assert tags.found["label"] == tags.found["input"] + tags.found["select"]
    assert 'role="status"' in TEXT
    assert TEXT.count('<th role="rowheader" scope="row">') == 8


def test_a_class_without_mistakes_has_no_such_sections():
    shown = text(a_class(report_of("a.py"), report_of("b.py")), similar=[])
    assert 'id="mistakes"' not in shown
    assert 'id="similar"' not in shown


def test_the_page_in_chinese():
    shown = text(language="zh")
    assert '<html lang="zh-CN">' in shown
    for english in ("The class", "submissions</th>", "SimilarGroup", "not all could be judged"):
        assert english not in shown


def stranger(word: str) -> str:
    """``word`` in every place that somebody else can fill."""
    one = untrusted_report(word)
    decision = Decision(outcome="fail", reason=word, by=word)
    entries = (*one.entries[:-1], msgspec.structs.replace(one.entries[-1], decision=decision))
    # A folder's name is made by the grader, and can be written.
    run = f"runs/{word.encode('utf-8', 'replace').decode()}"
    one = msgspec.structs.replace(one, entries=entries, unapplied=(say("{it}", it=word),), run=run)
    other = msgspec.structs.replace(one, submission=f"{word}.py")
    lost = [(f"{word}.txt", say("{it}", it=word))]
    names = (one.submission, other.submission)
    group = SimilarGroup(names=names, least=0.95, most=1, copies=(names,))
    return text(
        a_class(one, other, lost=lost, notes=(say("{it}", it=word),)),
        [group, msgspec.structs.replace(group, copies=())],
    )


USUAL = Tags(stranger("x"))


@example("<script>alert(1)</script>")
@example('"><img src=x onerror=alert(1)>')
@example("</script><script>alert(1)</script>")
@example("{{ 7*7 }}{% raw %}")
@example("</td></table></style><style>*{display:none}")
@example("../../../etc/passwd")
@given(untrusted_text)
def test_untrusted_text_makes_no_elements_or_attributes(word):
    shown = stranger(word)
    tags = Tags(shown)
    assert tags.found == USUAL.found
    assert tags.attributes == USUAL.attributes
    assert not {"\x1b", "\x9b", "\u202e", "\u2067", "\0"} & set(shown)
    for link in tags.links:
        assert link.startswith("#") or unquote(link).endswith("/report.html")
        assert ":" not in link


def test_an_invisible_character_in_a_name_is_shown():
    assert "<bdi>a&lt;b&gt; &amp; c.py</bdi>" in text(a_class(report_of("a<b> & c.py")), [])
    assert visible("\u202egpj.py") in text(a_class(report_of("\u202egpj.py")), [])


RECORDED = Path(__file__).parent / "recorded" / "class.html"


def test_a_small_page_is_as_recorded():
    shown = re.sub(r"<(style|script)>.*?</\1>", r"<\1></\1>", TEXT, flags=re.DOTALL)
    shown = re.sub(r"sha256-[^&]*", "sha256-", shown)
    assert shown == RECORDED.read_text("utf-8")
