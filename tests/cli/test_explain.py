"""``grade explain``: the list of checks, and each of them."""

import pytest

from grader.checks import CHECKS
from grader.i18n import translator


def test_explain_all(grade):
    status, out, _ = grade("explain")
    assert status == 0
    for check in CHECKS:
        assert check.name in out


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_explain_one(grade, check):
    status, out, _ = grade("explain", check.name)
    assert status == 0
    words = " ".join(out.split())
    for text in (check.name, f"{check.points:g}", *check.needs):
        assert text in words
    # The columns are folded: their first words are enough.
    for text in (check.asks, check.why, check.lesson):
        assert " ".join(str(text).split()[:3]) in words


@pytest.mark.parametrize("check", [None, *CHECKS], ids=lambda check: check.name if check else "all")
def test_no_sentence_is_cut_off(grade, monkeypatch, check):
    monkeypatch.setenv("COLUMNS", "80")
    texts = [check.asks, check.why, check.lesson] if check else [each.asks for each in CHECKS]
    _, out, _ = grade("explain", "--lang", "zh", *([check.name] if check else []))
    words = "".join(out.split())
    for text in texts:
        assert "".join(text.render(translator("zh")).split()) in words


def test_a_check_is_found_by_its_title(grade):
    by_title = grade("explain", "--lang", "zh", "消息不丢不重")
    assert by_title == grade("explain", "--lang", "zh", "every-message")
    assert "消息不丢不重（every-message）" in by_title[1]
