"""Which checks are judged, which are skipped, and what they are worth."""

import pytest
from checks.histories import history, idles, leaves, right, says, scene

from grader.checks import CHECKS, Check, Undecided
from grader.grading.judge import judge
from grader.model.outcome import Cause, Finding, failed, not_judged, passed, skipped
from grader.model.rubric import Rubric
from grader.model.text import say

TABLE = """
starts                  5
client-logged          10   starts
terminal-logged        10   starts
one-log                 5   client-logged terminal-logged
every-message          10   client-logged terminal-logged
exact-text              5   client-logged
own-record              5   client-logged terminal-logged
client-order            5   every-message
terminal-order          5   every-message
arrival-order           5   every-message
silent-client          10   client-logged
newcomer                5   client-logged
waits-in-select         8   starts
rests-when-idle         4   starts
departure               5   client-logged
rests-after-departure   3   departure
"""
"""Each check as it should be: its points, what it needs."""


def test_the_checks_are_those_of_the_rubric():
    table = [line.split() for line in TABLE.strip().splitlines()]
    expected = [(name, float(points), tuple(needs)) for name, points, *needs in table]
    assert [(c.name, c.points, c.needs) for c in CHECKS if c.points] == expected
    assert sum(check.points for check in CHECKS) == 100


def test_names_are_unique():
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)


def test_needs_come_first():
    judged = set()
    for check in CHECKS:
        assert set(check.needs) <= judged
        judged.add(check.name)


# --- how they are run ---

TEXT = say("x")
FAILED = failed(Finding(done=TEXT, expected=TEXT, seen=(TEXT,), cause=Cause("a-cause", TEXT)))


def check(name, outcome, *needs, points=1.0) -> Check:
    def judge(history, rubric):
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return Check(
        name=name, points=points, needs=needs, asks=TEXT, why=TEXT, lesson=TEXT, judge=judge
    )


def outcomes(*checks, rubric=Rubric()):  # noqa: B008
    return {e.name: e.outcome for e in judge(history(), rubric, checks)}


NEVER = AssertionError("what it needs has failed, and it was asked all the same")


def test_a_check_that_needs_a_failed_one_is_skipped():
    found = outcomes(check("a", FAILED), check("b", NEVER, "a"), check("c", passed()))
    assert [o.outcome for o in found.values()] == ["fail", "skipped", "pass"]
    assert str(found["b"].because) == "It needs a, which failed."


def test_a_check_that_needs_a_skipped_one_names_the_failure_behind_it():
    found = outcomes(
        check("ok", passed()),
        check("a", FAILED),
        check("b", NEVER, "ok", "a"),
        check("c", NEVER, "b"),
        check("d", NEVER, "ok", "c"),
    )
    assert str(found["d"].because) == "It needs a, which failed."


def test_a_check_that_needs_one_that_skipped_itself_is_skipped():
    found = outcomes(check("a", Undecided(skipped(TEXT))), check("b", NEVER, "a"))
    assert [o.outcome for o in found.values()] == ["skipped", "skipped"]


def test_a_check_that_needs_a_passed_one_is_judged():
    assert outcomes(check("a", passed()), check("b", FAILED, "a"))["b"].outcome == "fail"


def test_an_undecided_check_has_its_own_outcome():
    assert outcomes(check("a", Undecided(not_judged(say("why")))))["a"] == not_judged(say("why"))


@pytest.mark.parametrize(
    "error", [ValueError("{bad} [red]"), RecursionError(), AssertionError(), MemoryError()]
)
def test_a_check_that_crashes_costs_nothing_and_stops_no_other(error):
    found = outcomes(check("a", error), check("b", passed(), "a"), check("c", FAILED))
    assert [o.outcome for o in found.values()] == ["not-judged", "pass", "fail"]
    assert "Please report it" in str(found["a"].because)
    assert f"{type(error).__name__}: {error}" in str(found["a"].because)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1)])
def test_an_interrupt_is_not_a_crash(error):
    def interrupted(history, rubric):
        raise error

    asked = Check(name="a", points=1, needs=(), asks=TEXT, why=TEXT, lesson=TEXT, judge=interrupted)
    with pytest.raises(type(error)):
        judge(history(), Rubric(), [asked])


# --- points ---


def test_a_rubric_may_override_points():
    rubric = Rubric(points={"b": 7.5, "c": 0})
    checks = [check("a", passed(), points=2), check("b", FAILED), check("c", passed(), points=9)]
    entries = judge(history(), rubric, checks)
    assert [(e.max_points, e.points) for e in entries] == [(2, 2), (7.5, 0), (0, 0)]


def test_a_right_server_earns_all_points():
    entries = judge(right(), Rubric())
    assert sum(entry.points for entry in entries) == 100
    assert [entry.name for entry in entries] == [check.name for check in CHECKS]


def test_a_server_that_does_not_start_fails_only_one_check():
    entries = judge(history(scene("terminal", listening=False)), Rubric())
    judged = {e.name: e.outcome.outcome for e in entries if e.max_points}
    assert judged.pop("starts") == "fail"
    assert set(judged.values()) == {"skipped"}


def test_an_unlogged_terminal_is_charged_once():
    terminal = scene("terminal", idles("before any client"), says("a", "terminal"))
    scenes = [
        scene("silent-client", says("a", "client 2"), log="{a}", typing=False),
        scene("newcomer", says("a"), log="{a}", typing=False),
        scene(
            "departure", says("a"), leaves(), idles("after a departure"), log="{a}", typing=False
        ),
    ]
    entries = judge(
        right(terminal=terminal, together=None, silent_client=scenes[0], newcomer=scenes[1],
              departure=scenes[2]),
        Rubric(),
    )  # fmt: skip
    judged = {e.name: e.outcome.outcome for e in entries if e.max_points}
    assert [name for name, outcome in judged.items() if outcome == "fail"] == ["terminal-logged"]
    assert [name for name, outcome in judged.items() if outcome == "skipped"] == [
        "one-log", "every-message", "own-record", "client-order", "terminal-order", "arrival-order"
    ]  # fmt: skip


def test_a_check_that_needs_an_unjudged_one_cannot_fail():
    checks = (
        check("a", not_judged(TEXT)),
        check("b", FAILED, "a"),
        check("c", passed(), "a"),
        check("d", passed(), "b"),
        check("e", skipped(TEXT), "b"),
    )
    entries = judge(history(), Rubric(), checks)
    told = [entry.outcome.outcome for entry in entries]
    assert told == ["not-judged", "not-judged", "pass", "pass", "not-judged"]
    assert str(entries[1].outcome.because) == "It needs a, which was not judged."
