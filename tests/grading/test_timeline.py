"""What is drawn of a play: steps, messages, spans, and the lines of its logs."""

import pytest
from checks.histories import (
    ask,
    connects,
    ends,
    history,
    idles,
    leaves,
    right,
    says,
    scene,
    sends,
    settles,
    spins_on,
    types,
)  # fmt: skip
from report.pages import (
    CROSSED,
    FINE,
    LOST,
    TWO,
)

from grader.grading.timeline import LINES, timelines
from grader.report.html.layout import lay_out


def places(message):
    return [(spot.log, spot.line) for spot in message.spots]


def test_a_timeline_is_what_happened_in_order():
    (line,) = timelines(history(FINE))
    assert [step.kind for step in line.steps] == [
        "start", "connect", "settle", "send", "settle", "leave", "settle", "stop"
    ]  # fmt: skip
    assert line.sources == ("client 1",)
    assert [(places(m), m.crossed) for m in line.messages] == [([(0, 1)], False)]
    assert not line.faults
    assert [span.state for span in line.spans] == [
        "sleeps", "works", "sleeps", "works", "sleeps", "works", "sleeps"
    ]  # fmt: skip
    assert line.steps[line.spans[-1].last].kind == "stop"


def test_what_is_lost_or_crossed_is_marked():
    crossed, lost = timelines(history(CROSSED, LOST))
    assert [m.crossed for m in crossed.messages] == [True, True, False]
    assert [places(m) for m in lost.messages] == [[(0, 1)], []]
    assert "it is blocked in `recv`" in str(lost.remark)
    assert lost.spans[-1].state == "stuck"
    assert not crossed.faults
    assert [fault.waiting for fault in lost.faults] == [("client 1",)]


def test_a_server_that_ended_is_gone():
    (line,) = timelines(history(scene("client", connects(), says("a"), ends(1), log="{a}\n")))
    assert line.spans[-1].state == "gone"


def test_every_scenario_of_a_right_server_is_drawn():
    assert [line.scenario for line in timelines(right())] == [
        "terminal", "client", "together", "silent-client", "newcomer", "departure"
    ]  # fmt: skip
    assert not any(line.faults for line in timelines(right()))


def test_what_it_sleeps_in_is_told_where_somebody_looked_and_only_there():
    (line,) = timelines(
        history(scene("client", connects(), idles("one client, silent"), says("a")))
    )
    seen = [span for span in line.spans if span.seen]
    assert [line.steps[span.first].kind for span in seen] == ["watch"]
    assert "it is blocked in `select`, watching" in str(seen[0].what)
    assert {str(span.what) for span in line.spans if not span.seen} == {"it works", "it sleeps"}


@pytest.mark.parametrize(
    ("steps", "says_so"),
    [
        (sends("a") + settles(asleep=False), "it runs without ever pausing"),
        (idles("one client, silent", ran=99_000_000), "it used 99 ms of CPU time"),
        (sends("a") + spins_on(), "it runs without ever pausing"),
    ],
)
def test_a_server_that_never_rests_is_not_drawn_asleep(steps, says_so):
    (line,) = timelines(history(scene("client", connects(), steps)))
    assert line.spans[-1].state == "spins"
    assert says_so in str(line.spans[-1].what)


def test_while_it_is_started_again_it_is_gone():
    restarts = [{"event": "restarted", "by": "ctrl-c"}]
    listens = [{"event": "listening", "address": "0.0.0.0", "port": 8888}]
    (line,) = timelines(history(scene("restart", connects(), restarts, listens)))
    assert [span.state for span in line.spans] == ["sleeps", "works", "sleeps", "gone", "sleeps"]


def test_a_connection_that_the_server_closed_ends_there():
    closed = [{"event": "closed-by-server", "source": "client 1"}]
    left_first = scene("departure", connects(), leaves(), closed, says("b", "client 2"))
    closed, left = timelines(history(scene("client", connects(), closed, types("a")), left_first))
    assert [step.kind for step in closed.steps if step.source == "client 1"] == [
        "connect", "closed-by-server"
    ]  # fmt: skip
    assert [step.kind for step in left.steps if step.source == "client 1"] == ["connect", "leave"]
    lane = next(lane for lane in lay_out(closed).lanes if lane.name == "client 1")
    assert lane.end == "closed"
    assert [lane.end for lane in lay_out(left).lanes] == ["left", ""]
    assert lane.last < max(path.x for path in lay_out(closed).paths)


def test_what_is_logged_again_is_marked_and_led_to_each_place():
    (line,) = timelines(history(scene("together", says("a"), says("b"), log="{a}\n{a}\n{b}\n")))
    assert [(places(m), m.repeated) for m in line.messages] == [
        ([(0, 1), (0, 2)], True),
        ([(0, 3)], False),
    ]
    paths = lay_out(line).paths
    assert [(path.kind, len(path.ends)) for path in paths] == [("repeated", 2), ("logged", 1)]


RIGHT = "{a}\n{b}\n{c}\n{d}\n"


@pytest.mark.parametrize(
    "files",
    [
        {"log.txt": RIGHT, "page.html": "<h1>newest first</h1>\n{d}\n{c}\n{b}\n{a}\n"},
        {"log.txt": "latest: {d}\n1. {a}\n2. {b}\n3. {c}\n4. {d}\n"},
        {"log.txt": RIGHT, "twice.txt": "{a}\n{a}\n{b}\n{b}\n{c}\n{c}\n{d}\n{d}\n"},
        {"log.txt": RIGHT + "all: {a}, {b}, {c}, {d}\n"},
        {"log.txt": RIGHT, "all.json": '["{a}", "{b}", "{c}", "{d}"]' + " " * 99},
    ],
    ids=["a longer page", "a headline", "each twice beside it", "a summary", "a history"],
)
def test_nothing_is_marked_that_passes(files):
    steps = says("a"), types("b"), says("c", "client 2"), says("d")
    found = right(together=scene("together", *steps, log=files))
    for check in ("every-message", "own-record", "client-order", "arrival-order"):
        assert ask(check, found).outcome == "pass"
    line = next(line for line in timelines(found) if line.scenario == "together")
    assert not any(m.crossed or m.repeated for m in line.messages)
    assert [len(places(m)) for m in line.messages] == [1, 1, 1, 1]


def test_of_several_logs_each_message_leads_to_its_own():
    (line,) = timelines(history(scene("together", says("a"), says("b"), types("c"), log=TWO)))
    assert [log.path for log in line.logs] == ["client.log", "terminal.log"]
    assert [places(m) for m in line.messages] == [[(0, 1)], [(0, 2)], [(1, 1)]]
    picture = lay_out(line)
    one, other = picture.logs
    assert one < other
    assert [(mark.y, mark.spot.log) for mark in picture.marks] == [(one, 0), (one, 0), (other, 1)]


def test_every_line_with_a_message_is_shown_however_long_the_log():
    names = [f"{letter}{n}" for n in range(3) for letter in "abcdefghijklmnopqrstuvwxyz"]
    log = "".join("x\n" * 7 + f"{{{name}}}\n" for name in names)
    (line,) = timelines(history(scene("crowd", *map(says, names), log=log + "x\n" * 50)))
    shown = {shown.number for shown in line.logs[0].lines}
    assert {spot.line for m in line.messages for spot in m.spots} <= shown
    assert {1, 2, 3, len(names) * 8 + 50} <= shown
    assert len(shown) <= len(names) + LINES
    left_out = sum(shown.before for shown in line.logs[0].lines)
    assert left_out + len(shown) == len(names) * 8 + 50


def test_the_terminal_looks_as_it_did():
    (line,) = timelines(history(scene("client", says("a"), terminal=b"one\r\n\r\n  two\r\n\r\n")))
    assert line.terminal == ("one", "", "  two")
