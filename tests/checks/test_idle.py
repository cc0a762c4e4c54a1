"""What the server does with nothing to do: waits-in-select and rests-when-idle."""

import pytest

from checks.histories import (
    ask,
    connects,
    ends,
    facts,
    history,
    idles,
    is_slow,
    is_stuck,
    looks,
    right,
    says,
    scene,
    sends,
    thread,
)
from grader.model.rubric import Rubric

BEFORE, SILENT, TYPED = "before any client", "one client, silent", "after typing"
BUSY = {"ran": 100_000_000, "calls": {"": 10}}
CLOSED_BY_SERVER = [{"event": "closed-by-server", "source": "client 1"}]


def watched(before, silent, **rest):
    scenes = [scene("terminal", before), scene("client", connects(), silent)]
    return history(*scenes, **rest)


# --- waits-in-select ---


def waits(before=idles(BEFORE), silent=idles(SILENT), rubric=Rubric()):  # noqa: B008
    return ask("waits-in-select", watched(before, silent), rubric)


def test_it_waits_in_select():
    outcome = waits()
    assert outcome.outcome == "pass"
    assert "`select`, watching the listening socket and the terminal" in str(outcome.because)


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (idles(BEFORE, thread("accept")), "it is blocked in `accept`"),
        (idles(BEFORE, thread("read", file="terminal")), "waiting for someone to type"),
        (idles(BEFORE, thread("select"), thread("futex")), "it has 2 threads: one in `select`"),
        (idles(BEFORE, processes=3), "it runs as 3 processes"),
    ],
)
def test_it_waits_elsewhere(seen, said):
    outcome = waits(before=seen)
    assert outcome.outcome == "fail"
    assert said in facts(outcome)
    assert "before any client connected" in facts(outcome)
    assert "阻塞等待IO事件的发生" in str(outcome.findings[0].cause.hint)


@pytest.mark.parametrize("call", ["poll", "epoll"])
def test_it_waits_in_another_call_that_watches_several(call):
    outcome = waits(before=idles(BEFORE, thread(call)))
    assert outcome.outcome == "fail"
    assert f"it is blocked in `{call}`" in facts(outcome)
    assert "使用select完成" in str(outcome.findings[0].cause.hint)


@pytest.mark.parametrize(
    ("calls", "outcome"),
    [
        ({"": 57, "select": 43}, "pass"),
        ({"": 95, "select": 5}, "fail"),
        ({"": 57, "select": 15, "sleep": 28}, "fail"),
    ],
)
def test_a_server_that_wakes_often_is_judged_by_where_it_sleeps(calls, outcome):
    seen = thread("select", timed=True)
    often = idles(BEFORE, seen, calls=calls, samples=100)
    assert waits(before=often, silent=idles(SILENT, seen)).outcome == outcome


def test_it_never_waits():
    outcome = waits(before=idles(BEFORE, thread(""), **BUSY))
    assert outcome.outcome == "fail"
    assert "it does not wait: it used 100 ms of CPU time" in facts(outcome)
    assert "a timeout of 0" in str(outcome.findings[0].cause.hint)


@pytest.mark.parametrize(
    ("quiet", "log", "outcome"),
    [
        ([*says("a"), *says("b")], "{a}\n{b}\n", "pass"),
        ([*says("a"), *ends(0)], "{a}\n", "fail"),
        ([*says("a"), *ends(0)], "", "fail"),
        ([*says("a"), *sends("b"), *is_stuck(thread("accept"))], "{a}\n", "fail"),
        ([*says("a"), *sends("b"), *is_slow(thread("sleep"))], "{a}\n", "fail"),
        ([*says("a"), *says("b")], "{a}\n", "fail"),
        # It went wrong before.
        ([*sends("a"), *ends(1)], "", "pass"),
        ([*says("a"), *says("b")], "{b}\n", "pass"),
        # It has emptied the log meanwhile.
        ([*says("a"), *looks("settled", "a"), *says("b")], "{b}\n", "fail"),
        # It sends away who is silent for long.
        ([*says("a"), *CLOSED_BY_SERVER, *sends("b")], "{a}\n", "pass"),
        ([*says("a"), *ends(None, 9)], "{a}\n", "not-judged"),
    ],
)
def test_after_a_quiet_period(quiet, log, outcome):
    scenes = [scene("terminal", idles(BEFORE)), scene("client", connects(), idles(SILENT))]
    judged = ask("waits-in-select", history(*scenes, scene("quiet", quiet, log=log)))
    assert judged.outcome == outcome
    if outcome == "fail":
        assert "nobody sent anything for a while" in facts(judged)


def test_exiting_during_a_quiet_period_is_explained():
    scenes = [scene("terminal", idles(BEFORE)), scene("client", connects(), idles(SILENT))]
    quiet = scene("quiet", [*says("a"), *ends(0)], log="{a}\n")
    judged = ask("waits-in-select", history(*scenes, quiet))
    assert "returns three empty lists" in str(judged.findings[0].cause.hint)


def test_it_waits_elsewhere_once_a_client_is_connected():
    outcome = waits(silent=idles(SILENT, thread("recv", file="client 1")))
    assert outcome.outcome == "fail"
    assert "with one client connected, silent" in facts(outcome)


@pytest.mark.parametrize("call", ["poll", "epoll"])
def test_a_rubric_may_accept_other_multiplexers(call):
    seen = idles(BEFORE, thread(call)), idles(SILENT, thread(call))
    assert waits(*seen).outcome == "fail"
    assert waits(*seen, Rubric(multiplexers=("select", call))).outcome == "pass"


@pytest.mark.parametrize(
    ("watches", "outcome"),
    [
        (("listening socket",), "fail"),
        (("listening socket", "terminal", "client 1"), "pass"),
        ((), "pass"),
    ],
)
def test_a_socket_with_a_timeout_is_not_multiplexing(watches, outcome):
    seen = thread("poll", timed=True, watches=watches)
    judged = waits(idles(BEFORE), idles(SILENT, seen), Rubric(multiplexers=("select", "poll")))
    assert judged.outcome == outcome
    if outcome == "fail":
        assert "in `poll` on the listening socket alone, as `accept` with a timeout does" in (
            facts(judged)
        )


def test_blocking_with_unread_input_is_judged_elsewhere():
    held = idles(SILENT, thread("read", file="terminal"))
    assert waits(silent=[*says("a"), *is_stuck(), *held]).outcome == "skipped"
    assert waits(silent=[*says("a"), *is_stuck(), *idles(SILENT)]).outcome == "pass"
    assert waits(silent=[*held, *says("a"), *is_stuck()]).outcome == "fail"


def test_select_with_a_timeout():
    seen = idles(BEFORE, thread("select", timed=True), calls={"select": 6, "": 4})
    assert waits(before=seen).outcome == "pass"


def test_a_server_that_exited_before_it_was_observed():
    outcome = ask("waits-in-select", watched(idles(BEFORE), ends(1)))
    assert outcome.outcome == "skipped"


def test_a_server_that_our_limit_ended_before_it_was_observed():
    outcome = ask("waits-in-select", watched(idles(BEFORE), ends(None, 9)))
    assert outcome.outcome == "not-judged"


def test_no_time_was_left_for_the_client_scenario():
    given = history(scene("terminal", idles(BEFORE)), out_of_time=True)
    assert ask("waits-in-select", given).outcome == "not-judged"
    assert ask("rests-when-idle", given).outcome == "not-judged"


# --- rests-when-idle ---


@pytest.mark.parametrize("phase", [BEFORE, TYPED])
def test_it_spins(phase):
    play = scene("terminal", idles(BEFORE), idles(phase, thread(""), **BUSY))
    outcome = ask("rests-when-idle", right(terminal=play))
    assert outcome.outcome == "fail"
    assert "it used 100 ms of CPU time in 100 ms with nothing to do" in facts(outcome)
    assert "wlist" in str(outcome.findings[0].cause.hint)


def test_the_finding_shows_where_it_spins():
    shown = (
        b"Traceback (most recent call last):\n"
        b'  File "/w/submission.py", line 7, in <module>\n    select(r, w, [])\n'
        b"KeyboardInterrupt\n"
    )
    play = scene("terminal", idles(BEFORE, thread(""), **BUSY), terminal=shown)
    assert "at line 7: select(r, w, [])" in facts(ask("rests-when-idle", history(play)))


@pytest.mark.parametrize(
    ("ran", "waited", "outcome"),
    [
        (20_000_000, 0, "pass"),
        (20_000_001, 0, "fail"),
        (15_000_000, 50_000_000, "fail"),  # half of the time another program had the processor
        (0, 100_000_000, "pass"),  # all of it
        (5_000_000, 100_000_000, "pass"),
    ],
)
def test_the_threshold_for_spinning(ran, waited, outcome):
    play = scene("terminal", idles(BEFORE, ran=ran, waited=waited))
    assert ask("rests-when-idle", right(terminal=play)).outcome == outcome


def test_a_server_that_exited_did_not_spin():
    assert ask("rests-when-idle", watched(idles(BEFORE), ends(1))).outcome == "skipped"


def test_unread_input_does_not_excuse_spinning():
    silent = [*sends("a"), *is_stuck(), *idles(SILENT, thread(""), **BUSY)]
    assert ask("rests-when-idle", watched(idles(BEFORE), silent)).outcome == "fail"


@pytest.mark.parametrize(
    ("scenario", "phase", "steps"),
    [
        ("silent-client", "a client that has said nothing", connects()),
        ("together", "several clients, silent", [*says("a"), *says("b", "client 2")]),
    ],
)
def test_it_spins_while_clients_are_connected(scenario, phase, steps):
    def judged(**seen):
        later = scene(scenario, steps, idles(phase, thread(""), **seen))
        scenes = scene("terminal", idles(BEFORE)), scene("client", connects(), idles(SILENT))
        return ask("rests-when-idle", history(*scenes, later))

    assert judged(**BUSY).outcome == "fail"
    assert "connected" in facts(judged(**BUSY))
    assert judged(ran=1, calls={"": 10}).outcome == "pass"
