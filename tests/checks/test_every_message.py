"""Each message of several sources is logged, once: what is a repetition, and what is not."""

import pytest

from checks.histories import (
    ask,
    ends,
    facts,
    history,
    right,
    says,
    scene,
    sends,
    text,
    types,
)


def test_all_messages_are_logged_once():
    outcome = ask("every-message", right())
    assert str(outcome.because) == "all 6 messages are logged, once"


def test_it_reports_that_records_have_several_forms():
    log = "".join(f"INFO:root:{{{m}}}\n{{{m}}}\n" for m in "ab")
    outcome = ask("every-message", history(scene("together", says("a"), types("b"), log=log)))
    assert outcome.outcome == "pass"
    assert "on several lines, each in a different form" in str(outcome.because)


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        (b"f = open('a', 'w'); g = open(path, mode=\"wb\")", "overwrite each other"),
        (b"f = open('a', 'w')", "`select` returns every IO"),
        (b"f = open('a', 'a'); g = open('w', 'r')", "`select` returns every IO"),
    ],
)
def test_the_hint_for_a_program_that_empties_its_file_in_several_places(source, hint):
    at_once = sends("b", "terminal"), says("c")
    play = scene("together", says("a"), types("d"), *at_once, log="{a}\n{d}\n{c}\n")
    (finding,) = ask("every-message", history(play, source=source)).findings
    assert hint in str(finding.cause.hint)


@pytest.mark.parametrize(
    ("end", "terminal", "said"),
    [
        (ends(0), b"bye", True),
        (ends(1), b"bye", True),
        (ends(None, 11), b"", False),
        (ends(1), b"Traceback (most recent call last):\r\nsocket.gone\r\n", False),
    ],
)
def test_the_hint_for_a_server_that_exits_without_error(end, terminal, said):
    play = scene("together", says("a"), end, log="{a}\n", terminal=terminal)
    (finding,) = ask("every-message", history(play)).findings
    assert ("What ends its loop" in str(finding.cause.hint)) is said


def test_a_message_of_many_is_lost():
    play = scene("together", says("a"), says("b", "client 2"), types("c"), log="{a}\n{c}\n")
    outcome = ask("every-message", history(play))
    assert outcome.outcome == "fail"
    assert f"{text('b')} (client 2)" in facts(outcome)


def test_a_message_is_logged_twice():
    play = scene("together", says("a"), says("b"), log="x\n{a}\n{b}\n{a}\n")
    outcome = ask("every-message", history(play))
    assert outcome.outcome == "fail"
    assert f"logged more than once: 1 of 2 messages, {text('a')} (client 1)" in facts(outcome)
    assert outcome.findings[0].log == (f"2: {text('a')}", "…", f"4: {text('a')}")


def test_the_first_message_may_be_a_nickname():
    chat = "{a} came\n{a}: {b}\n{a}: {c}\n{a}: {d}\n"
    play = scene("together", says("a"), says("b"), says("c"), says("d"), log=chat)
    assert ask("every-message", history(play)).outcome == "pass"
    for log in (chat + "{c}\n", chat.replace("{a}: {d}", "{d}")):
        play = scene("together", says("a"), says("b"), says("c"), says("d"), log=log)
        assert ask("every-message", history(play)).outcome == "fail"


def test_a_nickname_may_stand_on_a_line_above_each_text():
    steps = says("a"), says("b"), says("c"), says("d")
    chat = "{a} 来了\n{a} 10:00\n{b}\n{a} 10:00\n{c}\n{a} 10:01\n{d}\n"
    assert ask("every-message", history(scene("together", *steps, log=chat))).outcome == "pass"
    chat = chat.replace("{a} 10:00\n{c}", "{c}")
    assert ask("every-message", history(scene("together", *steps, log=chat))).outcome == "fail"


@pytest.mark.parametrize(
    "record",
    [
        "用户: {a}\n时间: 10:00\n内容: {m}\n",
        "{m}\n  —— {a}\n",
        "{a} 10:00\n\n{m}\n",
    ],
)
def test_a_nickname_may_stand_on_another_line_of_each_record(record):
    steps = [says(name) for name in "abcd"]
    log = "{a} 来了\n" + "".join(record.replace("{m}", f"{{{m}}}") for m in "bcd")
    assert ask("every-message", history(scene("together", *steps, log=log))).outcome == "pass"


TO_EACH = "10:00:0{n},{n}23 收到 {m}\n10:00:0{n},{n}31 转发给 fd={x}: {m}\n"
TWICE = "[{n}] 10:00:0{n} {m}\n[{k}] 10:00:0{k} {m}\n"


@pytest.mark.parametrize(
    ("record", "outcome"),
    [
        (TO_EACH, "pass"),
        (TO_EACH + "10:00:0{n},{n}39 转发给 fd=9: {m}\n", "pass"),
        ("1 -> 1: {m}\n1 -> {x}: {m}\n", "pass"),
        (TWICE, "fail"),
        ("记录{n} {m}\n记录{k} {m}\n", "fail"),
        ("10:00:0{n}.123 {m}\n10:00:0{k}.123 {m}\n", "fail"),
    ],
)
def test_a_time_or_a_counter_does_not_make_another_kind_of_record(record, outcome):
    steps = [says(m, f"client {1 + n % 2}") for n, m in enumerate("abcdef")]
    log = "".join(
        record.replace("{m}", f"{{{m}}}").replace("{n}", str(n + 1)).replace("{k}", str(n + 2))
        .replace("{x}", str(5 + n % 2))
        for n, m in enumerate("abcdef")
    )  # fmt: skip
    assert ask("every-message", history(scene("together", *steps, log=log))).outcome == outcome


def test_messages_that_are_written_again_with_each_later_one_are_repeated():
    log = "client: {a}\nclient: {a}{b}\nclient: {a}{b}{c}\n"
    play = scene("together", says("a"), says("b"), says("c"), log=log)
    assert ask("every-message", history(play)).outcome == "fail"


def test_a_file_beside_the_log_is_not_a_fault():
    steps = says("a"), types("b"), says("c")
    log = "{a}\n{b}\n{c}\n"
    for other in ("{c}\n{b}\n{a}\n", '["{a}", "{b}", "{c}"]', log + log):
        play = scene("together", *steps, log={"log.txt": log, "other": other})
        for check in ("every-message", "own-record", "arrival-order", "client-order"):
            judged = ask(check, right(together=play))
            assert judged.outcome == "pass", (check, other)
            alone = ask(check, right(together=scene("together", *steps, log={"other": other})))
            assert judged == alone or alone.outcome == "fail"


BYTES_AND_TEXT = "raw: b'{a}'\ntext: {a}\nraw: b'{b}'\ntext: {b}\ntyped: {c}\n"
ANSWERS = (
    "from ('::1', 41): {a}\nto ('::1', 41): {a}\nfrom ('::1', 2): {b}\nto ('::1', 2): {b}\n{c}\n"
)
FOR_EACH = "to 1: {a}\nto 2: {a}\nto 1: {b}\nto 2: {b}\n{c}\n"


@pytest.mark.parametrize(
    ("log", "outcome"),
    [
        (BYTES_AND_TEXT, "pass"),
        (ANSWERS, "pass"),
        (FOR_EACH, "pass"),  # each receiver may have a record
        (FOR_EACH.replace("to 2", "to 1"), "fail"),
        (FOR_EACH.replace("to 2: {b}", "to 3: {b}"), "fail"),
        # Passed on where somebody else was there, and otherwise not.
        (ANSWERS.replace("to ('::1', 2): {b}\n", ""), "pass"),
        ("收到: {a}\n收到: {b}\n转发给2人: {b}\n{c}\n", "pass"),
        ("收到: {a}\n收到: {b}\n转发给1: {b}\n转发给2: {b}\n{c}\n", "fail"),
        (BYTES_AND_TEXT + "raw: b'{a}'\n", "fail"),
        # Not of every message, and no words: some way through the program writes once more.
        ("12:00 {a}\n12:01 {b}\n{b}\n{c}\n", "fail"),
        ("{a}\n{b}\ntyped: {c}\nechoed: {c}\n", "pass"),
    ],
)
def test_a_record_of_another_kind_is_not_a_repetition(log, outcome):
    play = scene("together", says("a"), says("b", "client 2"), types("c"), log=log)
    assert ask("every-message", history(play)).outcome == outcome


@pytest.mark.parametrize(("receiver", "outcome"), [(2, "pass"), (1, "fail")])
def test_each_receiver_may_have_a_record_of_its_own(receiver, outcome):
    def comes(number):
        return [{"event": "connected", "source": f"client {number}", "port": 40000 + number}]

    log = f"收到: {{a}}\n转发给 40001: {{a}}\n转发给 4000{receiver}: {{a}}\n"
    play = scene("together", comes(1), comes(2), comes(3), says("a", "client 3"), log=log)
    assert ask("every-message", history(play)).outcome == outcome


@pytest.mark.parametrize(("name", "said"), [("client", "nobody else there"), ("terminal", "typed")])
def test_a_message_that_is_repeated_where_its_source_is_alone(name, said):
    says_so = types if name == "terminal" else says
    play = scene(name, says_so("a"), says_so("b"), says_so("c"), log="{a}\n{a}\n{b}\n{c}\n{c}\n")
    outcome = ask("every-message", right(**{name: play}))
    assert outcome.outcome == "fail"
    assert said in facts(outcome)


def test_the_hint_for_repetitions():
    play = scene("together", says("a"), log="{a}\n{a}\n")
    (finding,) = ask("every-message", history(play)).findings
    assert "several places" in str(finding.cause.hint)


def test_a_message_in_two_logs_is_not_logged_twice():
    play = scene("together", says("a"), types("b"), log={"all": "{a}{b}", "client": "{a}"})
    assert ask("every-message", history(play)).outcome == "pass"


@pytest.mark.parametrize("name", ["every-message", "terminal-logged", "departure", "newcomer"])
def test_a_flood_that_reaches_a_limit_is_the_servers_own(name):
    scenario = {"every-message": "together", "terminal-logged": "terminal"}.get(name, name)
    play = scene(scenario, says("a"), ends(1), log="{a}\n", size=16 << 20)
    outcome = ask(name, history(play))
    assert outcome.outcome == "fail"
    assert "limit on file size (16 MiB)" in facts(outcome)
    assert outcome.findings[0].cause.name == "writes-too-much"


@pytest.mark.parametrize(("out_of_memory", "limited"), [(True, True), (None, True), (False, False)])
def test_a_server_that_kills_itself_has_not_reached_the_memory_limit(out_of_memory, limited):
    play = scene("client", says("a"), ends(None, 9, out_of_memory=out_of_memory), log="")
    (finding,) = ask("client-logged", history(play)).findings
    assert (finding.cause.name == "takes-too-much-memory") == limited


def test_a_child_that_takes_the_memory_and_ends_its_parent_is_the_servers_own():
    play = scene("client", says("a"), ends(None, 15, out_of_memory=True), log="")
    (finding,) = ask("client-logged", history(play)).findings
    assert finding.cause.name == "takes-too-much-memory"


@pytest.mark.parametrize(
    ("log", "cause"),
    [
        ("{a}\n{a} {b}\n{a} {b} {c}\n", "buffer-not-emptied"),
        ("{a}\n{a}\n{b}\n{b}\n{c}\n{c}\n", "repeats"),
    ],
)
def test_why_messages_are_repeated(log, cause):
    play = scene("together", says("a"), says("b"), says("c"), log=log)
    (finding,) = ask("every-message", history(play)).findings
    assert finding.cause.name == cause
