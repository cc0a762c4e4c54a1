"""Messages are logged in order: those of a client, of the terminal, and of all together."""

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
    settles,
    text,
    types,
)


def test_a_client_out_of_order():
    play = scene("together", says("a"), says("b"), types("c"), log="{b}\nx\n{a}\n{c}\n")
    recorded = history(play)
    outcome = ask("client-order", recorded)
    assert outcome.outcome == "fail"
    assert f"{text('a')} (client 1) is logged before {text('b')} (client 1)" in facts(outcome)
    assert "is on line 1, " in facts(outcome)
    assert outcome.findings[0].log == (f"1: {text('b')}", "…", f"3: {text('a')}")
    assert "tcp is a stream" in str(outcome.findings[0].cause.hint)
    assert ask("terminal-order", recorded).outcome == "pass"
    assert ask("arrival-order", recorded).outcome == "fail"


def test_a_terminal_out_of_order():
    recorded = history(scene("together", says("a"), types("b"), types("c"), log="{a}\n{c}\n{b}\n"))
    assert ask("terminal-order", recorded).outcome == "fail"
    assert ask("client-order", recorded).outcome == "pass"


def test_sources_out_of_order():
    """Two open files have two buffers: each source's lines come together."""
    steps = says("a", "client 1"), types("b"), says("c", "client 2"), types("d")
    recorded = history(scene("together", *steps, log="{a}\n{c}\n{b}\n{d}\n"))
    assert ask("client-order", recorded).outcome == "pass"
    assert ask("terminal-order", recorded).outcome == "pass"
    outcome = ask("arrival-order", recorded)
    assert outcome.outcome == "fail"
    assert f"{text('b')} (the terminal) is logged before {text('c')} (client 2)" in facts(outcome)


@pytest.mark.parametrize("name", ["client-order", "terminal-order", "arrival-order"])
def test_the_hint_for_a_log_with_the_newest_at_the_top(name):
    steps = [say(name) for name, say in zip("abcdef", [says, types] * 3, strict=True)]
    above = "{f}\n{e}\n{d}\n{c}\n{b}\n{a}\n"

    def hint(log):
        return str(ask(name, history(scene("together", *steps, log=log))).findings[0].cause.hint)

    assert "newest is at the top" in hint(above)
    assert "newest is at the top" not in hint(
        above.replace("{f}\n{e}", "{e}\n{f}")
        .replace("{d}\n{c}\n{b}", "{b}\n{a}\n{d}\n{c}")
        .removesuffix("{a}\n")
    )


@pytest.mark.parametrize("log", ["{a}\n{b}\n{c}", "{c}\n{b}\n{a}", "{b}\n{a}\n{c}"])
def test_all_at_once_comes_in_any_order(log):
    steps = sends("a", "client 1"), sends("b", "client 2"), sends("c", "terminal"), settles()
    assert ask("arrival-order", history(scene("together", *steps, log=log))).outcome == "pass"


def test_each_log_has_an_order_of_its_own():
    files = {"t.log": "{b}\n", "c.log": "{a}\n{c}\n"}
    play = scene("together", says("a"), types("b"), says("c"), log=files)
    assert ask("arrival-order", history(play)).outcome == "pass"


def test_a_log_that_was_rotated_is_in_order():
    files = {"log": "{c}\n", "log.1": "{b}\n", "log.2": "{a}\n"}
    play = scene("together", says("a"), types("b"), says("c"), log=files)
    assert ask("arrival-order", history(play)).outcome == "pass"


@pytest.mark.parametrize("name", ["client-order", "terminal-order", "arrival-order"])
def test_a_server_that_a_limit_ended_is_judged_by_what_is_there(name):
    recorded = history(scene("together", says("a"), ends(None, 9), log="{a}\n"))
    assert ask(name, recorded).outcome == "pass"


def test_a_wrong_order_counts_even_if_a_limit_ended_the_server():
    recorded = history(scene("together", says("a"), says("b"), ends(None, 9), log="{b}\n{a}\n"))
    assert ask("client-order", recorded).outcome == "fail"


def test_a_nickname_is_logged_with_later_messages():
    steps = says("a"), says("b", "client 2"), says("c"), says("d", "client 2"), says("e")
    more = says("f", "client 2")
    chat = "{b}: {d}\n{a}: {e}\n{b}: {f}\n"
    log = chat.replace("{a}", "{a}: {c}\n{a}", 1)
    play = scene("together", *steps, more, log="{a}: {c}\n{b}: {d}\n{a}: {e}\n{b}: {f}\n")
    assert ask("arrival-order", history(play)).outcome == "pass"
    play = scene("together", *steps, more, log=log)
    assert ask("arrival-order", history(play)).outcome == "fail"


@pytest.mark.parametrize(
    ("before", "log", "cause"),
    [
        ("", "{c}\n{b}\n{a}\n", "kept-until-exit"),
        ("", "{b}\n{a}\n{c}\n", "kept-until-exit"),
        ("abc", "{c}\n{b}\n{a}\n", "newest-on-top"),
        ("abc", "{b}\n{a}\n{c}\n", "changes-clients-order"),
    ],
)
def test_what_is_written_at_the_end_was_kept_somewhere(before, log, cause):
    said = says("a"), says("b"), says("c")
    play = scene("together", *said, looks("left", *before), log=log)
    (finding,) = ask("client-order", history(play)).findings
    assert finding.cause.name == cause


def test_all_clients_are_in_order_in_one_and_the_same_log():
    steps = says("a"), says("b", "client 2"), says("c"), says("d", "client 2")
    files = {"log.txt": "{b}\n{c}\n{a}\n{d}\n", "page.txt": "{a}\n{d}\n{c}\n{b}\n"}
    for names in (["log.txt"], ["page.txt"], ["log.txt", "page.txt"]):
        play = scene("together", *steps, log={name: files[name] for name in names})
        assert ask("client-order", history(play)).outcome == "fail"
