"""What clients send and what is typed is in the log, in one log."""

import pytest

from checks.histories import (
    ask,
    connects,
    ends,
    facts,
    history,
    idles,
    is_stuck,
    leaves,
    looks,
    refuses,
    right,
    says,
    scene,
    sends,
    spins_on,
    text,
    thread,
    types,
)
from grader.checks.causes.serving import LOSES_MESSAGES

CHINESE = " 你好，服务端"


def client(*steps, log="", seen=(), **rest):
    return scene("client", *steps, looks("settled", *seen), log=log, **rest)


# --- client-logged ---


def test_one_clients_messages_are_logged():
    outcome = ask("client-logged", right())
    assert outcome.outcome == "pass"
    assert str(outcome.because) == "logged in server.log"


def test_it_reports_that_the_server_logs_whole_lines_only():
    play = client(says("a"), log="{a}\n", seen="a", ending="\n")
    outcome = ask("client-logged", history(play, chosen="\n"))
    assert outcome.outcome == "pass"
    assert "whole lines only" in str(outcome.advice[0])


def test_text_that_is_logged_at_exit_only_passes():
    play = scene("client", says("a"), looks("settled"), says("b", tail=CHINESE), log="{a}\n{b}\n")
    assert ask("client-logged", history(play)).outcome == "pass"


def test_only_plain_messages_count_here():
    play = client(says("a"), says("b", tail=CHINESE), ends(1), log="{a}\n", seen="a")
    assert ask("client-logged", history(play)).outcome == "pass"


def test_a_message_that_is_not_logged():
    outcome = ask("client-logged", history(client(says("a"), says("b"), log="1 {a}\n", seen="a")))
    assert outcome.outcome == "fail"
    assert f"not in the log: 1 of 2 messages: {text('b')} (client 1)" in facts(outcome)
    assert outcome.findings[0].log == (f"1: 1 {text('a')}",)
    assert outcome.findings[0].cause == LOSES_MESSAGES


def test_nothing_is_logged_at_all():
    outcome = ask("client-logged", history(client(says("a"), says("b"))))
    assert outcome.outcome == "fail"
    assert outcome.findings[0].log == ()


@pytest.mark.parametrize(
    ("start", "name"), [(b"SQLite format 3\0", "SQLite"), (b"\x1f\x8b\x08", "gzip")]
)
def test_a_database_or_a_compressed_file_is_no_log(start, name):
    holds_it = start + b"\0" * 9 + text("a").encode()
    outcome = ask("client-logged", history(client(says("a"), log={"log.db": holds_it}, seen="a")))
    assert outcome.outcome == "fail"
    assert f"log.db is a {name} file, and no text" in facts(outcome)
    assert outcome.findings[0].cause.name == "not-text"
    beside = {"log.db": holds_it, "log.txt": "{a}\n"}
    assert ask("client-logged", history(client(says("a"), log=beside, seen="a"))).outcome == "pass"


def test_many_missing_messages_are_not_all_named():
    outcome = ask("client-logged", history(client(*(says(name) for name in "abcdef"))))
    assert "6 of 6" in facts(outcome)
    assert text("d") in facts(outcome)
    assert text("e") not in facts(outcome)
    assert " and others\n" in facts(outcome)


@pytest.mark.parametrize(
    ("failure", "seen"),
    [
        (
            is_stuck(thread("accept")),
            "it is blocked in `accept`, waiting for a client to connect, while",
        ),
        (is_stuck(thread("recv", file="client 2")), "in `recv`, waiting for client 2"),
        (
            is_stuck(thread("select", watches=("terminal",))),
            "`select`, watching the terminal, while data from client 1 is waiting to be read",
        ),
        (
            is_stuck(thread("select"), thread("futex")),
            "it has 2 threads: one in `select` and one in `futex`",
        ),
        (spins_on(), "it runs without ever pausing, while"),
        (spins_on("connection"), "client 1 is waiting to be accepted"),
        (refuses(), "client 1 could not connect (Connection refused)"),
        (ends(3), "the server exited on its own (exit status 3)"),
        (ends(None, 6), "killed by signal 6 (SIGABRT)"),
    ],
)
def test_it_reports_what_the_server_waits_in(failure, seen):
    outcome = ask("client-logged", history(scene("client", sends("a"), failure)))
    assert outcome.outcome == "fail"
    assert seen in facts(outcome)


def test_it_reports_where_ctrl_c_stopped_the_server():
    shown = (
        b"Traceback (most recent call last):\r\n"
        b'  File "/work/submission.py", line 9, in <module>\r\n    main()\r\n'
        b'  File "/work/submission.py", line 12, in main\r\n    data = c.recv(10)\r\n'
        b"KeyboardInterrupt\r\n"
    )
    stuck = scene("client", sends("a"), is_stuck(), terminal=shown)
    assert "at line 12: data = c.recv(10)" in facts(ask("client-logged", history(stuck)))
    ended = scene("client", sends("a"), ends(), terminal=shown)
    assert "Ctrl-C" not in facts(ask("client-logged", history(ended)))


# --- terminal-logged ---


def test_a_second_recv_of_the_same_client():
    reads = idles("one client, silent", thread("recv", file="client 1"))
    play = scene("client", says("a"), reads, says("b"), log="{b}\n")
    (finding,) = ask("client-logged", history(play)).findings
    assert "another `recv` from the same client" in str(finding.cause.hint)


def test_typed_lines_are_logged():
    outcome = ask("terminal-logged", right())
    assert (outcome.outcome, str(outcome.because)) == ("pass", "logged in server.log")


def test_a_typed_line_that_is_not_logged():
    outcome = ask("terminal-logged", history(scene("terminal", types("a"), types("b"), log="x")))
    assert outcome.outcome == "fail"
    assert f"2 of 2 messages: {text('a')} (the terminal)" in facts(outcome)
    assert "The line was read" in str(outcome.findings[0].cause.hint)


def test_a_typed_line_that_is_not_read():
    play = scene("terminal", types("a"), sends("b", "terminal"), is_stuck(), log="{a}")
    (finding,) = ask("terminal-logged", history(play)).findings
    assert "block the whole program" in str(finding.cause.hint)
    other = is_stuck(thread("pause"), waiting="line", source="terminal")
    play = scene("terminal", types("a"), sends("b", "terminal"), other, log="{a}")
    (finding,) = ask("terminal-logged", history(play)).findings
    assert "rlist" in str(finding.cause.hint)


def test_a_read_that_goes_on_to_the_end_of_typing():
    reads = idles("after typing", thread("read", file="terminal"))
    play = scene("terminal", types("a"), reads)
    (finding,) = ask("terminal-logged", history(play)).findings
    assert "to the end of all input" in str(finding.cause.hint)


def test_lost_typed_lines_need_not_be_exact():
    typed = scene("terminal", types("a"), types("b"), log=text("a")[:-2] + "\n")
    one = scene("client", says("c"), looks("settled", "c"), log="{c}\n")
    assert ask("exact-text", history(typed, one)).outcome == "pass"
    typed = scene("terminal", types("a"), types("b"), log=text("a")[:-2] + "\n{b}\n")
    assert ask("exact-text", history(typed, one)).outcome == "fail"


def test_a_terminal_that_nobody_reads():
    stuck = is_stuck(thread("accept"), waiting="line", source="terminal")
    outcome = ask("terminal-logged", history(scene("terminal", sends("a", "terminal"), stuck)))
    assert "a typed line is waiting to be read" in facts(outcome)


def test_a_server_that_ends_before_anything_was_typed():
    outcome = ask("terminal-logged", history(scene("terminal", ends(1), terminal=b"EOFError\n")))
    assert outcome.outcome == "fail"
    assert outcome.findings[0].terminal == ("EOFError",)


# --- one-log ---


@pytest.mark.parametrize(
    ("logs", "outcome"),
    [
        ({"log1": "{a}\n{t}\n", "log2": "{b}\n"}, "pass"),
        ({"log1": "{a}\n", "log2": "{t}\n{b}\n", "log3": "{c}\n"}, "pass"),
        ({"client1": "{a}\n{b}\n", "typed": "{t}\n"}, "fail"),
        ({"log1": "{a}\n{b}\n", "log2": "{t}\n"}, "fail"),
        ({"all": "{t}\n{a}\n{c}\n", "others": "{b}\n"}, "fail"),
    ],
)
def test_a_log_of_several_files_that_are_numbered_is_one(logs, outcome):
    steps = (says("a"), types("t"), says("b"), says("c"))
    assert ask("one-log", history(scene("together", *steps, log=logs))).outcome == outcome


def test_two_logs_are_not_one():
    play = scene("together", says("a"), types("b"), log={"c.log": "{a}", "t.log": "{b}"})
    outcome = ask("one-log", history(play))
    assert outcome.outcome == "fail"
    assert "typed lines are in t.log" in facts(outcome)
    assert "clients' messages are in c.log" in facts(outcome)


def test_files_that_are_numbered_in_the_middle_of_their_names_are_one_log():
    play = scene("together", says("a"), types("b"), says("c"),
                 log={"log.1.txt": "{a}\n{b}\n", "log.txt": "{c}\n"})  # fmt: skip
    assert ask("one-log", right(together=play)).outcome == "pass"


@pytest.mark.parametrize(("ports", "outcome"), [((50001, 50002), "fail"), ((40001, 40002), "pass")])
def test_a_file_for_each_client_is_not_one_log_though_all_is_written_to_the_newest(ports, outcome):
    first, second = ports
    steps = [
        *(connects("client 1", first), says("a"), says("b")),
        *(connects("client 2", second), types("c"), says("d"), says("e", "client 2")),
    ]
    files = {"log50001.txt": "{a}\n{b}\n", "log50002.txt": "{c}\n{d}\n{e}\n"}
    found = right(together=scene("together", *steps, log=files))
    assert ask("one-log", found).outcome == outcome
    for check in ("every-message", "exact-text", "own-record", "client-order", "arrival-order"):
        assert ask(check, found).outcome == "pass"


def test_one_log_may_have_a_clients_port_in_its_name():
    files = {"log50001.txt": "{a}\n{b}\n{c}\n"}
    steps = connects(port=50001), says("a"), types("b"), says("c")
    assert ask("one-log", right(together=scene("together", *steps, log=files))).outcome == "pass"


def test_one_log_may_have_others_beside_it():
    files = {"c.log": "{a}\n", "z.log": "{a}\n{b}\n", "t.log": "{b}\n"}
    outcome = ask("one-log", history(scene("together", says("a"), types("b"), log=files)))
    assert (outcome.outcome, str(outcome.because)) == ("pass", "both are in z.log")


def alone(typed, sent):
    return ask(
        "one-log",
        history(scene("terminal", types("a"), log=typed), scene("client", says("a"), log=sent)),
    )


def test_files_that_hold_one_message_each_are_no_log():
    steps = says("a"), types("b"), says("c")
    apart = {f"2024-05-01 12-00-00.{n}.txt": f"{{{m}}}\n" for n, m in enumerate("abc")}
    outcome = ask("one-log", history(scene("together", *steps, log=apart)))
    assert outcome.outcome == "fail"
    assert "each message is in a file of its own" in facts(outcome)
    for check in ("every-message", "arrival-order", "own-record"):
        assert ask(check, right(together=scene("together", *steps, log=apart))).outcome == "pass"


def test_a_nickname_beside_each_message_does_not_make_their_files_a_log():
    texts = ["{a} joined", "{t}", "{a}: {b}", "{a}: {c}"]
    apart = {f"2024-05-01 12-00-00.{n}.txt": f"{text}\n" for n, text in enumerate(texts)}
    play = scene("together", says("a"), types("t"), says("b"), says("c"), log=apart)
    outcome = ask("one-log", history(play))
    assert outcome.outcome == "fail"
    assert "each message is in a file of its own" in facts(outcome)


def test_files_of_which_any_holds_two_messages_are_a_log():
    apart = {f"2024-05-01 12-00-0{n}.txt": f"{{{m}}}\n" for n, m in enumerate("abc")}
    play = scene("together", says("a"), types("b"), says("c"), log=apart)
    assert ask("one-log", right(together=play)).outcome == "pass"  # in another play, one does
    two = {"2024-05-01 12-00-00.txt": "{a}\n", "2024-05-01 12-00-01.txt": "{b}\n"}
    play = scene("together", says("a"), types("b"), log=two)
    assert ask("one-log", history(play)).outcome == "pass"
    copies = {f"{name}.txt": f"{{{m}}}\n" for name, m in zip("pqrs", "abab", strict=True)}
    play = scene("together", says("a"), types("b"), log=copies)
    assert "a file of its own" not in facts(ask("one-log", history(play)))


def test_if_no_play_logs_both_the_names_decide():
    assert alone({"x": "{a}"}, {"x": "{a}"}).outcome == "pass"
    assert alone({"x": "{a}"}, {"y": "{a}"}).outcome == "fail"


def test_names_made_from_the_time_differ_from_play_to_play():
    outcome = alone({"log/2024-05-01 12:00:01.txt": "{a}"}, {"log/2024-05-01 12:00:02.txt": "{a}"})
    assert outcome.outcome == "pass"


def test_several_logs_in_each_play_one_of_them_the_same():
    assert alone({"all": "{a}", "t": "{a}"}, {"c": "{a}", "all": "{a}"}).outcome == "pass"


# --- what kept it from being logged ---


def dropped(*steps):
    play = scene("client", connects(), says("a"), *steps, log="{a}\n")
    return facts(ask("client-logged", history(play)))


CLOSED_BY_SERVER = [{"event": "closed-by-server", "source": "client 1"}]
CLOSED = "the server closed the connection to client 1, which had not disconnected"


def test_the_server_closed_the_connection():
    assert CLOSED in dropped(CLOSED_BY_SERVER, says("b"))


def test_a_connection_that_the_server_closed_is_not_one_of_several():
    alone = scene("client", connects(), says("a"), CLOSED_BY_SERVER, says("b"), log="{a}\n")
    (finding,) = ask("client-logged", history(alone)).findings
    assert finding.cause.name == "closes-its-only-client"


def test_a_connection_that_ends_with_the_server_or_its_client_is_not_reported():
    assert CLOSED not in dropped(says("b"), CLOSED_BY_SERVER, ends(1))
    assert CLOSED not in dropped(says("b"), leaves(), CLOSED_BY_SERVER)
    assert CLOSED not in dropped(says("b"))
    assert CLOSED not in dropped(CLOSED_BY_SERVER, says("b", "client 2"))
