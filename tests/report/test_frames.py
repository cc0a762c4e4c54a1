"""A timeline as frames."""

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


def the_timeline(*steps, log: str = "") -> Timeline:
    (drawn,) = timelines(history(scene("client", *steps, log=log)))
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
