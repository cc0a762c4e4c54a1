"""Which messages share a record, or are logged again."""

import pytest
from checks.histories import play, says, sends, settles, types

from grader.logs.evidence import PlayEvidence
from grader.model.history import Play


def shared(play: Play, *, joins_client: bool = False):
    found = PlayEvidence(play).shared_record(play.messages, joins_client=joins_client)
    return found and (found.former.name, found.latter.name, found.line)


def repeated(play: Play) -> list[str]:
    found = PlayEvidence(play).repeated
    return [message.name for message in found[1]] if found else []


# --- shared lines ---


def test_a_shared_line_names_the_message_that_was_sent_first():
    assert shared(play(says("a"), says("b"), log="x\n{b}{a}\n")) == ("a", "b", 2)
    assert shared(play(says("a"), says("b"), log="{a}\n{b}\n")) is None


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_line_ends_in_any_of_three_ways(end):
    assert shared(play(says("a"), says("b"), log=f"x{end}{{a}}{end}{{b}}{end}")) is None
    found = play(says("a"), says("b"), says("c"), log=f"{{a}}{end}{{b}}{{c}}{end}")
    assert shared(found) == ("b", "c", 2)


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


@pytest.mark.parametrize("beside", ["", "\n"])
def test_a_line_ends_with_its_file(beside):
    steps = says("a"), says("b"), says("c"), says("d")
    files = {"log.1": f"{beside}{{a}}\n{{b}}", "log": f"{beside}{{c}}\n{{d}}"}
    assert shared(play(*steps, log=files)) is None
    files["log"] = f"{beside}{{c}}{{d}}"
    assert shared(play(*steps, log=files)) == ("c", "d", 3 + 2 * len(beside))


def test_a_line_is_found_behind_lines_that_are_right():
    steps = says("a"), says("b"), says("c", "client 2"), types("d")
    assert shared(play(*steps, log={"a.log": "{a}\n", "b.log": "{a}\n{b}\n{c}{d}"})) == (
        "c",
        "d",
        3,
    )
    assert shared(play(*steps, log="{a}{b}\n{c}{d}\n"), joins_client=True) == ("c", "d", 2)


# --- aggregates ---


def test_a_summary_of_messages_that_have_records_of_their_own_is_no_record():
    steps = says("a"), says("b"), says("c")
    log = "1: {a}\n2: {b}\n3: {c}\n"
    for more in ("all: {a}, {b}, {c}\n", "{a}{b}{c}\n" * 3, "{b} {a}\n"):
        found = play(*steps, log=log + more)
        assert (shared(found), repeated(found)) == (None, [])
        assert PlayEvidence(found).crossing(found.messages) is None


def test_a_record_of_several_messages_counts_if_one_of_them_has_no_other():
    steps = says("a"), says("b"), says("c")
    assert shared(play(*steps, log="{a}\n{b}\n{b}{c}\n")) == ("b", "c", 3)
    assert repeated(play(*steps, log="{a}\n{b}\n{b}{c}\n")) == ["b"]


# --- repetitions ---


def test_a_line_that_comes_again_is_a_repetition():
    assert repeated(play(says("a"), says("b"), log="{a}\n{b}\n{b}\n")) == ["b"]
    assert repeated(play(says("a"), says("b"), log="1 {a}\n2 {b}\n3 {b}\n")) == ["b"]
    assert repeated(play(says("a"), says("b"), log="10:00 {a}\n10:01 {b}\n10:02 {b}\n")) == ["b"]


@pytest.mark.parametrize(
    "twice",
    ["{}\n{} \n", "0 {}\n1 {}\n", "client: {}\nClient: {}\n", "client: {}\nclient:  {}\n",
     "1 10:00 {}\n2 10:01 {}\n3 10:02 {}\n"],
)  # fmt: skip
def test_what_differs_in_case_blanks_numbers_or_times_comes_again(twice):
    steps = says("a"), says("b", "client 2"), types("c"), says("d")
    everyone = says("e", "client 3"), says("f", "client 4")
    log = "".join(twice.replace("{}", f"{{{name}}}") for name in "abcdef")
    assert repeated(play(*steps, *everyone, log=log)) == [*"abcdef"]


def test_a_kind_that_every_message_has_is_legitimate():
    assert repeated(play(says("a"), says("b"), log="{a}\n<{a}>\n{b}\n<{b}>\n")) == []
    assert repeated(play(says("a"), says("b"), log="{a}\n{b}\n<{b}>\n")) == ["b"]


def test_a_kind_that_words_name_is_legitimate():
    assert repeated(play(says("a"), says("b"), log="{a}\n{b}\nechoed {b}\n")) == []
    assert repeated(play(says("a"), says("b"), log="{a}\n{b}\n-> {b}\n")) == []


def test_a_summary_may_take_several_lines():
    """Typed lines end in line breaks, wherever they are repeated."""
    steps = says("a"), types("b"), types("c"), says("d")
    log = "1 {a}\n2 {b}\n3 {c}\n4 {d}\n"
    assert repeated(play(*steps, log=log + "all: {a} / {b}\n / {c}\n / {d}\n")) == []
    assert repeated(play(*steps, log=log + "all: {a}\n / {c}\n")) == ["c"]
    assert repeated(play(*steps, log=log + "4 {d}\nall: {a} / {b}\n / {c}\n / {d}\n")) == ["d"]


def test_the_first_line_of_a_summary_may_have_a_heading():
    steps = types("a"), types("b"), types("c")
    log = "1 {a}\n2 {b}\n3 {c}\n"
    assert repeated(play(*steps, log=log + "all: {a}\n / {b}\n / {c}\n")) == []
    assert repeated(play(*steps, log=log + "all: {a}\n / {c}\n")) == ["c"]
    assert repeated(play(*steps, log="1 {a}\n2 {b}\n / {b}\n3 {c}\n / {c}\n")) == ["b", "c"]


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


def test_more_receivers_than_clients_are_a_counter():
    steps = says("a"), says("b")
    log = "try 1: {a}\ntry 2: {a}\ntry 1: {b}\ntry 2: {b}\n"
    assert repeated(play(*steps, log=log)) == ["a", "b"]
    two = says("a"), says("b", "client 2")
    assert repeated(play(*two, log=log)) == []


def connects(number: int):
    return [{"event": "connected", "source": f"client {number}", "port": 40000 + number}]


def leaves(number: int):
    return [{"event": "left", "source": f"client {number}"}]


RECEIVERS = connects(1), connects(2), connects(3), says("a", "client 1"), says("b", "client 1")


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("got {a}\nto 40002: {a}\nto 40003: {a}\ngot {b}\nto 40002: {b}\nto 40003: {b}\n", []),
        ("to 40001: {a}\nto 40002: {a}\nto 40003: {a}\n{b}\n", []),
        ("to 40002: {a}\nto 40002: {a}\n{b}\n", ["a"]),
        ("to 7: {a}\nto 8: {a}\nto 7: {b}\nto 8: {b}\n", []),
        ("to 7: {a}\nto 8: {a}\nto 8: {b}\nto 9: {b}\n", ["a", "b"]),
        # Not one for each other client, and not one for each client.
        ("0 {a}\n1 {a}\n0 {b}\n", ["a"]),
        ("to 6: {a}\nto 7: {a}\nto 8: {a}\nto 9: {a}\nto 6 7 8 9: {b}\n", ["a"]),
    ],
)
def test_receivers_are_the_other_clients_or_all_clients(log, expected):
    assert repeated(play(*RECEIVERS, log=log)) == expected


def test_who_has_left_is_no_receiver():
    log = "to 7: {a}\nto 8: {a}\nto 7: {b}\nto 8: {b}\n"
    gone = connects(1), connects(2), connects(3), leaves(3), says("a"), says("b")
    assert repeated(play(*gone, log=log)) == []
    left = connects(1), connects(2), connects(3), says("a"), leaves(3), leaves(2), says("b")
    assert repeated(play(*left, log=log)) == ["a", "b"]


def test_a_receiver_may_be_named_by_nickname():
    steps = [says(m, f"client {n}") for m, n in zip("abcdefghi", [1, 2, 3] * 3, strict=True)]
    names = "abc"
    log = "".join(f"{{{name}}} came\n" for name in names)
    for at, m in enumerate("defghi"):
        who = names[at % 3]
        log += f"[{{{who}}}] {{{m}}}\n"
        log += "".join(f"  to {{{other}}}: {{{m}}}\n" for other in names if other != who)
    assert repeated(play(*steps, log=log)) == []
    assert repeated(play(*steps, log=log.replace("to {b}: {d}", "to {c}: {d}"))) == ["d"]


def apart(*listed: str, end: str = "\n\n", after: bool = False) -> str:
    """Records in two lines, each given as ``line/message``, with the line before or after."""
    pairs = [each.rsplit("/", 1) for each in listed]
    return "".join(
        f"{{{name}}}\n{line}{end}" if after else f"{line}\n{{{name}}}{end}" for line, name in pairs
    )


PORTS = connects(1), connects(2), connects(3)
TALK = *PORTS, says("a", "client 1"), says("b", "client 2"), says("c", "client 1")
PASSED_ON = [
    *("40001/a", "to 40002/a", "to 40003/a", "40002/b", "to 40001/b", "to 40003/b"),
    *("40001/c", "to 40002/c", "to 40003/c"),
]
TWICE = [f"From: {n}/{m}" for n, m in ((40001, "a"), (40002, "b"), (40001, "c")) for _ in (1, 2)]


@pytest.mark.parametrize("end", ["\n", "\n\n"])
@pytest.mark.parametrize("after", [False, True])
def test_a_receiver_may_stand_on_a_line_of_its_own(end, after):
    assert repeated(play(*TALK, log=apart(*PASSED_ON, end=end, after=after))) == []
    # One receiver has it twice.
    wrong = ["to 40003/b" if each == "to 40001/b" else each for each in PASSED_ON]
    assert repeated(play(*TALK, log=apart(*wrong, end=end, after=after))) == ["b"]


def test_those_that_receive_it_on_lines_of_their_own_may_be_all_clients():
    log = [f"{who}/{m}" for m in "abc" for who in ("from x", "to 40001", "to 40002", "to 40003")]
    assert repeated(play(*TALK, log=apart(*log))) == []
    assert repeated(play(*TALK[:3], *[types(m) for m in "abc"], log=apart(*log))) == []


def test_receivers_on_lines_of_their_own_may_have_numbers():
    log = apart(*(each.replace("4000", "") for each in (*PASSED_ON, "2/d", "to 1/d", "to 3/d")))
    assert repeated(play(*TALK, says("d", "client 2"), log=log)) == []


def test_a_key_on_a_line_of_its_own_is_no_receiver():
    keys = [f"{word} by/{m}" for word, m in zip(WORDS, "aabbcc", strict=True)]
    assert repeated(play(*TALK, log=apart(*keys))) == ["a", "b", "c"]
    to = [2, 3, 1, 3, 2, 3]
    receivers = [f"{word} to 4000{n}/{m}" for word, n, m in zip(WORDS, to, "aabbcc", strict=True)]
    assert repeated(play(*TALK, log=apart(*receivers))) == []


WORDS = "alpha", "beta", "gamma", "delta", "epsilon", "eta"


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("end", ["\n", "\n\n"])
@pytest.mark.parametrize("rest", ["", "40003 left\n"])
def test_a_line_beside_a_record_may_belong_to_the_next_one(after, end, rest):
    log = "server started\n" + apart(*TWICE, end=end, after=after) + rest
    assert "b" in repeated(play(*TALK, log=log))


def test_what_differs_each_time_names_no_receiver():
    log = apart(*(f"{number:x}z, by {each}" for number, each in enumerate(TWICE, 0xA0)))
    assert repeated(play(*TALK, log=log)) == ["a", "b", "c"]
    log = apart(*(f"No. {number}/{each[-1]}" for number, each in enumerate(TWICE, 70)))
    assert repeated(play(*TALK, log=log)) == ["a", "b", "c"]


def test_each_record_has_its_own_line_beside_it():
    log = apart(*PASSED_ON) + "{c}\n"
    assert repeated(play(*TALK, log=log)) == ["a", "b", "c"]
