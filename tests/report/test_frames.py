"""A timeline as frames."""

import pytest
from checks.histories import (
    connects,
    history,
    is_stuck,
    leaves,
    logs,
    says,
    scene,
    sends,
    settles,
    thread,
)

from grader.grading.timeline import timelines
from grader.model.timeline import Timeline
from grader.report.frames import frames


def the_timeline(*steps, log: str = "", terminal: bytes = b"") -> Timeline:
    (drawn,) = timelines(history(scene("client", *steps, log=log, terminal=terminal)))
    return drawn


def test_a_frame_is_what_happened_with_what_followed():
    timeline = the_timeline(
        connects(), sends("a"), settles(), logs("a"), says("b"), leaves(), log="{a}\n{b}\n"
    )
    found = [(f.source, str(f.what or ""), f.message and f.message.name) for f in frames(timeline)]
    assert found == [
        ("", "it listens", None), ("client 1", "connects", None), ("client 1", "", "a"),
        ("client 1", "", "b"), ("client 1", "disconnects", None), ("", "the grader stops it", None),
    ]  # fmt: skip
    assert [str(frame.does) for frame in frames(timeline)[:-1]] == ["it sleeps"] * 5


def test_a_line_is_logged_in_the_frame_by_which_it_was_seen():
    timeline = the_timeline(connects(), says("a"), logs("a"), says("b"), log="{a}\n{b}\n")
    logged = [[line.number for _, line in frame.logged] for frame in frames(timeline)]
    assert logged == [[], [], [1], [], [2]]  # nobody looked for the second one before the end


def test_the_connected_clients_are_those_that_have_not_left():
    two = connects(), connects("client 2"), leaves()
    found = [frame.connected for frame in frames(the_timeline(*two))]
    assert found == [
        (), ("client 1",), ("client 1", "client 2"), ("client 2",), ("client 2",),
    ]  # fmt: skip


def test_a_server_that_is_stuck_is_so_in_its_frame():
    stuck = is_stuck(thread("recv", file="client 1"))
    *_, last, _ = frames(the_timeline(connects(), sends("a"), stuck))
    assert last.state == "stuck"
    assert "blocked in `recv`" in str(last.does)


def test_every_step_is_in_one_frame_and_frames_are_in_order():
    timeline = the_timeline(connects(), says("a"), says("b"), leaves(), log="{a}\n")
    times = [frame.at for frame in frames(timeline)]
    assert times == sorted(times)
    messages = [frame.message for frame in frames(timeline) if frame.message]
    assert messages == list(timeline.messages)


OUTPUT = b"ready\r\nEnter: hi\r\n\r\ngot it\r\n^C"


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ((7, 18), [["ready"], ["Enter: hi"], ["", "got it", "^C"]]),
        ((0, 7), [[], ["ready"], ["Enter: hi", "", "got it", "^C"]]),
        ((10, 10), [["ready", "Enter: hi"], [], ["", "got it", "^C"]]),
        ((len(OUTPUT), len(OUTPUT)), [["ready", "Enter: hi", "", "got it", "^C"], [], []]),
        ((None, 7), [[], ["ready"], ["Enter: hi", "", "got it", "^C"]]),
        ((None, None), [[], [], ["ready", "Enter: hi", "", "got it", "^C"]]),
        ((7, 9999), [["ready"], [], ["Enter: hi", "", "got it", "^C"]]),
    ],
)
def test_a_line_of_the_terminal_is_in_the_frame_in_which_it_began(shown, printed):
    first, second = (settles(shown=each) for each in shown)
    steps = (sends("a"), first, sends("b"), second)
    _, *found = frames(the_timeline(*steps, terminal=OUTPUT))
    assert [list(frame.printed) for frame in found] == printed


def test_of_a_long_output_the_last_lines_are_shown():
    lines = [b"line %d\r\n" % n for n in range(200)]
    steps = (sends("a"), settles(shown=len(b"".join(lines[:190]))))
    _, before, after = frames(the_timeline(*steps, terminal=b"".join(lines)))
    assert before.printed[-1] == "line 189"
    assert list(after.printed) == [f"line {n}" for n in range(190, 200)]


def test_a_terminal_that_shows_nothing():
    assert all(frame.printed == () for frame in frames(the_timeline(says("a"))))
