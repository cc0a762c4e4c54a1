"""Order means something only where one message was settled before the other was sent."""

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.histories import (
    ask,
    ends,
    history,
    message,
    says,
    scene,
    sends,
    settles,
    text,
    told,
    types,
)
from grader.checks.order import Crossing, first_crossing
from grader.model.history import Message


def before(one: Message, other: Message) -> bool:
    """What any right server keeps."""
    return one.settled is not None and one.settled < other.sent


def crossing_in(log: list[Message]) -> Crossing | None:
    """The first crossing where each place is certain."""
    return first_crossing((place, place, message) for place, message in enumerate(log))


def comparable_pairs(messages: list[Message]) -> list[tuple[int, int]]:
    return [(i, j) for i, j in combinations(range(len(messages)), 2)
            if before(messages[i], messages[j])]  # fmt: skip


@st.composite
def runs(draw: st.DrawFn, most: int = 12) -> list[Message]:
    """Messages of a run, in the order in which they were sent."""
    sent = sorted(draw(st.sets(st.integers(0, 40), min_size=2, max_size=most)))
    waits = st.none() | st.integers(1, 20)
    return [
        message(f"a{number}", at, None if (wait := draw(waits)) is None else at + wait)
        for number, at in enumerate(sent)
    ]


@st.composite
def right_logs(draw: st.DrawFn) -> list[Message]:
    """Any order that keeps what has to be kept: a linear extension."""
    left = draw(runs())
    log = []
    while left:
        free = [m for m in left if not any(before(other, m) for other in left)]
        log.append(draw(st.sampled_from(free)))
        left.remove(log[-1])
    return log


@given(right_logs())
def test_any_right_order_passes(log):
    assert crossing_in(log) is None


@given(right_logs(), st.data())
def test_any_comparable_pair_swapped_fails(log, data):
    pairs = comparable_pairs(log)
    if not pairs:
        return
    i, j = data.draw(st.sampled_from(pairs))
    log[i], log[j] = log[j], log[i]
    crossing = crossing_in(log)
    assert crossing is not None
    assert before(crossing.former, crossing.latter)
    assert log.index(crossing.latter) < log.index(crossing.former)


@given(runs(most=8).flatmap(st.permutations))
def test_one_pass_finds_what_all_pairs_do(log):
    wrong = any(before(log[j], log[i]) for i, j in combinations(range(len(log)), 2))
    assert (crossing_in(log) is not None) == wrong


def test_one_pass_finds_what_all_pairs_do_in_all_small_cases():
    """Each way in which three messages may overlap, in each order in the log."""
    spans = [(s, e) for s in range(6) for e in (*range(s + 1, 7), None)]
    for chosen in combinations(spans, 3):
        messages = [message(f"a{n}", sent, end) for n, (sent, end) in enumerate(chosen)]
        for log in permutations(messages):
            wrong = any(before(log[j], log[i]) for i, j in combinations(range(3), 2))
            assert (crossing_in(log) is not None) == wrong


def test_overlapping_messages_may_come_in_any_order():
    a, b = message("a", 1, 4), message("b", 2, 3)
    assert crossing_in([a, b]) is None
    assert crossing_in([b, a]) is None


def test_what_never_settled_may_come_at_the_end():
    a, b = message("a", 1, None), message("b", 2, 3)
    assert crossing_in([b, a]) is None


def test_an_empty_log_has_no_order():
    assert crossing_in([]) is None


def test_only_what_is_above_in_any_case_is_crossed():
    a, b = message("a", 1, 2), message("b", 3, 4)
    assert first_crossing([(0, 5, b), (3, 9, a)]) is None
    assert first_crossing([(0, 2, b), (3, 9, a)]) == Crossing(a, b)
    assert first_crossing([(0, 3, b), (3, 3, a)]) is None


@given(
    runs(most=8).flatmap(
        lambda messages: st.lists(
            st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted),
            min_size=len(messages),
            max_size=len(messages),
        ).map(lambda spans: [(*span, m) for span, m in zip(spans, messages, strict=True)])
    )
)
def test_one_pass_over_uncertain_places_finds_what_all_pairs_do(placed):
    wrong = any(
        last < first and before(one, other)
        for (first, _, one) in placed
        for (_, last, other) in placed
    )
    assert (first_crossing(placed) is not None) == wrong


# --- the checks ---


def test_a_client_out_of_order():
    play = scene("together", says("a"), says("b"), types("c"), log="{b}\nx\n{a}\n{c}\n")
    told_ = history(play)
    outcome = ask("client-order", told_)
    assert outcome.outcome == "fail"
    assert f"{text('a')} (client 1) is logged before {text('b')} (client 1)" in told(outcome)
    assert "is on line 1, " in told(outcome)
    assert outcome.findings[0].log == (f"1: {text('b')}", f"3: {text('a')}")
    assert "tcp is a stream" in str(outcome.findings[0].hint)
    assert ask("terminal-order", told_).outcome == "pass"
    assert ask("arrival-order", told_).outcome == "fail"


def test_a_terminal_out_of_order():
    told_ = history(scene("together", says("a"), types("b"), types("c"), log="{a}\n{c}\n{b}\n"))
    assert ask("terminal-order", told_).outcome == "fail"
    assert ask("client-order", told_).outcome == "pass"


def test_sources_out_of_order():
    """Two open files have two buffers: each source's lines come together."""
    steps = says("a", "client 1"), types("b"), says("c", "client 2"), types("d")
    told_ = history(scene("together", *steps, log="{a}\n{c}\n{b}\n{d}\n"))
    assert ask("client-order", told_).outcome == "pass"
    assert ask("terminal-order", told_).outcome == "pass"
    outcome = ask("arrival-order", told_)
    assert outcome.outcome == "fail"
    assert f"{text('b')} (the terminal) is logged before {text('c')} (client 2)" in told(outcome)


@pytest.mark.parametrize("name", ["client-order", "terminal-order", "arrival-order"])
def test_of_a_log_with_the_newest_at_the_top_the_hint_is_that(name):
    steps = [say(name) for name, say in zip("abcdef", [says, types] * 3, strict=True)]
    above = "{f}\n{e}\n{d}\n{c}\n{b}\n{a}\n"

    def hint(log):
        return str(ask(name, history(scene("together", *steps, log=log))).findings[0].hint)

    assert "newest is at the top" in hint(above)
    assert "newest is at the top" not in hint(
        above.replace("{f}\n{e}", "{e}\n{f}")
        .replace("{d}\n{c}\n{b}", "{b}\n{a}\n{d}\n{c}")
        .removesuffix("{a}\n")
    )


@pytest.mark.parametrize("log", ["{a}\n{b}\n{c}", "{c}\n{b}\n{a}", "{b}\n{a}\n{c}"])
def test_all_at_once_comes_in_any_order(log):
    steps = sends("a", "client 1"), sends("b", "client 2"), sends("c", "terminal"), settles()
    assert ask("arrival-order", history(scene("together", *steps, log=log))).outcome == "pass"


def test_each_log_has_an_order_of_its_own():
    files = {"t.log": "{b}\n", "c.log": "{a}\n{c}\n"}
    play = scene("together", says("a"), types("b"), says("c"), log=files)
    assert ask("arrival-order", history(play)).outcome == "pass"


def test_a_log_that_was_rotated_is_in_order():
    files = {"log": "{c}\n", "log.1": "{b}\n", "log.2": "{a}\n"}
    play = scene("together", says("a"), types("b"), says("c"), log=files)
    assert ask("arrival-order", history(play)).outcome == "pass"


@pytest.mark.parametrize("name", ["client-order", "terminal-order", "arrival-order"])
def test_what_our_limit_ended_has_shown_no_order(name):
    told_ = history(scene("together", says("a"), ends(None, 9), log="{a}\n"))
    assert ask(name, told_).outcome == "not-judged"


def test_what_is_out_of_order_is_so_even_where_our_limit_ended_it():
    told_ = history(scene("together", says("a"), says("b"), ends(None, 9), log="{b}\n{a}\n"))
    assert ask("client-order", told_).outcome == "fail"


def test_a_name_that_is_logged_with_what_comes_later():
    steps = says("a"), says("b", "client 2"), says("c"), says("d", "client 2"), says("e")
    more = says("f", "client 2")
    chat = "{b}: {d}\n{a}: {e}\n{b}: {f}\n"
    log = chat.replace("{a}", "{a}: {c}\n{a}", 1)
    play = scene("together", *steps, more, log="{a}: {c}\n{b}: {d}\n{a}: {e}\n{b}: {f}\n")
    assert ask("arrival-order", history(play)).outcome == "pass"
    play = scene("together", *steps, more, log=log)
    assert ask("arrival-order", history(play)).outcome == "fail"
