"""Which messages share a line, serve as nicknames, or are logged again."""

from checks.histories import play, says, sends, settles, types

from grader.logs.readings import log_evidence
from grader.logs.records import find_shared_line, is_first, nickname_messages, repeated_messages
from grader.model.history import Play


def shared(play: Play, *, joins_client: bool = False):
    (reading,) = log_evidence(play).readings
    found = find_shared_line(reading, play.messages, joins_client=joins_client)
    return found and (found.former.name, found.latter.name, found.line)


def repeated(play: Play) -> list[str]:
    (reading,) = log_evidence(play).readings
    return [message.name for message in repeated_messages(reading, play, play.messages)]


def nicknames(play: Play) -> set[str]:
    return nickname_messages(log_evidence(play), play)


# --- shared lines ---


def test_a_shared_line_names_the_message_that_was_sent_first():
    assert shared(play(says("a"), says("b"), log="x\n{b}{a}\n")) == ("a", "b", 2)
    assert shared(play(says("a"), says("b"), log="{a}\n{b}\n")) is None


def test_messages_that_were_sent_together_may_share_a_line():
    together = sends("a"), sends("b", "client 2"), settles()
    assert shared(play(*together, log="{a}{b}\n")) is None


def test_only_a_clients_own_messages_are_joined():
    one = play(says("a"), says("b"), log="{a}{b}\n")
    assert shared(one) == ("a", "b", 1)
    assert shared(one, joins_client=True) is None
    two = play(says("a"), says("b", "client 2"), log="{a}{b}\n")
    assert shared(two, joins_client=True) == ("a", "b", 1)
    typed = play(types("a"), types("b"), log="{a}{b}\n")
    assert shared(typed, joins_client=True) == ("a", "b", 1)


def test_a_message_that_is_missing_shares_no_line():
    steps = says("a"), says("b"), says("c")
    assert shared(play(*steps, log="{b}{c}\n")) == ("b", "c", 1)
    assert shared(play(*steps, log="{b}\n{c}\n")) is None


def test_a_line_is_found_behind_lines_that_are_right():
    steps = says("a"), says("b"), says("c", "client 2"), types("d")
    assert shared(play(*steps, log={"a.log": "{a}\n", "b.log": "{b}\n{c}{d}"})) == ("c", "d", 2)
    assert shared(play(*steps, log="{a}{b}\n{c}{d}\n"), joins_client=True) == ("c", "d", 2)


# --- nicknames ---


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


def test_a_source_whose_first_message_is_missing_hides_no_other_nickname():
    steps = says("a"), says("b", "client 2"), says("c", "client 2"), says("d", "client 2")
    assert nicknames(play(*steps, log="{b}: {c}\n{b}: {d}\n")) == {"b"}


# --- repetitions ---


def test_a_line_that_comes_again_is_a_repetition():
    assert repeated(play(says("a"), says("b"), log="{a}\n{b}\n{b}\n")) == ["b"]
    assert repeated(play(says("a"), says("b"), log="1 {a}\n2 {b}\n3 {b}\n")) == ["b"]
    assert repeated(play(says("a"), says("b"), log="10:00 {a}\n10:01 {b}\n10:02 {b}\n")) == ["b"]


def test_a_kind_that_every_message_has_is_legitimate():
    assert repeated(play(says("a"), says("b"), log="{a}\n<{a}>\n{b}\n<{b}>\n")) == []
    assert repeated(play(says("a"), says("b"), log="{a}\n{b}\n<{b}>\n")) == ["b"]


def test_a_kind_that_words_name_is_legitimate():
    assert repeated(play(says("a"), says("b"), log="{a}\n{b}\nechoed {b}\n")) == []
    assert repeated(play(says("a"), says("b"), log="{a}\n{b}\n-> {b}\n")) == []


def test_a_number_or_a_time_names_no_kind():
    assert repeated(play(says("a"), says("b"), log="{a}\n{b}\n7 {b}\n")) == ["b"]
    assert repeated(play(says("a"), says("b"), log="{a}\n{b}\n10:00 {b}\n")) == ["b"]


def test_a_message_may_have_a_record_for_each_receiver():
    steps = says("a"), says("b"), says("c", "client 2")
    passed_on = "to 1: {a}\nto 2: {a}\nto 1: {b}\nto 2: {b}\nto 1: {c}\n"
    assert repeated(play(*steps, log=passed_on)) == []
    # A receiver that one message alone has is no reason to doubt the others'.
    passed_on = passed_on.replace("to 1: {c}", "to 2: {c}") + "to 1: {c}\n"
    more = *steps, says("d")
    assert repeated(play(*more, log=passed_on + "to 3: {d}\n")) == []


def test_more_receivers_than_sources_are_a_counter():
    steps = says("a"), says("b")
    log = "try 1: {a}\ntry 2: {a}\ntry 1: {b}\ntry 2: {b}\n"
    assert repeated(play(*steps, log=log)) == ["a", "b"]
    two = says("a"), says("b", "client 2")
    assert repeated(play(*two, log=log)) == []
