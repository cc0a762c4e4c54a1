"""The checks departure and rests-after-departure."""

import pytest

from checks.histories import (
    ask,
    ends,
    facts,
    history,
    idles,
    is_stuck,
    leaves,
    says,
    scene,
    sends,
    spins_on,
    text,
    thread,
    types,
)

AFTER = "after a departure"


def departed(*steps, **rest):
    return history(scene("departure", says("a"), says("b", "client 2"), *steps, **rest))


def test_the_others_are_served():
    given = departed(leaves(), idles(AFTER), says("c", "client 2"), types("d"), log="{a}{b}{c}{d}")
    assert ask("departure", given).outcome == "pass"
    assert ask("rests-after-departure", given).outcome == "pass"


def test_it_ends_when_a_client_leaves():
    outcome = ask("departure", departed(leaves()[:1], ends(1), log="{a}\n{b}\n"))
    assert outcome.outcome == "fail"
    assert "client 1 left" in facts(outcome)
    assert "the others sent messages" not in facts(outcome)
    assert "the server exited on its own (exit status 1)" in facts(outcome)
    assert outcome.findings[0].log == ()  # nothing is missing
    assert outcome.findings[0].cause.name == "loop-ends"


def test_without_departures_it_is_skipped():
    outcome = ask("departure", departed(is_stuck(), log="{a}\n"))
    assert outcome.outcome == "skipped"
    assert "No client could leave: it is blocked in `recv`" in str(outcome.because)


def test_typing_left_unread_without_departures_is_not_charged_twice():
    unread = [*sends("t", "terminal"), *is_stuck(waiting="line", source="terminal")]
    play = scene("departure", says("a"), says("b", "client 2"), leaves(), unread, log="{a}\n{b}\n")
    before = scene("silent-client", says("a", "client 2"), unread, log="{a}\n")
    assert ask("departure", history(before, play)).outcome == "skipped"
    before = scene("silent-client", says("a", "client 2"), log="{a}\n")
    assert ask("departure", history(before, play)).outcome == "fail"


def test_messages_lost_without_departures_are_not_charged_twice():
    play = scene("departure", says("a"), leaves(), says("b", "client 2"), log="{a}\n")

    def judged(log):
        together = scene("together", says("a"), says("b", "client 2"), log=log)
        return ask("departure", history(together, play)).outcome

    assert judged("{a}\n") == "skipped"
    assert judged("{a}\n{b}\n") == "fail"


def test_messages_lost_before_the_first_departure_do_not_count():
    steps = leaves("client 2"), says("c")
    assert ask("departure", departed(*steps, log="{b}\n{c}\n")).outcome == "pass"


def test_clients_dismissed_before_the_first_departure_do_not_count():
    away = [{"event": "closed-by-server", "source": "client 2"}]
    later = says("b", "client 2"), says("c", "client 3")
    play = scene("departure", says("a"), away, leaves(), *later, log="{a}\n{c}\n")
    assert ask("departure", history(play)).outcome == "pass"
    play = scene("departure", says("a"), leaves(), away, *later, log="{a}\n{c}\n")
    assert ask("departure", history(play)).outcome == "fail"


def test_if_the_server_closed_all_connections_nobody_left():
    away = [{"event": "closed-by-server", "source": "client 1"}]
    later = says("c"), types("b")
    play = scene("departure", says("a"), away, leaves("client 2"), *later, log="{a}\n{b}\n")
    outcome = ask("departure", history(play))
    assert outcome.outcome == "skipped"
    assert "the server had already closed their connections" in str(outcome.because)
    heard = scene("departure", says("a"), away, says("d", "client 2"), leaves(), says("c"),
                  log="{a}\n{d}\n{c}\n")  # fmt: skip
    assert ask("departure", history(heard)).outcome == "pass", "it sends no more, and listens on"


def test_spinning_before_any_departure_is_not_charged_twice():
    seen = {"ran": 100_000_000, "calls": {"": 10}}
    play = scene("departure", says("a"), leaves(), idles("after a departure", **seen), log="{a}\n")
    client = scene("client", says("a"), idles("one client, silent", **seen), log="{a}\n")
    assert ask("rests-after-departure", history(client, play)).outcome == "skipped"
    client = scene("client", says("a"), idles("one client, silent"), log="{a}\n")
    assert ask("rests-after-departure", history(client, play)).outcome == "fail"
    client = scene("client", says("a"), idles("one client, silent", **seen), log="{a}\n")
    rested = scene("departure", says("a"), leaves(), idles("after a departure"), log="{a}\n")
    assert ask("rests-after-departure", history(client, rested)).outcome == "pass"


def test_an_unnoticed_departure():
    steps = leaves()[:1], spins_on("departure")
    outcome = ask("departure", departed(*steps, log="{a}\n{b}\n"))
    assert "it has not noticed that client 1 disconnected" in facts(outcome)


def test_a_message_is_lost_after_a_departure():
    steps = leaves("client 2"), says("c")
    outcome = ask("departure", departed(*steps, log="{a}\n{b}\n"))
    assert outcome.outcome == "fail"
    assert f"{text('c')} (client 1)" in facts(outcome)


def test_it_exits_before_any_departure():
    outcome = ask("departure", departed(ends(1), log="{a}\n{b}\n"))
    assert outcome.outcome == "skipped"
    assert "No client could leave: the server exited on its own" in str(outcome.because)


def test_it_spins_after_a_departure():
    told_ = departed(leaves(), idles(AFTER, thread(""), ran=90_000_000), log="{a}\n{b}\n")
    assert ask("departure", told_).outcome == "pass"
    outcome = ask("rests-after-departure", told_)
    assert outcome.outcome == "fail"
    assert "it used 90 ms of CPU time" in facts(outcome)
    assert "log grew" not in facts(outcome)
    assert outcome.findings[0].log == ()
    assert "rlist.remove" in str(outcome.findings[0].cause.hint)


def test_the_second_departure_counts_too():
    steps = leaves(), idles(AFTER), leaves("client 2"), idles(AFTER, ran=90_000_000)
    assert ask("rests-after-departure", departed(*steps, log="{a}\n{b}\n")).outcome == "fail"


def test_a_flood_that_meets_a_limit_is_charged_once():
    full = {"log": "{a}\n{b}\n", "size": 16 << 20}
    given = departed(leaves()[:1], ends(1), **full)
    assert ask("departure", given).outcome == "pass"
    outcome = ask("rests-after-departure", given)
    assert outcome.outcome == "fail"
    assert "its files grew to 16 MiB" in facts(outcome)
    grows = departed(leaves(), idles(AFTER, written=10_001), **full)
    assert ask("rests-after-departure", grows).outcome == "fail"
    assert ask("departure", departed(ends(1), **full)).outcome == "fail"


def test_a_flood_before_any_departure_is_judged_elsewhere():
    full = {"log": "{a}\n{b}\n", "size": 16 << 20}
    play = scene("departure", says("a"), says("b", "client 2"), leaves()[:1], ends(1), **full)
    client = scene("client", says("a"), idles("one client, silent", written=10_001), log="{a}\n")
    outcome = ask("departure", history(client, play))
    assert outcome.outcome == "fail"
    assert "limit on file size (16 MiB) ended the server" in facts(outcome)


@pytest.mark.parametrize(("written", "outcome"), [(10_000, "pass"), (10_001, "fail")])
def test_it_fills_the_log(written, outcome):
    steps = leaves(), idles(AFTER, written=written)
    found = ask("rests-after-departure", departed(*steps, log="{a}\n{b}\nempty\n"))
    assert found.outcome == outcome
    if outcome == "fail":
        assert "its log grew by 10001 bytes" in facts(found)
        assert found.findings[0].log[-1] == "3: empty"


def test_a_flood_that_hits_our_limit_fails_only_its_own_check():
    steps = leaves(), idles(AFTER, written=16 << 20), sends("c"), ends(1)
    flooded = departed(*steps, log="{a}\n{b}\n", size=16 << 20)
    assert ask("departure", flooded).outcome == "pass"
    assert ask("rests-after-departure", flooded).outcome == "fail"


def test_no_departure_was_seen():
    outcome = ask("rests-after-departure", departed(ends(None, 9)))
    assert outcome.outcome == "not-judged"
