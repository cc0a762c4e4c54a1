import pytest

from checks.histories import (
    ask,
    ends,
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
    told,
    types,
)

AFTER = "after a departure"


def departed(*steps, **rest):
    return history(scene("departure", says("a"), says("b", "client 2"), *steps, **rest))


def test_the_others_are_served():
    told = departed(leaves(), idles(AFTER), says("c", "client 2"), types("d"), log="{a}{b}{c}{d}")
    assert ask("departure", told).outcome == "pass"
    assert ask("rests-after-departure", told).outcome == "pass"


def test_it_ends_when_a_client_leaves():
    outcome = ask("departure", departed(leaves()[:1], ends(1), log="{a}\n{b}\n"))
    assert outcome.outcome == "fail"
    assert "client 1 left" in told(outcome)
    assert "the others spoke" not in told(outcome)
    assert "the server exited on its own (exit status 1)" in told(outcome)
    assert outcome.findings[0].log == (f"1: {text('a')}", f"2: {text('b')}")
    assert "recv立即返回空字符串" in str(outcome.findings[0].hint)


def test_where_nobody_could_leave_nothing_can_be_told():
    outcome = ask("departure", departed(is_stuck(), log="{a}\n"))
    assert outcome.outcome == "skipped"
    assert "No client could leave: it is blocked in `recv`" in str(outcome.because)


def test_what_is_not_read_either_while_all_stay_has_nothing_to_do_with_it():
    unread = [*sends("t", "terminal"), *is_stuck(waiting="line", source="terminal")]
    play = scene("departure", says("a"), says("b", "client 2"), leaves(), unread, log="{a}\n{b}\n")
    before = scene("silent-client", says("a", "client 2"), unread, log="{a}\n")
    assert ask("departure", history(before, play)).outcome == "skipped"
    before = scene("silent-client", says("a", "client 2"), log="{a}\n")
    assert ask("departure", history(before, play)).outcome == "fail"


def test_what_is_lost_where_nobody_left_is_not_charged_again():
    play = scene("departure", says("a"), leaves(), says("b", "client 2"), log="{a}\n")

    def judged(log):
        together = scene("together", says("a"), says("b", "client 2"), log=log)
        return ask("departure", history(together, play)).outcome

    assert judged("{a}\n") == "skipped"
    assert judged("{a}\n{b}\n") == "fail"


def test_what_was_lost_before_has_nothing_to_do_with_it():
    steps = leaves("client 2"), says("c")
    assert ask("departure", departed(*steps, log="{b}\n{c}\n")).outcome == "pass"


def test_who_was_sent_away_before_has_nothing_to_do_with_it():
    away = [{"event": "closed-by-server", "source": "client 2"}]
    later = says("b", "client 2"), says("c", "client 3")
    play = scene("departure", says("a"), away, leaves(), *later, log="{a}\n{c}\n")
    assert ask("departure", history(play)).outcome == "pass"
    play = scene("departure", says("a"), leaves(), away, *later, log="{a}\n{c}\n")
    assert ask("departure", history(play)).outcome == "fail"


def test_where_the_server_had_closed_all_connections_nobody_left():
    away = [{"event": "closed-by-server", "source": "client 1"}]
    later = says("c"), types("b")
    play = scene("departure", says("a"), away, leaves("client 2"), *later, log="{a}\n{b}\n")
    outcome = ask("departure", history(play))
    assert outcome.outcome == "skipped"
    assert "the server had already closed their connections" in str(outcome.because)
    heard = scene("departure", says("a"), away, says("d", "client 2"), leaves(), says("c"),
                  log="{a}\n{d}\n{c}\n")  # fmt: skip
    assert ask("departure", history(heard)).outcome == "pass", "it sends no more, and listens on"


def test_what_spins_before_anybody_left_is_charged_for_that():
    seen = {"ran": 100_000_000, "calls": {"": 10}}
    play = scene("departure", says("a"), leaves(), idles("after a departure", **seen), log="{a}\n")
    client = scene("client", says("a"), idles("one client, silent", **seen), log="{a}\n")
    assert ask("rests-after-departure", history(client, play)).outcome == "skipped"
    client = scene("client", says("a"), idles("one client, silent"), log="{a}\n")
    assert ask("rests-after-departure", history(client, play)).outcome == "fail"


def test_a_departure_that_is_not_noticed():
    steps = leaves()[:1], spins_on("departure")
    outcome = ask("departure", departed(*steps, log="{a}\n{b}\n"))
    assert "it has not noticed that client 1 disconnected" in told(outcome)


def test_a_message_is_lost_after_a_departure():
    steps = leaves("client 2"), says("c")
    outcome = ask("departure", departed(*steps, log="{a}\n{b}\n"))
    assert outcome.outcome == "fail"
    assert f"{text('c')} (client 1)" in told(outcome)


def test_it_ends_before_anybody_left():
    outcome = ask("departure", departed(ends(1), log="{a}\n{b}\n"))
    assert outcome.outcome == "skipped"
    assert "No client could leave: the server exited on its own" in str(outcome.because)


def test_it_spins_after_a_departure():
    told_ = departed(leaves(), idles(AFTER, thread(""), ran=90_000_000), log="{a}\n{b}\n")
    assert ask("departure", told_).outcome == "pass"
    outcome = ask("rests-after-departure", told_)
    assert outcome.outcome == "fail"
    assert "it used 90 ms of CPU time" in told(outcome)
    assert "log grew" not in told(outcome)
    assert outcome.findings[0].log == ()
    assert "rlist.remove" in str(outcome.findings[0].hint)


def test_the_second_departure_counts_too():
    steps = leaves(), idles(AFTER), leaves("client 2"), idles(AFTER, ran=90_000_000)
    assert ask("rests-after-departure", departed(*steps, log="{a}\n{b}\n")).outcome == "fail"


@pytest.mark.parametrize(("written", "outcome"), [(10_000, "pass"), (10_001, "fail")])
def test_it_fills_the_log(written, outcome):
    steps = leaves(), idles(AFTER, written=written)
    found = ask("rests-after-departure", departed(*steps, log="{a}\n{b}\nempty\n"))
    assert found.outcome == outcome
    if outcome == "fail":
        assert "its log grew by 10001 bytes" in told(found)
        assert found.findings[0].log[-1] == "3: empty"


def test_a_flood_that_meets_our_limit_fails_only_what_it_is_about():
    steps = leaves(), idles(AFTER, written=16 << 20), sends("c"), ends(1)
    flooded = departed(*steps, log="{a}\n{b}\n", size=16 << 20)
    assert ask("departure", flooded).outcome == "not-judged"
    assert ask("rests-after-departure", flooded).outcome == "fail"


def test_no_departure_was_seen():
    outcome = ask("rests-after-departure", departed(ends(None, 9)))
    assert outcome.outcome == "not-judged"
