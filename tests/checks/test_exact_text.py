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


# --- one encoding ---


def in_encodings(sent: str, typed: str, typed_log: str = "server.log"):
    """exact-text of a log in which clients' Chinese is encoded so, and what is typed so."""
    client = scene(
        "client",
        says("a"),
        says("b", tail=CHINESE),
        looks("settled", "a"),
        log=f"{text('a')}\n{text('b', CHINESE)}\n".encode(sent),
    )
    terminal = scene(
        "terminal",
        says("t", "terminal", tail=CHINESE),
        log={typed_log: f"{text('t', CHINESE)}\n".encode(typed)},
    )
    return ask("exact-text", history(terminal, client))


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-16"])
def test_a_log_may_be_in_any_encoding(encoding):
    assert in_encodings(encoding, encoding).outcome == "pass"


@pytest.mark.parametrize(("sent", "typed"), [("gbk", "utf-8"), ("utf-8", "gbk")])
def test_a_log_in_two_encodings_is_shown_by_no_editor(sent, typed):
    outcome = in_encodings(sent, typed)
    assert outcome.outcome == "fail"
    (finding,) = outcome.findings
    assert finding.cause.name == "two-encodings"
    utf8, gbk = map(str, finding.seen)
    sent_in, typed_in = (utf8, gbk) if sent == "utf-8" else (gbk, utf8)
    assert text("b")[:16] in sent_in
    assert text("t")[:16] in typed_in
    assert utf8.endswith("in UTF-8")
    assert gbk.endswith("in GBK")


def test_two_logs_may_be_in_two_encodings():
    assert in_encodings("gbk", "utf-8", typed_log="typed.log").outcome == "pass"


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("escape", [ascii, lambda said: str(said.encode())])
def test_an_escape_fits_any_encoding(encoding, escape):
    said = f"{text('b', CHINESE)}\n{text('c', CHINESE)}\n"
    log = said.encode(encoding) + escape(text("d", CHINESE)).encode()
    steps = [says(name, tail=CHINESE) for name in "bcd"]
    play = scene("client", says("a"), *steps, looks("settled", "a"), log=text("a").encode() + log)
    assert ask("exact-text", history(play)).outcome == "pass"


def test_one_clients_messages_may_not_be_in_two_encodings():
    log = (
        text("a").encode() + text("b", CHINESE).encode() + b"\n" + text("c", CHINESE).encode("gbk")
    )
    steps = says("a"), says("b", tail=CHINESE), says("c", tail=CHINESE), looks("settled", "a")
    (finding,) = ask("exact-text", history(scene("client", *steps, log=log))).findings
    assert finding.cause.name == "two-encodings"
