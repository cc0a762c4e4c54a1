"""A history is assembled from any events, however few."""

from contextlib import suppress

import pytest
from checks.histories import (
    connects,
    ends,
    history,
    idles,
    is_slow,
    is_stuck,
    leaves,
    lines,
    looks,
    message,
    nonce,
    pack,
    play,
    refuses,
    right_scenes,
    says,
    scene,
    sends,
    settles,
    text,
    types,
)
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import CHECKS
from grader.grading.judge import judge
from grader.model import event
from grader.model.decoding import EventError, parse_event
from grader.model.history import History, LogFile, read_history
from grader.model.rubric import Rubric

STREAM = lines(*right_scenes())


# --- incomplete and unordered events ---


def read(lines_: list[bytes]) -> History:
    return read_history(map(parse_event, lines_))


@given(st.integers(0, len(STREAM)))
def test_any_prefix_is_a_history_that_can_be_judged(end):
    assembled = read(STREAM[:end])
    assert assembled.finished == (end == len(STREAM))
    entries = judge(assembled, Rubric())
    assert len(entries) == len(CHECKS)
    # A check may pass on what was observed, but may not fail on what is missing.
    outcomes = {entry.outcome.outcome for entry in entries if entry.max_points}
    assert outcomes <= ({"pass"} if assembled.finished else {"pass", "not-judged"})


@given(st.integers(0, sum(map(len, STREAM)) + len(STREAM)))
def test_any_prefix_of_its_bytes_is_a_history_or_an_error(end):
    with suppress(EventError):
        assert isinstance(read(b"\n".join(STREAM)[:end].splitlines()), History)


@given(st.lists(st.sampled_from(STREAM), max_size=30))
def test_any_events_in_any_order_are_a_history_that_can_be_judged(shuffled):
    try:
        found = read(shuffled)
    except EventError as error:
        assert "two messages have the name" in str(error)  # noqa: PT017
        return
    for entry in judge(found, Rubric()):
        assert "broken" not in str(entry.outcome.because)


def test_no_events_at_all():
    assert read([]) == History(
        source=b"", agent=None, plays=(), ending="", finished=False, out_of_time=False
    )  # fmt: skip


def test_two_messages_of_a_scenario_with_one_name():
    with pytest.raises(EventError, match="two messages have the name 'a'"):
        history(scene("client", says("a"), says("a")))
    history(scene("client", says("a")), scene("together", says("a")))


def test_an_invalid_packed_field():
    log = scene("client", says("a"), log="x")
    assert history(log).plays[0].files == (LogFile(path="server.log", data=b"x", size=1),)
    for each in log:
        each.update({"data": "x"} if each["event"] == "log" else {})
    with pytest.raises(EventError):
        history(log)


# --- the fields ---


def test_the_run():
    assembled = history(scene("terminal"), scene("client"), finished=True)
    assert assembled.agent
    assert assembled.agent.python == "3.12.1"
    assert [each.scenario for each in assembled.plays] == ["terminal", "client"]
    assert (assembled.finished, assembled.out_of_time, assembled.ending) == (True, False, "")
    assembled = history(scene("terminal"), out_of_time=True)
    assert (assembled.finished, assembled.out_of_time) == (False, True)
    assert not history(finished=False).finished


def test_messages():
    found = play(says("a"), sends("b"), types("c")).messages
    assert [(m.name, m.source, m.text, m.nonce) for m in found] == [
        ("a", "client 1", text("a"), nonce("a")),
        ("b", "client 1", text("b"), nonce("b")),
        ("c", "terminal", text("c"), nonce("c")),
    ]
    a, b, c = found
    assert a.sent < a.settled < b.sent < c.sent < c.settled
    assert b.settled == c.settled
    assert [m.typed for m in found] == [False, False, True]
    assert play(says("a"), types("c")).typed[0].name == "c"


def test_a_message_that_never_settled():
    (a,) = play(sends("a"), is_stuck()).messages
    assert a.settled is None


def test_settling_during_the_stop_does_not_count():
    events = scene("client", sends("a"))
    stopping = next(i for i, e in enumerate(events) if e["event"] == "stopping")
    events[stopping + 1 : stopping + 1] = settles() + ends(1)
    (found,) = history(events).plays
    assert found.messages[0].settled is None
    assert found.failure is None
    assert found.ended is None


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (ends(1), event.Ended),
        (is_stuck(), event.Stuck),
        (is_slow(), event.GaveUp),
        (refuses(), event.Refused),
    ],
)
def test_a_failure_cuts_a_play_short(failure, kind):
    found = play(says("a"), failure, settles())
    assert type(found.failure) is kind
    assert found.messages[0].settled is not None
    assert (found.ended is not None) == isinstance(found.failure, event.Ended)


def test_the_first_failure_counts():
    assert isinstance(play(is_stuck(), ends(1)).failure, event.Stuck)


def test_the_other_fields_of_a_play():
    found = play(
        connects(),
        leaves("client 1"),
        idles("after a departure"),
        looks("settled", "m2", "m1"),
        log={"a": b"\xff\0", "b": "早"},
        terminal=b"shown\r\n",
        taken=(22,),
        typing=False,
        ending="\n",
    )
    assert found.file_name == "submission.py"
    assert (found.scenario, found.typing, found.ending) == ("together", False, "\n")
    assert found.listening
    assert found.listening.port == 8888
    assert found.taken_ports == (22,)
    assert [who for _, who in found.departures] == ["client 1"]
    (((place, observed)),) = found.observed
    assert observed.phase == "after a departure"
    assert place > found.departures[0][0]
    assert found.found == {"settled": {"m1", "m2"}}
    assert [f.path for f in found.files] == ["a", "b"]
    assert found.files[0].data == b"\xff\0"
    assert found.terminal == b"shown\r\n"
    assert found.stopped
    assert (found.stopped.by, found.stopped.signal) == ("ctrl-c", 2)
    assert found.started < found.over


def test_a_play_that_was_lost():
    found = play(says("a"), stopped=False, listening=False)
    assert (found.stopped, found.listening, found.files, found.terminal) == (None, None, (), b"")


def test_the_program_keeps_its_own_name():
    events = [parse_event(line) for line in STREAM]
    assert {each.file_name for each in read_history(events, "zhang.py").plays} == {"zhang.py"}


# --- which play counts ---


def test_the_play_with_the_chosen_ending_counts():
    plain, lines_ = scene("client"), scene("client", ending="\n")
    assert history(plain, lines_).play("client").ending == ""
    assert history(plain, lines_, chosen="\n").play("client").ending == "\n"


def test_a_play_with_another_ending_counts_if_it_is_the_only_one():
    assert history(scene("terminal"), chosen="\n").play("terminal").scenario == "terminal"


def test_a_play_that_was_lost_when_repeated_is_undecided():
    """A server may need whole lines. Until that was tried, its behaviour is unknown."""
    plain, lines_ = scene("client"), scene("client", ending="\n", stopped=False)
    assembled = history(plain, lines_, out_of_time=True)
    assert assembled.play("client").ending == "\n"
    assert assembled.play("client").stopped is None


def test_a_scenario_that_was_not_played():
    assert history(scene("terminal")).play("client") is None


def test_the_test_helper_makes_the_same_message():
    (found,) = play(says("a")).messages
    assert message("a", found.sent, found.settled) == found
    assert pack(b"") == "eJwDAAAAAAE="


def test_a_play_that_ran_out_of_time_is_not_over():
    scenes = scene("client", says("a"), log="{a}"), scene("newcomer", says("a"), log="")
    assert [play.complete for play in history(*scenes).plays] == [True, True]
    cut = history(*scenes, out_of_time=True)
    assert [play.complete for play in cut.plays] == [True, False]


# --- several scenarios on one server ---


def went_on(name, *steps, log="", fresh=False):
    """A scenario from which the server goes on to the next one."""
    kept = [e for e in scene(name, *steps, log=log) if e["event"] != "stopped"]
    begun = kept if fresh else [e for e in kept if e["event"] not in ("started", "listening")]
    return [{**begun[0], "fresh": fresh}, *begun[1:], {"event": "went-on"}]


def test_a_scenario_from_which_the_server_goes_on_is_complete():
    first, second = history(
        went_on("terminal", types("a"), log="{a}\n", fresh=True),
        went_on("client", says("a"), log="{a}\n"),
    ).plays
    assert (first.fresh, first.complete, first.stopped) == (True, True, None)
    assert (second.fresh, second.complete, second.stopped) == (False, True, None)
    assert second.listening == first.listening
    assert second.files[0].data == text("a").encode() + b"\n"


def test_the_servers_end_belongs_to_the_last_scenario_that_it_played():
    end = [{"event": "stopped", "by": "ctrl-c", "code": 0, "signal": None}]
    last = [*went_on("client", says("a"), log="{a}\n"), *end, {"event": "terminal", "data": DONE}]
    first, second = history(went_on("terminal", types("a"), fresh=True), last).plays
    assert first.stopped is None
    assert second.stopped.code == 0
    assert second.terminal == b"Done"


DONE = pack(b"Done")


def test_what_is_discarded_does_not_count():
    again = scene("client", says("b"), log="{b}\n")
    discarded = [*went_on("client", says("a")), {"event": "discarded", "scenarios": ["client"]}]
    found = history(went_on("terminal", types("a"), fresh=True), discarded, again)
    assert [play.scenario for play in found.plays] == ["terminal", "client"]
    assert [m.name for m in found.play("client").messages] == ["b"]
    assert found.times == {"terminal": 1, "client": 1}


def test_only_the_last_scenario_of_a_server_runs_out_of_time():
    cut = history(went_on("terminal", types("a"), fresh=True), went_on("client"), out_of_time=True)
    assert [play.complete for play in cut.plays] == [True, False]


def test_replies_are_what_clients_received():
    given = history(scene("client", says("a"), replies={"client 1": b"OK"}))
    assert given.play("client").replies == {"client 1": b"OK"}
    assert history(scene("client", says("a"))).play("client").replies == {}
