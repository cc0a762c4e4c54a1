"""Where one record ends and the next begins."""

import pytest

from checks.histories import (
    ask,
    connects,
    ends,
    facts,
    history,
    leaves,
    looks,
    right,
    says,
    scene,
    sends,
    settles,
    text,
    types,
)

CHINESE = " 你好，服务端"


def client(*steps, log="", seen=(), **rest):
    return scene("client", *steps, looks("settled", *seen), log=log, **rest)


# --- own-record ---


def test_messages_on_one_line():
    play = scene("together", says("a"), types("b"), log="x\n{a}{b}\n")
    outcome = ask("own-record", right(together=play))
    assert outcome.outcome == "fail"
    assert "both are on line 2 of the log" in facts(outcome)
    assert outcome.findings[0].log == (f"2: {text('a')}{text('b')}",)
    assert "粘包" in str(outcome.findings[0].cause.hint)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n\n"])
def test_lines_of_their_own(end):
    play = scene("together", says("a"), types("b"), log="{a}" + end + "{b}")
    assert ask("own-record", right(together=play)).outcome == "pass"


def test_messages_that_came_together_may_share_a_line():
    both = [sends("a", "client 1"), sends("b", "client 2"), settles()]
    play = scene("together", *both, log="{a}{b}\n")
    assert ask("own-record", right(together=play)).outcome == "pass"


def test_messages_in_the_wrong_order_on_one_line():
    play = scene("together", says("a"), says("b"), log="{b}{a}\n")
    assert ask("own-record", right(together=play)).outcome == "fail"


def test_lines_of_another_ending_do_not_count():
    plain = scene("client", says("a"), says("b"), looks("settled", "a", "b"), log="{a}{b}")
    lines = scene("client", says("a"), says("b"), log="{a}\n{b}\n", ending="\n")
    rest = [scene("terminal", types("a"), log="{a}"), scene("together", says("a"), log="{a}")]
    assert ask("own-record", history(*rest, plain, lines, chosen="\n")).outcome == "pass"
    assert ask("own-record", history(*rest, plain, lines)).outcome == "fail"


def test_a_nickname_stands_before_each_message_of_its_client():
    named = scene("client", says("a"), says("b"), says("c"), log="{a}: {b}\n{a}: {c}\n")
    newcomer = scene("newcomer", says("a"), says("b"), log="{a}: {b}\n")
    assert ask("own-record", right(client=named, newcomer=newcomer)).outcome == "pass"
    assert ask("own-record", right(newcomer=newcomer)).outcome == "fail"
    joined = scene("client", says("a"), says("b"), says("c"), log="{a}{b}{c}\n")
    assert ask("own-record", right(client=joined)).outcome == "fail"


def test_one_clients_messages_may_be_one_line_if_they_are_logged_when_it_leaves():
    late = scene("client", says("a"), says("b"), looks("settled"), log="{a}{b}\n")
    assert ask("own-record", right(client=late)).outcome == "pass"
    prompt = scene("client", says("a"), says("b"), looks("settled", "a", "b"), log="{a}{b}\n")
    assert ask("own-record", right(client=prompt)).outcome == "fail"
    several = scene("together", says("a", "client 1"), says("b", "client 2"), log="{a}{b}\n")
    assert ask("own-record", right(client=late, together=several)).outcome == "fail"


def test_every_scenario_counts():
    play = scene("departure", says("a"), leaves(), says("b", "client 2"), log="{a}{b}")
    assert ask("own-record", right(departure=play)).outcome == "fail"


def test_a_server_that_a_limit_ended_is_judged_by_what_is_there():
    play = scene("together", connects(), ends(None, 9))
    assert ask("own-record", right(together=play)).outcome == "pass"


def test_a_summary_shares_nothing_with_who_said_one_thing_after_a_nickname():
    client = scene("client", says("n"), says("a"), says("b"), leaves(), log="{n}: {a}\n{n}: {b}\n")
    steps = says("m", "client 2"), says("c", "client 2"), types("d")
    log = "{m}: {c}\nstdin: {d}\ntotal 3: {c} / {d}\n"
    play = scene("silent-client", *steps, log=log)
    assert ask("own-record", right(client=client, **{"silent-client": play})).outcome == "pass"
    together = scene("silent-client", *steps, log="{m}: {c} / {d}\n")
    given = right(client=client, **{"silent-client": together})
    assert ask("own-record", given).outcome == "fail"
