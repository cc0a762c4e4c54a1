"""waits-in-select: what is served is what select watches."""

import pytest

from checks.histories import (
    ask,
    connects,
    facts,
    history,
    idles,
    leaves,
    logs,
    says,
    scene,
    sends,
    settles,
    thread,
    types,
)
from grader.model.rubric import Rubric

BEFORE, SILENT = "before any client", "one client, silent"
RESTS = scene("terminal", idles(BEFORE)), scene("client", connects(), idles(SILENT))
ALL = ("client 1", "listening socket", "terminal")


@pytest.mark.parametrize(
    ("watched", "timed", "sleeps", "outcome"),
    [
        (ALL, False, 0, "pass"),
        (("listening socket", "terminal"), False, 0, "fail"),
        (("client 1", "terminal"), True, 3, "fail"),
        (("client 1", "listening socket"), True, 3, "fail"),
        ((), True, 3, "fail"),
        (("client 1", "listening socket"), True, 2, "pass"),  # it may watch something else in turn
        (("another socket", "terminal"), False, 0, "fail"),
        (None, False, 0, "pass"),
    ],
)
def test_what_is_served_is_what_select_watches(watched, timed, sleeps, outcome):
    seen = thread("select", timed=timed)
    terminal = scene("terminal", idles(BEFORE), types("a"), log="{a}\n")
    silent = idles(SILENT, seen, watched=watched, sleeps=sleeps)
    client = scene("client", connects(), says("a"), silent, log="{a}\n")
    judged = ask("waits-in-select", history(terminal, client))
    assert judged.outcome == outcome
    if outcome == "fail":
        assert "although `select` never watched" in facts(judged)
        once = scene("terminal", idles(BEFORE, watched=ALL), types("a"), log="{a}\n")
        assert ask("waits-in-select", history(once, client)).outcome == "pass", "it did, elsewhere"
        terminal = scene("terminal", idles(BEFORE))
        client = scene("client", connects(), says("a"), silent)
        judged = ask("waits-in-select", history(terminal, client))
        assert judged.outcome == "pass", "it serves nothing"


def test_select_need_not_watch_a_client_whose_connection_the_server_has_closed():
    away = [{"event": "closed-by-server", "source": "client 1"}]
    silent = idles(SILENT, watched=("listening socket", "terminal"))
    for closed, outcome in [([], "fail"), (away, "pass")]:
        client = scene("client", connects(), says("a"), closed, silent, log="{a}\n")
        judged = ask("waits-in-select", history(scene("terminal", idles(BEFORE)), client))
        assert judged.outcome == outcome


def test_several_threads_count_wherever_they_are_seen():
    two = idles("several clients, silent", thread("select"), thread("recv"))
    outcome = ask("waits-in-select", history(*RESTS, scene("together", says("a"), two)))
    assert outcome.outcome == "fail"
    assert "it has 2 threads" in facts(outcome)
    recv = idles("several clients, silent", thread("recv"))
    outcome = ask("waits-in-select", history(*RESTS, scene("together", says("a"), recv)))
    assert outcome.outcome == "pass", "where it sleeps then is for silent-client to judge"


PIPES = thread("select", watches=["pipe:[1]", "pipe:[2]"])


@pytest.mark.parametrize(
    ("rest", "step", "outcome"),
    [
        ((PIPES,), says("b") + logs("b"), "fail"),
        ((PIPES,), types("b") + logs("b"), "fail"),
        ((thread("select", watches=["client 1"]),), types("b") + logs("b"), "fail"),
        ((thread("pause"),), says("b") + logs("b"), "fail"),
        ((thread("select"), thread("recv", file="client 1")), [], "fail"),
        ((thread("select", watches=["another socket"]),), says("b") + logs("b"), "fail"),
        # It waits for that client, or may do so.
        ((thread("recv", file="client 1"),), says("b") + logs("b"), "pass"),
        ((thread("select", watches=["client 1"]),), says("b") + logs("b"), "pass"),
        ((thread("select", watches=["anon_inode:[eventpoll]"]),), says("b") + logs("b"), "pass"),
        # Something else may have woken it.
        ((PIPES,), says("b"), "pass"),
        ((PIPES,), says("b") + leaves("client 2") + logs("b"), "pass"),
        ((PIPES,), sends("b") + says("c", "client 2") + logs("b", "c"), "pass"),
    ],
)
@pytest.mark.parametrize("scenario", ["together", "newcomer", "departure", "restart"])
def test_each_rest_counts_wherever_it_is(scenario, rest, step, outcome):
    play = scene(scenario, connects(), says("a"), settles(*rest), step)
    judged = ask("waits-in-select", history(*RESTS, play))
    assert judged.outcome == outcome


def test_what_is_served_unwatched_is_said():
    play = scene("newcomer", connects(), settles(PIPES), says("b") + logs("b"))
    judged = ask("waits-in-select", history(*RESTS, play))
    assert "the server had settled, and client 1 sent a message" in facts(judged)
    assert "in `select`, watching pipe:[1] and pipe:[2]" in facts(judged)
    assert "from client 1" in str(judged.findings[0].cause.hint)


@pytest.mark.parametrize(
    ("others", "fact"),
    [
        (["epoll"], "an `epoll` watches its input"),
        (["signal"], "interrupts that by a signal"),
        (["thread"], "another thread of it has run and ended"),
        (["thread", "epoll"], "an `epoll` watches its input"),
    ],
)
def test_nothing_else_may_wake_it(others, fact):
    for seen in (settles(others=others), idles("after typing", others=others)):
        terminal = scene("terminal", idles(BEFORE), types("a"), seen, log="{a}\n")
        judged = ask("waits-in-select", history(terminal, RESTS[1]))
        assert judged.outcome == "fail"
        assert fact in facts(judged)


def test_an_epoll_that_the_rubric_accepts_may_wake_it():
    terminal = scene("terminal", idles(BEFORE), settles(others=["epoll"]))
    given = history(terminal, RESTS[1])
    accepts = Rubric(multiplexers=("select", "epoll"))
    assert ask("waits-in-select", given, accepts).outcome == "pass"
    terminal = scene("terminal", idles(BEFORE), settles(others=["epoll", "thread"]))
    judged = ask("waits-in-select", history(terminal, RESTS[1]), accepts)
    assert "another thread" in facts(judged)
