"""Where a play shows why a check failed, and the lines of the program that handle its steps."""

import pytest
from checks.histories import (
    ask,
    connects,
    ends,
    history,
    idles,
    is_stuck,
    says,
    scene,
    sends,
    text,
    thread,
    types,
)  # fmt: skip
from report.samples import entry

from grader.checks import CHECKS
from grader.grading.faults import PLAYS
from grader.grading.handlers import find_handlers
from grader.grading.timeline import timelines
from grader.model.outcome import Cause, Finding, failed
from grader.model.text import say


def faults(made, *checks):
    """The faults of each scenario of ``made``, after these checks."""
    entries = [entry(check, 5, ask(check, made)) for check in checks]
    assert all(each.outcome.outcome == "fail" for each in entries)
    return {line.scenario: line.faults for line in timelines(made, entries)}


def test_each_check_has_its_plays():
    assert PLAYS.keys() == {check.name for check in CHECKS}


def test_a_blocked_server_is_marked_with_its_call_and_what_waits():
    held = scene(
        "silent-client",
        connects(),
        connects("client 2"),
        sends("a", "client 2"),
        is_stuck(thread("recv", file="client 1"), source="client 2"),
    )
    (fault,) = faults(history(held), "silent-client")["silent-client"]
    assert fault.checks == ("silent-client",)
    assert str(fault.label) == "`recv`, waits for client 1"
    assert (fault.waits_for, fault.waiting) == ("client 1", ("client 2",))


def test_a_server_that_ended_is_marked_where_it_did():
    made = history(scene("client", connects(), says("a"), ends(1), log="{a}\n"))
    (line,) = timelines(made, [entry("client-logged", 5, ask("client-logged", made))])
    (fault,) = line.faults
    assert line.steps[fault.step].kind == "fail"
    assert fault.checks == ("client-logged",)


def test_what_no_check_asks_for_is_marked_without_one():
    made = history(scene("reset", connects(), says("a"), ends(1), log="{a}\n"))
    (line,) = timelines(made)
    assert [fault.checks for fault in line.faults] == [()]


def test_a_message_is_marked_where_it_was_sent():
    made = history(scene("client", connects(), says("a"), says("b"), says("c"), log="{a}\n{c}\n"))
    (line,) = timelines(made, [entry("client-logged", 5, ask("client-logged", made))])
    (fault,) = line.faults
    assert line.steps[fault.step].message == "b"
    assert str(fault.label) == "not in the log"
    assert fault.messages == ("b",)


def test_an_idle_server_is_marked_where_it_was_observed():
    nap = idles("one client, silent", thread("sleep"))
    made = history(
        scene("terminal", idles("before any client"), types("a"), log="{a}\n"),
        scene("client", connects(), says("a"), nap, says("b"), log="{a}\n{b}\n"),
    )
    found = faults(made, "waits-in-select")
    assert found["terminal"] == ()
    (fault,) = found["client"]
    assert timelines(made)[1].steps[fault.step].kind == "watch"


def test_two_checks_with_one_fault_share_its_mark():
    log = "{b}\n{a}\n{c}\n"
    made = history(scene("together", connects(), says("a"), types("b"), says("c"), log=log))
    entries = [entry(name, 5, ask("arrival-order", made)) for name in ("arrival-order", "own")]
    (fault,) = timelines(made, entries)[0].faults
    assert fault.checks == ("arrival-order", "own")
    assert str(fault.label) == "in the wrong order"


def test_what_is_in_no_single_play_marks_none():
    made = history(scene("client", connects(), says("a"), log="{a}\n"))
    finding = Finding(
        done=say("x"),
        expected=say("x"),
        seen=(say("{it}", it=text("a")),),
        cause=Cause("", say("x")),
    )
    for name, count in (("one-log", 0), ("functions", 0), ("of-the-teacher", 1)):
        (line,) = timelines(made, [entry(name, 5, failed(finding))])
        assert len(line.faults) == count
    other = Finding(done=say("x"), expected=say("x"), seen=(say("y"),), cause=Cause("", say("x")))
    (line,) = timelines(made, [entry("of-the-teacher", 5, failed(other))])
    assert line.faults == ()


PROGRAM = b"""\
import select
while True:
    ready, _, _ = select.select(watched, [], [])
    client, _ = listening.accept()
    line = sys.stdin.readline()
    data = client.recv(1024)
"""


@pytest.mark.parametrize(
    ("call", "line"),
    [("select", 3), ("accept", 4), ("read", 5), ("recv", 6), ("sleep", 0), ("", 0)],
)
def test_a_single_call_is_the_line_that_handles_its_input(call, line):
    assert find_handlers(PROGRAM).line(call) == line


def test_of_several_calls_none_is_known_to_be_the_one():
    assert find_handlers(PROGRAM + b"other.recv(1)\n").line("recv") == 0
    assert find_handlers(b"if:").line("recv") == 0


def test_steps_have_the_lines_that_handle_them():
    made = history(
        scene("together", connects(), says("a"), types("b"), log="{a}\n{b}\n"), source=PROGRAM
    )
    lines = {step.kind + step.source: step.line for step in timelines(made)[0].steps}
    assert lines["connectclient 1"] == 4
    assert lines["sendclient 1"] == 6
    assert lines["sendterminal"] == 5
