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
    rewrites,
    right,
    says,
    scene,
    sends,
    thread,
    types,
)
from grader.model.rubric import Rubric

BEFORE, SILENT, TYPED = "before any client", "one client, silent", "after typing"
BUSY = {"ran": 100_000_000, "calls": {"": 10}}
CLOSED_BY_SERVER = [{"event": "closed-by-server", "source": "client 1"}]


def watched(before, silent, **rest):
    return history(scene("terminal", before), scene("client", connects(), silent), **rest)


def test_what_an_earlier_play_has_shown_counts_if_the_last_one_ended_before():
    spinning = scene("terminal", types("a"), is_slow(), idles(TYPED, thread(""), **BUSY))
    ended = scene("terminal", types("a"), is_slow(), ends(1))
    resting = scene("terminal", types("a"), is_slow(), idles(TYPED))
    rest = scene("client", connects(), idles(SILENT))
    assert ask("rests-when-idle", history(spinning, ended, rest)).outcome == "fail"
    assert ask("rests-when-idle", history(spinning, resting, rest)).outcome == "pass"


# --- waits-in-select ---


def waits(before=idles(BEFORE), silent=idles(SILENT), rubric=Rubric()):  # noqa: B008
    return ask("waits-in-select", watched(before, silent), rubric)


def test_it_waits_in_select():
    outcome = waits()
    assert outcome.outcome == "pass"
    assert "`select`, watching the listening socket and the terminal" in str(outcome.because)


@pytest.mark.parametrize(
    ("seen", "said", "cause"),
    [
        (idles(BEFORE, thread("sleep")), "it is blocked in `sleep`", "sleeps"),
        (idles(BEFORE, thread("wait")), "it is blocked in `wait`", "waits-elsewhere"),
        (
            idles(BEFORE, thread("accept", file="listening socket")),
            "it is blocked in `accept`",
            "blocks",
        ),
        (idles(BEFORE, thread("read", file="terminal")), "waiting for someone to type", "blocks"),
        (
            idles(BEFORE, thread("select"), thread("futex")),
            "it has 2 threads: one in `select`",
            "several-threads",
        ),
        (idles(BEFORE, processes=3), "it runs as 3 processes", "several-threads"),
    ],
)
def test_it_waits_elsewhere(seen, said, cause):
    outcome = waits(before=seen)
    assert outcome.outcome == "fail"
    assert said in facts(outcome)
    assert "before any client connected" in facts(outcome)
    assert outcome.findings[0].cause.name == cause


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
        ({"": 95, "select": 5}, "pass"),
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
    assert "its timeout is 0" in str(outcome.findings[0].cause.hint)


RESTS = scene("terminal", idles(BEFORE)), scene("client", connects(), idles(SILENT))


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
    ],
)
def test_after_a_quiet_period(quiet, log, outcome):
    judged = ask("waits-in-select", history(*RESTS, scene("quiet", quiet, log=log)))
    assert judged.outcome == outcome
    if outcome == "fail":
        assert "nobody sent anything for a while" in facts(judged)


SETTLED_A = [*says("a"), {"event": "logged", "messages": ["a"]}, *looks("settled", "a")]


@pytest.mark.parametrize(
    ("together", "quiet", "outcome"),
    [
        # Each new client empties the log: that is judged in the other play.
        ("{b}\n", [*SETTLED_A, *rewrites("a", unprompted=False), *says("b")], "pass"),
        # It is no excuse for what was never logged, nor for a timer that empties it.
        ("{b}\n", [*says("a"), *looks("settled", "a"), *says("b")], "fail"),
        ("{b}\n", [*SETTLED_A, *rewrites("a", log="{a}\n"), *says("b")], "fail"),
        # Only after a quiet while does it do that.
        ("{a}\n{b}\n", [*SETTLED_A, *rewrites("a", unprompted=False), *says("b")], "fail"),
    ],
)
def test_what_empties_the_log_anyway_is_judged_elsewhere(together, quiet, outcome):
    several = scene("together", says("a"), says("b", "client 2"), log=together)
    found = history(*RESTS, several, scene("quiet", quiet, log="{b}\n"))
    assert ask("waits-in-select", found).outcome == outcome


def test_exiting_during_a_quiet_period_is_explained():
    found = history(*RESTS, scene("quiet", says("a"), ends(0), log="{a}\n"))
    judged = ask("waits-in-select", found)
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
    assert waits(silent=[*says("a"), *is_stuck(), *held]).outcome == "pass"
    elsewhere = [*says("a"), *is_stuck(), *idles(BEFORE, thread("read", file="terminal"))]
    assert waits(before=elsewhere, silent=[*is_stuck(), *held]).outcome == "skipped"
    assert waits(silent=[*says("a"), *is_stuck(), *idles(SILENT)]).outcome == "pass"
    assert waits(silent=[*held, *says("a"), *is_stuck()]).outcome == "fail"


def test_select_with_a_timeout():
    seen = idles(BEFORE, thread("select", timed=True), calls={"select": 6, "": 4})
    assert waits(before=seen).outcome == "pass"


@pytest.mark.parametrize("check", ["waits-in-select", "rests-when-idle"])
def test_what_was_seen_of_a_server_that_exits_later_counts(check):
    assert ask(check, watched(idles(BEFORE), ends(1))).outcome == "pass"
    assert ask(check, watched(ends(1), idles(SILENT))).outcome == "pass"
    assert ask(check, watched(ends(1), ends(1))).outcome == "skipped"
    assert ask(check, watched(idles(BEFORE, thread(""), **BUSY), ends(1))).outcome == "fail"


def test_what_was_seen_of_a_server_that_a_limit_ended_counts():
    assert ask("waits-in-select", watched(idles(BEFORE), ends(None, 9))).outcome == "pass"


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
    assert "always ready" in str(outcome.findings[0].cause.hint)


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
        (15_000_000, 150_000_000, "fail"),  # a wait had begun before
        (0, 100_000_000, "pass"),  # all of it
        (5_000_000, 100_000_000, "pass"),
    ],
)
def test_the_threshold_for_spinning(ran, waited, outcome):
    play = scene("terminal", idles(BEFORE, ran=ran, waited=waited, calls={"": 10}))
    assert ask("rests-when-idle", right(terminal=play)).outcome == outcome


@pytest.mark.parametrize(
    ("ran", "sleeps", "calls", "outcome"),
    [
        # It sleeps at each turn, however often that is.
        (60_000_000, 1_000, {"": 60, "select": 40}, "pass"),
        (60_000_000, 1_000, {"": 99, "select": 1}, "pass"),
        (60_000_000, 12, {"": 99, "select": 1}, "pass"),
        (60_000_000, 1_000, {"": 60, "sleep": 40}, "pass"),
        # It hardly ever sleeps.
        (60_000_000, 11, {"": 99, "select": 1}, "fail"),
        (60_000_000, 0, {"": 100}, "fail"),
        # It sleeps while its output is not read, or for another thread.
        (60_000_000, 1_000, {"": 60, "write": 40}, "fail"),
        (60_000_000, 1_000, {"": 60, "write": 21, "select": 20}, "fail"),
        (60_000_000, 1_000, {"": 60, "futex": 30, "select": 10}, "fail"),
        # It sleeps for shorter than any timeout.
        (60_000_000, 200, {"": 100}, "fail"),
        # Where it sleeps was not seen.
        (60_000_000, 199, {"": 100}, "not-judged"),
        (4_000_000, 0, {"": 100}, "not-judged"),
    ],
)
def test_a_server_that_sleeps_at_each_turn_does_not_spin(ran, sleeps, calls, outcome):
    seen = idles(BEFORE, thread("select"), ran=ran, sleeps=sleeps, calls=calls, samples=100)
    assert ask("rests-when-idle", watched(seen, idles(SILENT))).outcome == outcome
    judged = ask("waits-in-select", watched(seen, idles(SILENT))).outcome
    assert judged == ("fail" if "sleep" in calls else outcome)


def test_on_a_busy_machine_long_sleeps_show_that_it_does_not_spin():
    busy = {"ran": 30_000_000, "waited": 900_000_000, "wall": 1_000_000_000, "samples": 100}
    seen = idles(BEFORE, sleeps=2, calls={"": 70, "select": 30}, **busy)
    assert ask("rests-when-idle", watched(seen, idles(SILENT))).outcome == "pass"
    seen = idles(BEFORE, sleeps=0, calls={"": 100}, **busy)
    assert ask("rests-when-idle", watched(seen, idles(SILENT))).outcome == "fail"


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
        return ask("rests-when-idle", history(*RESTS, later))

    assert judged(**BUSY).outcome == "fail"
    assert "connected" in facts(judged(**BUSY))
    assert judged(ran=1, calls={"": 10}).outcome == "pass"
