"""Submissions with the same mistake are grouped, whatever differs by chance."""

import msgspec
from checks.histories import (
    connects,
    is_slow,
    right,
    says,
    scene,
    sends,
    spins_on,
    thread,
)  # fmt: skip
from report.samples import entry

from classroom.page.classes import ended, finding, lost_messages, report_of
from grader.classroom.mistakes import find_groups
from grader.classroom.results import ClassResults
from grader.grading import judge
from grader.model.outcome import Decision, failed, passed
from grader.model.rubric import Rubric
from grader.model.text import say
from grader.report import json


def names(*reports):
    found = find_groups({each.submission: each for each in reports})
    return [list(group.names) for group in found]


def fails(name, *findings, check="client-logged", possible=10):
    return report_of(name, entry("starts", 5, passed()), entry(check, possible, failed(*findings)))


def judged(name, **scenes):
    return report_of(name, *judge.judge(right(**scenes), Rubric()))


def stuck(*threads, busy=False, **how):
    gives_up = spins_on(**how) if busy else is_slow(*threads, **how)
    return scene(
        "silent-client", connects(), says("a", "client 2"), sends("b", "client 2"), gives_up,
        log="{a}\n",
    )  # fmt: skip


def test_counts_messages_and_lines_do_not_distinguish_mistakes():
    assert names(fails("b.py", lost_messages(1)), fails("a.py", lost_messages(2))) == [
        ["b.py", "a.py"]
    ]


def test_the_observation_distinguishes_mistakes():
    assert names(fails("a.py", lost_messages(1)), fails("b.py", ended(1))) == [["a.py"], ["b.py"]]


def test_the_hint_distinguishes_mistakes():
    one, other = finding(say("it ended"), "encode"), finding(say("it ended"), "decode")
    assert names(fails("a.py", one), fails("b.py", other)) == [["a.py"], ["b.py"]]


def test_a_cause_is_known_by_its_name():
    """Its hint may name a line, and a report in another language has another hint."""
    one, same = (finding(say("it ended"), hint, "opens-with-w") for hint in ("line 1", "第2行"))
    other = finding(say("it ended"), "line 1", "newest-on-top")
    assert names(fails("a.py", one), fails("b.py", same), fails("c.py", other)) == [
        ["a.py", "b.py"],
        ["c.py"],
    ]


def test_the_failed_checks_distinguish_mistakes():
    assert names(fails("a.py", ended(1)), fails("b.py", ended(1), check="one-log")) == [
        ["a.py"],
        ["b.py"],
    ]


def test_the_blocking_call_distinguishes_mistakes():
    one = judged("a.py", silent_client=stuck(thread("recv", file="client 1")))
    same = judged("b.py", silent_client=stuck(thread("recv", file="client 3"), source="client 2"))
    other = judged("c.py", silent_client=stuck(thread("accept")))
    others = judged("d.py", silent_client=stuck(thread("send", file="client 1")))
    assert names(one, same, other, others) == [["a.py", "b.py"], ["c.py"], ["d.py"]]


def test_the_number_of_waiting_clients_does_not_distinguish():
    def waits(*clients):
        return tuple(say("{source} waits", source=say("{n}", n=n)) for n in clients)

    one, same = (finding(say("{who}", who=waits(*clients))) for clients in ([1], [2, 3]))
    assert names(fails("a.py", one), fails("b.py", same)) == [["a.py", "b.py"]]


def test_a_busy_loop_is_one_mistake_however_it_was_observed():
    one = judged("a.py", silent_client=stuck(busy=True))
    other = judged("b.py", silent_client=stuck(thread("")))
    assert names(one, other) == [["a.py", "b.py"]]


def test_the_largest_group_comes_first():
    assert names(
        fails("a.py", ended(1)), fails("b.py", lost_messages(1)), fails("c.py", lost_messages(1))
    ) == [["b.py", "c.py"], ["a.py"]]


def test_passes_and_checks_without_points_are_not_mistakes():
    forgiven = fails("c.py", ended(1))
    decision = Decision(outcome="pass", reason="seen", by="Li")
    entries = (forgiven.entries[0], msgspec.structs.replace(forgiven.entries[1], decision=decision))
    assert not names(
        report_of("a.py", entry("starts", 5, passed())),
        fails("b.py", ended(1), possible=0),
        msgspec.structs.replace(forgiven, entries=entries),
    )


def test_a_failure_decided_by_a_teacher_is_a_mistake():
    decision = Decision(outcome="fail", reason="seen", by="Li")
    entries = (msgspec.structs.replace(entry("starts", 5, passed()), decision=decision),)
    (group,) = find_groups({name: report_of(name, *entries) for name in ("a.py", "b.py")})
    assert group.names == ("a.py", "b.py")
    assert group.mistakes[0].seen is None


def test_reports_stored_without_values_are_grouped():
    """Of a run that is older than what tells one sentence from another."""

    def reread(report):
        return json.read(json.render(report))

    one = judged("a.py", silent_client=stuck(thread("recv", file="client 1")))
    same = judged("b.py", silent_client=stuck(thread("recv", file="client 3"), source="client 2"))
    other = judged("c.py", silent_client=stuck(thread("accept")))
    assert names(*map(reread, (one, same, other))) == [["a.py", "b.py"], ["c.py"]]


def test_an_empty_class_has_no_groups():
    assert find_groups(ClassResults(graded={}, lost={}, notes=()).graded) == ()
