"""The craft checks, which are worth no points by default."""

import pytest

from checks.histories import (
    Step,
    Written,
    ask,
    connects,
    ends,
    facts,
    history,
    idles,
    is_slow,
    is_stuck,
    leaves,
    looks,
    nonce,
    says,
    scene,
    sends,
    settles,
    text,
    types,
)
from grader.checks.craft import CHECKS

NAMES = [check.name for check in CHECKS if check.name != "functions"]
SCENARIO = {"prompt": "client", "clean-stop": "client", "closes-sockets": "departure"}


@pytest.mark.parametrize("name", NAMES)
def test_a_lost_run_is_not_judged(name):
    assert ask(name, history(finished=False)).outcome == "not-judged"
    lost = scene(SCENARIO.get(name, name), stopped=False)
    assert ask(name, history(lost, finished=False)).outcome == "not-judged"


EVERYTHING = [
    "reset", "hasty-departure", "return", "burst", "large-message", "split-character", "crowd",
    "end-of-typing",
]  # fmt: skip


@pytest.mark.parametrize("name", EVERYTHING)
def test_all_messages_are_logged(name):
    # A large message is made of the nonces' letters alone.
    steps = says("a", tail=" jq"), says("b", "client 2", tail=" xz"), idles("after typing")
    assert ask(name, history(scene(name, *steps, log="{a}\n{b}\n"))).outcome == "pass"


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_message_is_lost(name):
    outcome = ask(name, history(scene(name, says("a"), says("b", "client 2"), log="{a}\n")))
    assert outcome.outcome == "fail"


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_server_ends(name):
    outcome = ask(name, history(scene(name, says("a"), ends(1), log="{a}\n")))
    assert outcome.outcome == "fail"
    assert "the server exited on its own (exit status 1)" in facts(outcome)


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_limit_that_it_meets_is_the_servers_fault(name):
    outcome = ask(name, history(scene(name, says("a"), ends(None, 9), log="{a}\n")))
    assert outcome.outcome == "fail"
    assert "limit on memory" in facts(outcome)


def test_plays_that_end_differently_are_not_judged():
    slow = scene("crowd", says("a"), is_slow(), log="")
    right = scene("crowd", says("a"), log="{a}")
    assert ask("crowd", history(slow, right)).outcome == "not-judged"
    assert ask("crowd", history(slow, slow)).outcome == "fail"
    # What is proved needs no second play, and one that failed on a used server is none.
    assert ask("crowd", history(scene("crowd", says("a"), is_stuck()), right)).outcome == "pass"


# --- prompt, clean-stop ---


def client(*found: str, log: str = "{a}\n{b}\n", by: str = "ctrl-c", seen: bool = True):
    played = scene("client", says("a"), says("b"), *([looks("settled", *found)] if seen else []),
                   log=log)  # fmt: skip
    for event in played:
        if event["event"] == "stopped":
            event["by"] = by
    return history(played)


def test_prompt():
    assert ask("prompt", client("a", "b")).outcome == "pass"
    outcome = ask("prompt", client("a"))
    assert outcome.outcome == "fail"
    assert f"1 was not: {text('b')} (client 1); it was there once" in facts(outcome)
    assert ask("prompt", client(seen=False)).outcome == "skipped"


@pytest.mark.parametrize("by", ["ctrl-c", "itself"])
def test_clean_stop(by):
    assert ask("clean-stop", client(by=by)).outcome == "pass"


@pytest.mark.parametrize("by", ["second ctrl-c", "sigterm", "sigkill"])
def test_it_does_not_stop(by):
    outcome = ask("clean-stop", client(by=by))
    assert outcome.outcome == "fail"
    assert f"what ended it: {by}" in facts(outcome)


@pytest.mark.parametrize(("seconds", "outcome"), [(1.9, "pass"), (4.5, "fail")])
def test_it_stops_late(seconds, outcome):
    play = scene("client", says("a"), log="{a}\n", took=int(seconds * 1e9))
    judged = ask("clean-stop", history(play))
    assert judged.outcome == outcome
    assert outcome == "pass" or "it exited 4.5 s later" in facts(judged)


def test_it_stops_with_an_incomplete_log():
    outcome = ask("clean-stop", client(log="{a}\n"))
    assert outcome.outcome == "fail"
    assert "not in the log: 1 of 2 messages" in facts(outcome)


def test_it_does_not_stop_before_a_client_connects():
    alone = scene("terminal", types("a"), log="{a}\n")
    right = scene("client", says("b"), looks("settled", "b"), log="{b}\n")
    assert ask("clean-stop", history(alone, right)).outcome == "pass"
    for event in alone:
        if event["event"] == "stopped":
            event["by"] = "sigkill"
    assert "what ended it: sigkill" in facts(ask("clean-stop", history(alone, right)))


def test_typed_lines_that_are_never_logged_do_not_count():
    alone = scene("terminal", types("a"), log="nothing\n")
    right = scene("client", says("b"), looks("settled", "b"), log="{b}\n")
    assert ask("clean-stop", history(alone, right)).outcome == "pass"


def test_a_server_that_exited_earlier_is_skipped():
    ended = history(scene("client", says("a"), ends(1)))
    assert ask("clean-stop", ended).outcome == "skipped"


# --- closes-sockets ---


def departed(*half_closed: str):
    return history(
        scene(
            "departure",
            leaves("client 1"),
            idles("after a departure"),
            leaves("client 2"),
            idles("after a departure", half_closed=list(half_closed)),
        )
    )


def test_closed():
    assert ask("closes-sockets", departed()).outcome == "pass"
    # The last one may still be in a variable.
    assert ask("closes-sockets", departed("client 2")).outcome == "pass"


def test_not_closed():
    outcome = ask("closes-sockets", departed("client 1", "client 2"))
    assert outcome.outcome == "fail"
    assert "the sockets of client 1 are still open" in facts(outcome)


def test_no_departure_was_seen():
    assert ask("closes-sockets", history(scene("departure", says("a")))).outcome == "not-judged"


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


# --- end-of-typing, restart ---


def typed_to_the_end(**after: int):
    return history(
        scene(
            "end-of-typing",
            says("a"),
            idles("before the end of typing"),
            idles("after the end of typing", **after),
            says("b"),
            log="{a}\n{b}\n",
        )
    )


def test_end_of_typing():
    assert ask("end-of-typing", typed_to_the_end()).outcome == "pass"


def test_it_spins_at_the_end_of_typing():
    spinning = typed_to_the_end(wall=500_000_000, ran=400_000_000, calls={"": 50})
    assert ask("end-of-typing", spinning).outcome == "fail"


RESTARTED = [{"event": "restarted", "by": "ctrl-c"}]


def test_restart():
    assert ask("restart", history(scene("restart", says("a"), RESTARTED, says("b")))).outcome == (
        "pass"
    )


def test_the_port_is_in_use():
    outcome = ask("restart", history(scene("restart", says("a"), RESTARTED, ends(1))))
    assert outcome.outcome == "fail"
    assert "it exited on its own (exit status 1)" in facts(outcome)


def test_it_ended_before_it_was_stopped():
    assert ask("restart", history(scene("restart", types("a"), ends(1)))).outcome == "skipped"
