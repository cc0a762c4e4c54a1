"""Which messages serve as nicknames."""

from checks.histories import play, says, types

from grader.logs.evidence import PlayEvidence
from grader.logs.nicknames import is_first
from grader.model.history import Play


def nicknames(play: Play) -> frozenset[str]:
    return PlayEvidence(play).nicknames


def test_the_first_message_of_each_source():
    found = play(says("a"), says("b", "client 2"), says("c"), types("d"))
    assert [message.name for message in found.messages if is_first(message, found)] == [
        "a",
        "b",
        "d",
    ]


def test_a_nickname_is_on_each_later_line_or_equally_far_from_it():
    steps = says("a"), says("b"), says("c")
    assert nicknames(play(*steps, log="{a}: {b}\n{a}: {c}\n")) == {"a"}
    assert nicknames(play(*steps, log="{b}\nby {a}\n{c}\nby {a}\n")) == {"a"}
    assert nicknames(play(*steps, log="{a}\n{b}\n{c}\n")) == set()
    assert nicknames(play(*steps, log="{a}{b}{c}\n")) == set()


def test_no_other_text_stands_between_a_nickname_and_a_text():
    steps = says("a"), says("b"), says("c")
    between = "{b}\n{c}\nby {a}\n" + "\n" * 5
    assert nicknames(play(*steps, log=between + "{c}\n\nby {a}\n")) == set()
    assert nicknames(play(*steps, log=between + "{c}\nby {a}\n\n\n\n{b}\nby {a}\n")) == {"a"}


def test_a_nickname_is_at_most_four_lines_away():
    steps = says("a"), says("b"), says("c")
    for distance, expected in ((4, {"a"}), (5, set())):
        record = "{a}" + "\n" * distance
        log = record + "{b}\n" + record + "{c}\n"
        assert nicknames(play(*steps, log=log)) == expected


def test_only_a_first_message_is_a_nickname():
    steps = says("a"), says("b"), says("c")
    assert nicknames(play(*steps, log="{a} {b}\n{c} {b}\n")) == set()
    assert nicknames(play(*steps, log="{b}\n{c}\n")) == set()


def test_a_headline_that_repeats_a_message_hides_no_nickname():
    steps = says("a"), says("b"), says("c")
    log = "latest: {c}\n{a} joined\nfrom: {a}\n{b}\nfrom: {a}\n{c}\n"
    assert nicknames(play(*steps, log=log)) == {"a"}
    assert nicknames(play(*steps, log="latest: {c}\n{a}\n{a}\n{b}\n{c}\n")) == set()


def test_a_summary_makes_no_nickname():
    steps = says("a"), says("b"), says("c")
    assert nicknames(play(*steps, log="{a}\n{b}\n{c}\nall: {a}, {b}, {c}\n")) == set()


def test_a_nickname_may_stand_in_other_sources_files():
    steps = says("a"), says("b"), says("c"), says("d", "client 2"), says("e", "client 2")
    log = {"1.txt": "{a}\n{a}: {b}\n{a}: {c}\n", "2.txt": "{d}\n{d}: to {a}: {e}\n{e}\n"}
    assert nicknames(play(*steps, log=dict(log))) == {"a"}


def test_a_nickname_is_one_in_any_of_the_logs():
    steps = says("a"), says("b"), says("c")
    page = "<h1>newest first</h1>\n<p>{c}</p>\n<p>{b}</p>\n<p>{a}</p>\n"
    assert nicknames(play(*steps, log={"log": "{a}: {b}\n{a}: {c}\n", "page": page})) == {"a"}


def test_a_nickname_need_not_be_in_every_record_of_a_message():
    steps = says("a"), says("b"), says("c")
    records = "From: {a}\nText: {b}\nFrom: {a}\nText: {c}\n"
    assert nicknames(play(*steps, log="latest: {c}\n" + records)) == {"a"}
    assert nicknames(play(*steps, log="{a}: {b}\nsent {b}\n{a}: {c}\nsent {c}\n")) == {"a"}


def test_a_message_that_is_repeated_is_no_nickname():
    steps = says("a"), says("b"), says("c")
    assert nicknames(play(*steps, log="{a}\n{a}\n{b}\n{c}\n")) == set()
    assert nicknames(play(*steps, log="{a}\n{b}\n{c}\n" + "all: {a}, {b}, {c}\n" * 2)) == set()


def test_a_source_whose_first_message_is_missing_hides_no_other_nickname():
    steps = says("a"), says("b", "client 2"), says("c", "client 2"), says("d", "client 2")
    assert nicknames(play(*steps, log="{b}: {c}\n{b}: {d}\n")) == {"b"}
