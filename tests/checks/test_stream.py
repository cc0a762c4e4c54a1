"""TCP carries bytes, not messages: burst, large-message and split-character."""

import pytest

from checks.histories import (
    Step,
    Written,
    ask,
    connects,
    facts,
    history,
    looks,
    nonce,
    says,
    scene,
    sends,
    settles,
    text,
)

# --- TCP's stretch of bytes ---


def together(*names: str) -> Step:
    return [event for name in names for event in sends(name)] + settles()


def test_burst_in_one_record():
    play = scene("burst", together("a", "b", "c"), log="> {a}{b}{c}\n")
    assert ask("burst", history(play)).outcome == "pass"


def test_burst_cut_anywhere():
    whole = text("a") + text("b") + text("c")
    log = "".join(f"[12:00] {whole[at : at + 7]}\n" for at in range(0, len(whole), 7))
    play = scene("burst", together("a", "b", "c"), log=log.encode())
    assert ask("burst", history(play)).outcome == "pass"


def test_burst_out_of_order():
    play = scene("burst", together("a", "b", "c"), log="{a}\n{c}\n{b}\n")
    outcome = ask("burst", history(play))
    assert outcome.outcome == "fail"
    assert f"from {text('c')} (client 1) on, they are missing or out of order" in facts(outcome)
    assert outcome.findings[0].cause.name == "message-boundaries"


def test_the_part_of_a_burst_that_came_byte_by_byte_is_lost():
    play = scene("burst", together("a", "b"), says("c"), log="{a}\n{b}\n")
    outcome = ask("burst", history(play))
    assert f"but {text('c')} (client 1), which came in parts" in facts(outcome)
    assert outcome.findings[0].cause.name == "loses-pieces"


def test_a_burst_in_a_log_that_has_everything_upside_down():
    said = says("a"), says("b"), says("c")
    order = scene("together", *said, looks("left", "a", "b", "c"), log="{c}\n{b}\n{a}\n")
    play = scene("burst", together("a", "b", "c"), log="{c}\n{b}\n{a}\n")
    (finding,) = ask("burst", history(order, play)).findings
    assert finding.cause.name == "newest-on-top"


@pytest.mark.parametrize(
    ("log", "outcome"),
    [
        ("{a}{b}{c}\n{a}{b}{c}\n", "fail"),
        ("{a}\n{a}\n{b}\n{b}\n{c}\n{c}\n", "fail"),
        ("{a}{b}\n{c}\n{a}{b}\n", "fail"),
        ("got: {a}{b}{c}\nsent: {a}{b}{c}\n", "pass"),
        ("raw: {a}{b}{c}\n1. {a}\n2. {b}\n3. {c}\n", "pass"),
    ],
)
def test_burst_twice(log, outcome):
    play = scene("burst", together("a", "b", "c"), log=log)
    assert ask("burst", history(play)).outcome == outcome


def test_messages_that_are_together_one_nickname_are_not_repeated():
    log = "{a}{b} came\n{a}{b}: {c}\n"
    play = scene("burst", together("a", "b"), says("c"), log=log)
    chat = scene("client", says("a"), says("b"), says("c"), log="{a}: {b}\n{a}: {c}\n")
    assert ask("burst", history(chat, play)).outcome == "pass"


MIXED = (
    *(says("a"), says("b", "client 2")),
    *(says("x", "client 1"), says("y", "client 2"), settles()),
)
"""The first half of ``x`` has its nonce; the rest comes after ``y``."""
HALF = text("x")[:-2]


@pytest.mark.parametrize(
    ("log", "outcome"),
    [
        (f"{{a}}\n{{b}}\n{HALF}\n{{y}}\nlo\n", "pass"),
        ("{a}\n{b}\n{y}\n{x}\n", "pass"),
        (f"1 {{a}}\n2 {{b}}\n1 {HALF}\n2 {{y}}\n1 lo\n", "pass"),
        (f"\nFrom: 1\n{{a}}\nFrom: 2\n{{b}}\nFrom: 1\n{HALF}\nFrom: 2\n{{y}}\nlo", "pass"),
        (f'["{{a}}", "{{b}}", "{HALF}", "{{y}}", "lo"]', "pass"),
        ("{a}\n{b}\n{y}\n{x}\nin all: {a} {b} {y} {x}\n", "pass"),
        (f"{{a}}\n{{b}}\n{HALF}{{y}}\nlo\n", "fail"),
        (f"1 {{a}}\n2 {{b}}\n2 {HALF}{{y}}\n1 lo\n", "fail"),
        (f'["{{a}}", "{{b}}", "{HALF}{{y}}", "lo"]', "fail"),
    ],
)
def test_half_a_message_is_kept_apart_from_what_another_client_sends(log, outcome):
    found = ask("burst", history(scene("burst", *MIXED, log=log)))
    assert found.outcome == outcome
    if outcome == "fail":
        assert found.findings[0].cause.name == "one-buffer-for-all"


def test_half_a_message_beside_another_client_in_a_log_that_has_no_lines():
    """That is own-record's fault, and is charged there."""
    play = scene("burst", *MIXED, log=f"{{a}}{{b}}{HALF}{{y}}lo")
    client = scene("client", says("a"), says("b"), log="{a}{b}")
    assert ask("burst", history(client, play)).outcome == "pass"


def test_half_a_message_beside_the_nickname_of_another_client():
    log = f"{{a}} came\n{{b}} came\n{{a}} to {{b}}: {HALF}\n{{b}} to {{a}}: {{y}}\n{{a}}: lo\n"
    assert ask("burst", history(scene("burst", *MIXED, log=log))).outcome == "pass"


def test_a_right_file_of_each_client_excuses_no_log_in_which_all_is_doubled():
    files = {
        "server.log": "".join(f"{{{name}}}\n" * 2 for name in "abyx"),
        "client1.txt": "{a}\n{x}\n",
        "client2.txt": "{b}\n{y}\n",
    }
    outcome = ask("burst", history(scene("burst", *MIXED, log=files)))
    assert outcome.findings[0].cause.name == "repeats"


def test_half_a_message_is_dropped_when_another_client_speaks():
    play = scene("burst", *MIXED, log="{a}\n{b}\n{y}\nlo\n")
    outcome = ask("burst", history(play))
    assert f"but {text('x')} (client 1), which came in parts" in facts(outcome)
    assert outcome.findings[0].cause.name == "loses-pieces"


LARGE = " " + nonce("x") * 400


def large(log: Written):
    return history(scene("large-message", connects(), says("a", tail=LARGE), log=log))


def test_large_message_in_many_records():
    whole = nonce("a") + LARGE
    records = "\n".join(f"> {whole[at : at + 1024]}" for at in range(0, len(whole), 1024))
    assert ask("large-message", large(records)).outcome == "pass"


@pytest.mark.parametrize("before", ["", "jqxz", nonce("b")])
@pytest.mark.parametrize("behind", ["", "zzzz", nonce("c")])
def test_large_message_without_separators(before, behind):
    assert ask("large-message", large(f"{before}{{a}}{behind}")).outcome == "pass"
    cut = f"{before}{(nonce('a') + LARGE)[:-1]}\n{behind}"
    assert ask("large-message", large(cut)).outcome == "fail"


def test_large_message_across_numbered_files():
    whole = nonce("a") + LARGE
    files = {f"log{number}.txt": whole[number * 410 :][:410] + "\n" for number in range(16)}
    assert ask("large-message", large(files)).outcome == "pass"
    del files["log3.txt"]
    assert ask("large-message", large(files)).outcome == "fail"


def test_large_message_cut():
    outcome = ask("large-message", large((nonce("a") + LARGE)[:1024] + "\n"))
    assert outcome.outcome == "fail"
    assert f"only the first 1024 of its {len(nonce('a') + LARGE)} characters are" in facts(outcome)


def split(log: str):
    return history(scene("split-character", says("a", tail=" 龘 hello"), log=log))


def test_split_character():
    assert ask("split-character", split("{a}\n")).outcome == "pass"
    outcome = ask("split-character", split(text("a", " ��� hello")))
    assert outcome.outcome == "fail"
    assert "龘 is in the log, whole" in facts(outcome)
