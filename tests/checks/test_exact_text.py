"""A text is logged exactly as it was sent: what counts as exact, and what the hint is."""

import pytest

from checks.histories import (
    ask,
    ends,
    facts,
    history,
    looks,
    says,
    scene,
    sends,
    text,
    types,
)

CHINESE = " 你好，服务端"


def exact(log, **rest):
    play = scene("client", says("a"), says("b", tail=CHINESE), looks("settled", "a"), log=log)
    return ask("exact-text", history(play, **rest))


def test_exact_text():
    assert exact("12:00 {a}!\n[{b}]\n").outcome == "pass"


@pytest.mark.parametrize(
    ("log", "outcome"),
    [
        ("{t}\n", "pass"),
        ("typed: '{t}\\n'\n", "pass"),
        (text("t").upper(), "fail"),
        (text("t")[:-2], "fail"),
        ("another check's question\n", "pass"),
    ],
)
def test_a_typed_line_is_logged_exactly_if_it_is_logged(log, outcome):
    terminal = scene("terminal", types("t"), log=log)
    sent = scene("client", says("a"), looks("settled", "a"), log="{a}\n")
    assert ask("exact-text", history(terminal, sent)).outcome == outcome


def test_the_hint_for_altered_plain_text_is_not_its_encoding():
    (finding,) = exact(text("a")[:18] + "\n{b}\n").findings
    assert "The text is in the log, but not unchanged" in str(finding.cause.hint)


def test_chinese_that_became_question_marks():
    outcome = exact("{a}\n" + text("b", " ??，???") + "\nafter\n")
    assert outcome.outcome == "fail"
    assert text("b", CHINESE) in facts(outcome)
    assert "not logged exactly as sent: 1 of 2 messages" in facts(outcome)
    assert outcome.findings[0].log == (f"2: {text('b', ' ??，???')}", "3: after")
    assert "encode" in str(outcome.findings[0].cause.hint)


@pytest.mark.parametrize(
    "log",
    ["{a}\n", text("a").upper() + "\n{b}\n", text("a", " hel") + "\nlo\n{b}\n"],
    ids=["missing", "in capitals", "in two pieces"],
)
def test_altered_text(log):
    assert exact(log).outcome == "fail"


def test_a_server_that_ends_at_chinese_text():
    play = scene("client", says("a"), sends("b", tail=CHINESE), ends(1), log="{a}\n")
    outcome = ask("exact-text", history(play))
    assert outcome.outcome == "fail"
    assert "the server exited on its own" in facts(outcome)
