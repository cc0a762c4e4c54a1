"""Order means something only where one message was settled before the other was sent."""

from collections.abc import Iterable
from itertools import combinations, permutations

from checks.histories import message, play, says
from hypothesis import given
from hypothesis import strategies as st

from grader.logs.evidence import PlayEvidence
from grader.logs.order import Crossing, Placed, crossings, first_crossing, is_newest_first
from grader.model.history import Message


def before(one: Message, other: Message) -> bool:
    """What any right server keeps."""
    return one.settled is not None and one.settled < other.sent


def first(placed: Iterable[Placed]) -> Crossing | None:
    return next(crossings(placed), None)


def crossing_in(log: list[Message]) -> Crossing | None:
    """The first crossing where each place is certain."""
    return first(Placed(offset, offset, message) for offset, message in enumerate(log))


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


def test_only_what_is_certainly_above_is_crossed():
    a, b = message("a", 1, 2), message("b", 3, 4)
    assert first([Placed(0, 5, b), Placed(3, 9, a)]) is None
    assert first([Placed(0, 2, b), Placed(3, 9, a)]) == Crossing(a, b)
    assert first([Placed(0, 3, b), Placed(3, 3, a)]) is None


@given(
    runs(most=8).flatmap(
        lambda messages: st.lists(
            st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted),
            min_size=len(messages),
            max_size=len(messages),
        ).map(lambda spans: [Placed(*span, m) for span, m in zip(spans, messages, strict=True)])
    )
)
def test_one_pass_over_uncertain_places_finds_what_all_pairs_do(placed):
    wrong = any(
        last < first and before(one, other)
        for (first, _, one) in placed
        for (_, last, other) in placed
    )
    assert (first(placed) is not None) == wrong


# --- in a reading ---


def test_messages_cross_within_one_log_only():
    steps = says("a"), says("b")
    apart = play(*steps, log={"a.log": "x\nx\n{a}\n", "b.log": "{b}\n"})
    assert first_crossing(PlayEvidence(apart).locations, apart.messages) is None
    one = play(*steps, log="{b}\n{a}\n")
    assert first_crossing(PlayEvidence(one).locations, one.messages) == Crossing(*one.messages)


def test_the_newest_is_on_top_for_each_source():
    steps = says("a"), says("b", "client 2"), says("c"), says("d", "client 2")
    more = says("e"), says("f", "client 2")

    def newest_first(log, *steps):
        found = play(*steps, log=log)
        return is_newest_first(PlayEvidence(found).locations, found.messages)

    assert newest_first("{e}\n{c}\n{a}\n{f}\n{d}\n{b}\n", *steps, *more)
    assert not newest_first("{e}\n{c}\n{a}\n{b}\n{d}\n{f}\n", *steps, *more)
    assert not newest_first("{d}\n{c}\n{b}\n{a}\n", *steps), "two of each prove nothing"
