"""On small logs, the checks say what the definitions say when they are carried out literally."""

from itertools import product

import pytest
from checks.histories import Step, ask, connects, history, says, scene, sends, settles
from hypothesis import given
from hypothesis import strategies as st

from grader.grading.timeline import timelines
from logs.brute_force import File, Labelled, Line, Oracle, held, logged_once

SOURCES = ("client 1", "client 2", "terminal")


def together(*names: str) -> Step:
    return [*(e for name in names for e in sends(name, SOURCES["abc".index(name)])), *settles()]


PLAYS: dict[str, list[Step]] = {
    "one after another": [together("a"), together("b"), together("c")],
    "the last two at once": [together("a"), together("b", "c")],
    "the first two at once": [together("a", "b"), together("c")],
    "all at once": [together("a", "b", "c")],
    "the last never settled": [together("a"), sends("b", "client 2"), sends("c", "terminal")],
    # With three of one source, the first could be its name.
    "two of one source": [says("a"), says("b", "terminal"), says("c")],
}


def written(file: File) -> str:
    return "".join("".join(f"{{{name}}}" for name in line) + "\n" for line in file)


def compare(steps: list[Step], files: list[File]) -> None:
    """Hold checks and picture against the definitions."""
    log = {f"{number}.txt": written(file) for number, file in zip("xyz", files, strict=False)}
    found = history(scene("together", *steps, log=dict(log)))
    oracle = Oracle(found.plays[0].messages, files)
    (drawn,) = timelines(found)
    right = oracle.complete and oracle.once
    assert (ask("every-message", found).outcome == "pass") == right
    assert {m.name for m in drawn.messages if m.spots} == oracle.logged
    if oracle.complete:
        assert any(m.repeated for m in drawn.messages) == (not oracle.once)
    assert (ask("own-record", found).outcome == "fail") == (not oracle.own_record)
    if right:
        assert (ask("arrival-order", found).outcome == "pass") == oracle.in_order
        assert any(m.crossed for m in drawn.messages) == (not oracle.in_order)
        crossed = set[str]().union(*map(oracle.crossed, oracle.readings))
        assert {m.name for m in drawn.messages if m.crossed} <= crossed


@pytest.mark.parametrize("steps", PLAYS.values(), ids=PLAYS)
def test_every_log_of_a_few_lines(steps):
    for count in range(1, 4):
        for names in product("abc", repeat=count):
            compare(steps, [tuple((name,) for name in names)])


LINES: st.SearchStrategy[Line] = st.sampled_from(
    [("a",), ("b",), ("c",), ("a", "b"), ("b", "c"), ("a", "b", "c"), ()]
)
FILES = st.lists(LINES, max_size=5).map(tuple)


def _are_different(files: list[File]) -> bool:
    """Whether no two files hold the same part of the messages: either could be called a view of the
    other."""
    whole = set[str]().union(*map(held, files))
    parts = [frozenset(held(file)) for file in files if held(file) != whole]
    return len(parts) == len(set(parts))


@given(
    st.sampled_from(sorted(PLAYS)),
    st.lists(FILES, min_size=1, max_size=3).filter(_are_different),
)
def test_any_few_files(play, files):
    compare(PLAYS[play], files)


ROOM = [
    *(connects("client 1"), says("a", "client 1"), connects("client 2"), says("b", "client 2")),
    *(connects("client 3"), says("c", "client 3"), says("d", "client 1"), says("e", "terminal")),
]
THERE = {"a": 1, "b": 2, "c": 3, "d": 3, "e": 3}
LABELS = ("", "got ", "to 5 ", "to 6 ", "to 7 ", "8 ", "9 ")


@st.composite
def rooms(draw: st.DrawFn) -> list[Labelled]:
    """The log of a room in which each message has a few records."""
    few = st.lists(st.sampled_from(LABELS), min_size=1, max_size=4)
    usual = draw(few)
    return [
        (label, name)
        for name in THERE
        for label in (usual if draw(st.integers(0, 3)) else draw(few))
    ]


@st.composite
def passed_on(draw: st.DrawFn) -> list[Labelled]:
    """The log of a room that passes each message on, perhaps with a record too many or too few."""
    besides = draw(st.booleans())
    clients = {"client 1": "to 5 ", "client 2": "to 6 ", "client 3": "to 7 "}
    sources = dict(zip("abcde", ["client 1", "client 2", "client 3", "client 1", ""], strict=True))
    log = [
        (label, name)
        for name in THERE
        for label in (
            "got ",
            *(
                label
                for client, label in list(clients.items())[: THERE[name]]
                if besides or client != sources[name]
            ),
        )
    ]
    if draw(st.booleans()):
        at = draw(st.integers(0, len(log) - 1))
        log[at : at + 1] = [log[at]] * draw(st.sampled_from([0, 2]))
    return log


@given(rooms() | passed_on())
def test_records_of_several_kinds(log):
    if {name for _, name in log} != THERE.keys():
        return
    text = "".join(f"{label}{{{name}}}\n" for label, name in log)
    found = history(scene("together", *ROOM, log=text))
    once = logged_once(log, found.plays[0].messages, THERE)
    assert (ask("every-message", found).outcome == "pass") == once
    (drawn,) = timelines(found)
    assert any(m.repeated for m in drawn.messages) == (not once)
