"""No client blocks the others: silent-client and newcomer."""

import pytest

from checks.histories import (
    ask,
    connects,
    facts,
    history,
    is_slow,
    is_stuck,
    refuses,
    says,
    scene,
    sends,
    settles,
    text,
    thread,
    types,
)


def test_a_silent_client_blocks_the_server():
    stuck = is_stuck(thread("recv", file="client 1"), source="client 2")
    play = scene("silent-client", connects(), sends("a", "client 2"), stuck)
    outcome = ask("silent-client", history(play))
    assert outcome.outcome == "fail"
    assert "in `recv`, waiting for client 1, while data from client 2 is waiting" in facts(outcome)
    assert f"{text('a')} (client 2)" in facts(outcome)
    assert "blocking IO" in str(outcome.findings[0].cause.hint)


def test_typing_is_only_mentioned_if_lines_were_typed():
    def done(typing):
        play = scene("silent-client", says("a"), typing=typing)
        return str(ask("silent-client", history(play)).findings[0].done)

    assert ", and a line was typed" in done(typing=True)
    assert "typed" not in done(typing=False)


def test_what_was_logged_and_removed_again_was_served():
    def judged(*looks):
        steps = says("a", "client 2"), *looks, connects("client 3"), says("b", "client 2")
        return ask("silent-client", history(scene("silent-client", *steps, log="{b}\n"))).outcome

    assert judged([{"event": "logged", "messages": ["a"]}]) == "pass"
    assert judged() == "fail"


def test_messages_lost_without_a_silent_client_are_not_charged_twice():
    play = scene("silent-client", says("a", "client 2"), types("b"), log="{a}\n")

    def judged(*steps, log):
        return ask("silent-client", history(play, scene("together", *steps, log=log))).outcome

    assert judged(says("a"), types("b"), log="{a}\n") == "skipped"
    assert judged(says("a"), types("b"), log="{a}\n{b}\n") == "fail"
    at_once = sends("b", "client 2"), sends("c", "terminal"), settles()
    assert judged(says("a"), *at_once, log="{a}\n{b}\n") == "fail", "not each by itself"


@pytest.mark.parametrize(("lost", "outcome"), [("a", "pass"), ("b", "fail")])
def test_only_the_newcomers_messages_count(lost, outcome):
    log = "{a}\n{b}\n".replace(f"{{{lost}}}", "-")
    play = scene("newcomer", says("a"), says("b", "client 3"), log=log)
    assert ask("newcomer", history(play)).outcome == outcome


def test_messages_lost_without_a_newcomer_are_not_charged_twice():
    play = scene("newcomer", says("a"), says("b", "client 3"), log="{a}\n")

    def judged(log):
        together = scene("together", says("a"), says("b", "client 2"), log=log)
        return ask("newcomer", history(together, play)).outcome

    assert judged("{a}\n") == "skipped"
    assert judged("{a}\n{b}\n") == "fail"


def test_a_typed_line_is_lost_while_a_client_is_silent():
    play = scene("silent-client", says("a", "client 2"), types("b"), log="{a}\n")
    assert ask("silent-client", history(play)).outcome == "fail"


@pytest.mark.parametrize(
    ("failure", "seen", "hint"),
    [
        (refuses("client 3"), "client 3 could not connect", "closes the listening socket"),
        (is_slow(thread("sleep", timed=True)), "it is blocked in `sleep`, while", "time.sleep"),
        (is_slow(thread("write")), "the grader gave up", "accept in the loop"),
        (
            is_stuck(waiting="connection", source="client 3"),
            "client 3 is waiting to be accepted",
            "block the whole program until their own IO is ready",
        ),
    ],
)
def test_a_newcomer_is_not_served(failure, seen, hint):
    play = scene("newcomer", says("a"), failure, log="{a}\n")
    outcome = ask("newcomer", history(play))
    assert outcome.outcome == "fail"
    assert seen in facts(outcome)
    assert hint in str(outcome.findings[0].cause.hint)


def test_a_newcomers_message_is_lost():
    play = scene("newcomer", says("a"), says("b", "client 3"), log="{a}\n")
    assert ask("newcomer", history(play)).outcome == "fail"
