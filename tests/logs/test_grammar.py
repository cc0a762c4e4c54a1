"""What the checks say of a log follows from how it was made, in any style and with any fault."""

from dataclasses import replace

import pytest
from checks.histories import Event, ask, history, scene
from hypothesis import given

from grader.checks import CHECKS
from grader.grading.judge import judge
from grader.grading.timeline import timelines
from grader.model.history import History
from grader.model.rubric import Rubric
from logs import scripts
from logs.faults import KINDS, Fault, log
from logs.grammar import BLOCKS, Style
from logs.scripts import Script
from logs.styles import faulty, styles

ASKED = (
    "client-logged",
    "terminal-logged",
    "one-log",
    "every-message",
    "exact-text",
    "own-record",
    "client-order",
    "terminal-order",
    "arrival-order",
    "burst",
    "large-message",
)
NO_FAULT = Fault()
NEEDS = {check.name: check.needs for check in CHECKS}


def run_of(style: Style, fault: Fault = NO_FAULT) -> History:
    """The history of a program that is right but for one fault."""
    plays = [scripts.terminal(), scripts.client(), scripts.together()]
    if not style.nicknames:  # it would take what comes in parts for a name
        plays += [scripts.burst(), scripts.large_message(512)]

    return history(*(_played(style, fault, script) for script in plays))


def _played(style: Style, fault: Fault, script: Script) -> list[Event]:
    files = log(style, fault, script)
    events = scene(script.scenario, *script.steps, log=dict(files))
    if style.times_known:
        # Full files come first, and what is beside the log is written up to the end.
        for number, event in enumerate((e for e in events if e["event"] == "log"), 1):
            event["written"] = 10_000_000 * number
    return events


def outcomes(history: History) -> dict[str, str]:
    checks = [check for check in CHECKS if check.name in ASKED]
    return {e.name: e.outcome.outcome for e in judge(history, Rubric(), checks)}


def expected(style: Style, fault: Fault = NO_FAULT) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ASKED:
        unplayed = style.nicknames and name in ("burst", "large-message")
        if unplayed or any(found.get(need, "pass") != "pass" for need in NEEDS[name]):
            found[name] = "skipped"
        else:
            found[name] = "fail" if name in fault.costs else "pass"
    return found


def check_picture(history: History) -> None:
    """Marks stand beside what fails, and nowhere else."""
    fails = {name for name in ASKED if ask(name, history).outcome == "fail"}
    for drawn in timelines(history):
        crossed = any(m.crossed for m in drawn.messages)
        repeated = any(m.repeated for m in drawn.messages)
        assert not crossed or "arrival-order" in fails
        assert not repeated or {"every-message", "burst"} & fails
        if drawn.scenario == "together":
            missing = any(not m.spots for m in drawn.messages)
            assert repeated == ("every-message" in fails and not missing)
            assert crossed == ("arrival-order" in fails)


def check(style: Style, fault: Fault = NO_FAULT) -> None:
    found = run_of(style, fault)
    assert outcomes(found) == expected(style, fault)
    check_picture(found)


@given(styles())
def test_a_right_program_keeps_all_points_in_any_style(style):
    check(style)


@given(faulty())
def test_a_fault_costs_what_it_must_and_nothing_else(program):
    check(*program)


@pytest.mark.parametrize("kind", KINDS)
def test_each_fault_in_plain_lines(kind):
    check(Style(template="[{time}] {who}: {text}"), Fault(kind))


USUAL = {
    "the newest on top of a page beside it": Style(beside="newest on top"),
    "each twice on a page beside it": Style(beside="each twice"),
    "a first line that repeats the latest": Style(headline="latest: {last}"),
    "a summary at the end": Style(template="{time} {text}", summary=True),
    "one JSON array on one line": Style(layout="json array"),
    "one XML document on one line": Style(layout="xml on one line"),
    "two labels for one client": Style(label=("first", "again")),
    "got and sent": Style(label=("got",), forms=(("sent", "plain"),)),
    "bytes and decoded": Style(forms=(("", "bytes"),)),
    "receivers by port": Style(receivers="others"),
    "receivers by number": Style(receivers="all", who="number"),
    "receivers by nickname": Style(template="{who}: {text}", receivers="others", who="nickname"),
    "receivers above each text": Style(layout="blocks", template=BLOCKS[4], receivers="others"),
    "receivers below each text": Style(layout="blocks", template=BLOCKS[5], receivers="all"),
    "nicknames of receivers above each text": Style(
        layout="blocks", template=BLOCKS[4], receivers="others", who="nickname"
    ),
    "a nickname above each text": Style(layout="blocks", template=BLOCKS[0], who="nickname"),
    "receivers below each text, among other records": Style(
        layout="blocks",
        template=BLOCKS[5],
        label=("first", "again"),
        forms=(("", "bytes"),),
        receivers="all",
        events=True,
    ),
    "files named by date": Style(rotation="a date behind the name", every=4),
    "files named by second": Style(rotation="a time as the name", every=4),
    "files numbered upwards": Style(rotation="log.1 is the oldest", every=4),
    "a file that begins with what the one before it ends with": Style(
        layout="blocks",
        template=BLOCKS[5],
        receivers="all",
        events=True,
        rotation="log.1 is the newest",
        every=25,
    ),
    "a file with one message, and parts of another": Style(
        layout="blocks",
        template=BLOCKS[4],
        forms=(("sent", "plain"),),
        receivers="others",
        events=True,
        rotation="numbers in the name",
        every=25,
    ),
    "zeros between lines": Style(layout="lines padded with zeros"),
    "zeros for line ends": Style(layout="zeros for line ends"),
    "zeros for line ends, in several files": Style(
        layout="zeros for line ends",
        template="{text}|{who}",
        who="number",
        forms=(("sent", "plain"),),
        rotation="log.1 is the newest",
        every=20,
    ),
}


@pytest.mark.parametrize("style", USUAL.values(), ids=USUAL)
def test_styles_that_are_easily_misread(style):
    check(style)


BELOW = Style(layout="blocks", template=BLOCKS[3], who="nickname", rotation="log.1 is the newest")


@pytest.mark.parametrize("who", ["nickname", "port", "number", "name"])
@pytest.mark.parametrize("template", BLOCKS)
@pytest.mark.parametrize("at", [0, 3, 5, 8])
def test_a_block_that_comes_twice(template, who, at):
    check(replace(BELOW, template=template, who=who), Fault("one again", at))


TWO_LABELS = "first", "again"


@pytest.mark.parametrize(
    ("style", "fault"),
    [
        (Style(template=BLOCKS[4], label=TWO_LABELS), "all twice"),
        (Style(template=BLOCKS[4], label=TWO_LABELS), "again a second later"),
        (Style(template=BLOCKS[4], label=("got",), forms=(("", "bytes"),)), "numbered twice"),
        (Style(template=BLOCKS[4], label=TWO_LABELS, end="\r\n", between="\n"), "all twice"),
    ],
)
def test_blocks_that_come_twice_between_parts_of_a_message(style, fault):
    """A line above the first record belongs to no other one, and so do those of its kind."""
    check(replace(style, layout="blocks"), Fault(fault))


def test_a_file_that_begins_with_what_the_one_before_it_ends_with_is_no_copy():
    for rotation in ("log.1 is the newest", "log.1 is the oldest", "numbers in the name"):
        check(Style(events=True, rotation=rotation, every=4), Fault("one again", 71))
        check(Style(events=True, rotation=rotation, every=20), Fault("one again", 8))
