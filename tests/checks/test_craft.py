"""The craft checks, which are worth no points by default."""

import pytest

from checks.histories import (
    ask,
    ends,
    facts,
    history,
    idles,
    is_slow,
    is_stuck,
    leaves,
    looks,
    says,
    scene,
    text,
    types,
)
from grader.checks.craft import CHECKS

NAMES = [check.name for check in CHECKS if check.name != "functions"]
SCENARIO = {"prompt": "client", "clean-stop": "client", "closes-sockets": "departure"}


@pytest.mark.parametrize("name", NAMES)
def test_a_lost_run_is_not_judged(name):
    assert ask(name, history(finished=False)).outcome == "not-judged"
    lost = scene(SCENARIO.get(name, name), stopped=False)
    assert ask(name, history(lost, finished=False)).outcome == "not-judged"


EVERYTHING = [
    "reset", "hasty-departure", "return", "burst", "large-message", "split-character", "crowd",
    "end-of-typing",
]  # fmt: skip


@pytest.mark.parametrize("name", EVERYTHING)
def test_all_messages_are_logged(name):
    # A large message is made of the nonces' letters alone.
    steps = says("a", tail=" jq"), says("b", "client 2", tail=" xz"), idles("after typing")
    assert ask(name, history(scene(name, *steps, log="{a}\n{b}\n"))).outcome == "pass"


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_message_is_lost(name):
    outcome = ask(name, history(scene(name, says("a"), says("b", "client 2"), log="{a}\n")))
    assert outcome.outcome == "fail"


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_server_ends(name):
    outcome = ask(name, history(scene(name, says("a"), ends(1), log="{a}\n")))
    assert outcome.outcome == "fail"
    assert "the server exited on its own (exit status 1)" in facts(outcome)


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_limit_that_it_meets_is_the_servers_fault(name):
    outcome = ask(name, history(scene(name, says("a"), ends(None, 9), log="{a}\n")))
    assert outcome.outcome == "fail"
    assert "limit on memory" in facts(outcome)


def test_plays_that_end_differently_are_not_judged():
    slow = scene("crowd", says("a"), is_slow(), log="")
    right = scene("crowd", says("a"), log="{a}")
    assert ask("crowd", history(slow, right)).outcome == "not-judged"
    assert ask("crowd", history(slow, slow)).outcome == "fail"
    # What is proved needs no second play, and one that failed on a used server is none.
    assert ask("crowd", history(scene("crowd", says("a"), is_stuck()), right)).outcome == "pass"


# --- prompt, clean-stop ---


def client(*found: str, log: str = "{a}\n{b}\n", by: str = "ctrl-c", seen: bool = True):
    played = scene("client", says("a"), says("b"), *([looks("settled", *found)] if seen else []),
                   log=log)  # fmt: skip
    for event in played:
        if event["event"] == "stopped":
            event["by"] = by
    return history(played)


def test_prompt():
    assert ask("prompt", client("a", "b")).outcome == "pass"
    outcome = ask("prompt", client("a"))
    assert outcome.outcome == "fail"
    assert f"1 was not: {text('b')} (client 1); it was there once" in facts(outcome)
    assert ask("prompt", client(seen=False)).outcome == "skipped"


@pytest.mark.parametrize("by", ["ctrl-c", "itself"])
def test_clean_stop(by):
    assert ask("clean-stop", client(by=by)).outcome == "pass"


@pytest.mark.parametrize("by", ["second ctrl-c", "sigterm", "sigkill"])
def test_it_does_not_stop(by):
    outcome = ask("clean-stop", client(by=by))
    assert outcome.outcome == "fail"
    assert f"what ended it: {by}" in facts(outcome)


@pytest.mark.parametrize(("seconds", "outcome"), [(1.9, "pass"), (4.5, "fail")])
def test_it_stops_late(seconds, outcome):
    play = scene("client", says("a"), log="{a}\n", took=int(seconds * 1e9))
    judged = ask("clean-stop", history(play))
    assert judged.outcome == outcome
    assert outcome == "pass" or "it exited 4.5 s later" in facts(judged)


def test_it_stops_with_an_incomplete_log():
    outcome = ask("clean-stop", client(log="{a}\n"))
    assert outcome.outcome == "fail"
    assert "not in the log: 1 of 2 messages" in facts(outcome)


def test_it_does_not_stop_before_a_client_connects():
    alone = scene("terminal", types("a"), log="{a}\n")
    right = scene("client", says("b"), looks("settled", "b"), log="{b}\n")
    assert ask("clean-stop", history(alone, right)).outcome == "pass"
    for event in alone:
        if event["event"] == "stopped":
            event["by"] = "sigkill"
    assert "what ended it: sigkill" in facts(ask("clean-stop", history(alone, right)))


def test_typed_lines_that_are_never_logged_do_not_count():
    alone = scene("terminal", types("a"), log="nothing\n")
    right = scene("client", says("b"), looks("settled", "b"), log="{b}\n")
    assert ask("clean-stop", history(alone, right)).outcome == "pass"


def test_a_server_that_exited_earlier_is_skipped():
    ended = history(scene("client", says("a"), ends(1)))
    assert ask("clean-stop", ended).outcome == "skipped"


# --- closes-sockets ---


def departed(*half_closed: str):
    return history(
        scene(
            "departure",
            leaves("client 1"),
            idles("after a departure"),
            leaves("client 2"),
            idles("after a departure", half_closed=list(half_closed)),
        )
    )


def test_closed():
    assert ask("closes-sockets", departed()).outcome == "pass"
    # The last one may still be in a variable.
    assert ask("closes-sockets", departed("client 2")).outcome == "pass"


def test_not_closed():
    outcome = ask("closes-sockets", departed("client 1", "client 2"))
    assert outcome.outcome == "fail"
    assert "the sockets of client 1 are still open" in facts(outcome)


def test_no_departure_was_seen():
    assert ask("closes-sockets", history(scene("departure", says("a")))).outcome == "not-judged"


# --- end-of-typing, restart ---


def typed_to_the_end(**after: int):
    return history(
        scene(
            "end-of-typing",
            says("a"),
            idles("before the end of typing"),
            idles("after the end of typing", **after),
            says("b"),
            log="{a}\n{b}\n",
        )
    )


def test_end_of_typing():
    assert ask("end-of-typing", typed_to_the_end()).outcome == "pass"


def test_it_spins_at_the_end_of_typing():
    spinning = typed_to_the_end(wall=500_000_000, ran=400_000_000, calls={"": 50})
    assert ask("end-of-typing", spinning).outcome == "fail"


RESTARTED = [{"event": "restarted", "by": "ctrl-c"}]


def test_restart():
    assert ask("restart", history(scene("restart", says("a"), RESTARTED, says("b")))).outcome == (
        "pass"
    )


def test_the_port_is_in_use():
    outcome = ask("restart", history(scene("restart", says("a"), RESTARTED, ends(1))))
    assert outcome.outcome == "fail"
    assert "it exited on its own (exit status 1)" in facts(outcome)


def test_it_ended_before_it_was_stopped():
    assert ask("restart", history(scene("restart", types("a"), ends(1)))).outcome == "skipped"
