"""Findings about errors, about messages that vanished, and about what select does not watch."""

import pytest

from checks.histories import (
    ask,
    ends,
    facts,
    history,
    is_stuck,
    looks,
    says,
    scene,
    text,
    thread,
)

CHINESE = " 你好，服务端"


def client(*steps, log="", seen=(), **rest):
    return scene("client", *steps, looks("settled", *seen), log=log, **rest)


# --- what is said of an error that the terminal shows ---

ERROR = (
    b"Traceback (most recent call last):\r\n"
    b'  File "/work/1/course/homework/submission.py", line 9, in <module>\r\n'
    b"    f.write(data)\r\n"
    b"TypeError: write() argument must be str, not bytes\r\n"
)
CTRL_C = b"^CTraceback (most recent call last):\r\n  ...\r\nKeyboardInterrupt\r\n"


@pytest.mark.parametrize("step", [ends(1), []])
def test_an_error_is_shown_and_explained_whether_the_server_ends_or_runs_on(step):
    behind = CTRL_C if not step else b""
    play = client(says("a"), step, seen="", terminal=b"hello\r\n" + ERROR + behind)
    (finding,) = ask("client-logged", history(play)).findings
    assert 'File "submission.py", line 9, in <module>' in finding.terminal[-3]
    assert finding.terminal[-1] == "TypeError: write() argument must be str, not bytes"
    assert "returns bytes, and typed text is a string" in str(finding.cause.hint)


def test_terminal_output_without_an_error_is_left_out():
    play = client(says("a"), says("b"), seen="", log="{b}\n", terminal=b"hello\r\n" + CTRL_C)
    (finding,) = ask("client-logged", history(play)).findings
    assert finding.terminal == ()
    assert "recv" in str(finding.cause.hint)


def test_if_nothing_is_logged_an_error_that_the_program_prints_is_shown():
    caught = "写日志失败: write() argument must be str, not bytes\r\n".encode()
    (finding,) = ask(
        "client-logged", history(client(says("a"), seen="", terminal=caught + CTRL_C))
    ).findings
    assert finding.terminal == ("写日志失败: write() argument must be str, not bytes",)
    assert "returns bytes, and typed text is a string" in str(finding.cause.hint)


def test_a_traceback_is_found_above_other_output():
    play = client(says("a"), seen="", terminal=ERROR + b"and on\r\n" * 30 + CTRL_C)
    (finding,) = ask("client-logged", history(play)).findings
    assert finding.terminal[-1] == "TypeError: write() argument must be str, not bytes"


def test_the_hint_if_all_written_text_is_gone():
    (finding,) = ask("client-logged", history(client(says("a"), says("b"), seen="b"))).findings
    assert "is gone again" in str(finding.cause.hint)


def test_a_message_that_vanished_is_reported():
    play = client(says("a"), says("b"), seen="ab", log="{b}\n")
    assert f"{text('a')} (client 1) was in the file earlier" in facts(
        ask("client-logged", history(play))
    )


def test_a_message_that_the_agent_still_finds_has_not_vanished():
    play = scene("client", says("a"), looks("settled", "a"), looks("stopped", "a"), log="-\n")
    assert "was in the file earlier" not in facts(ask("client-logged", history(play)))


def test_the_hint_if_only_the_later_part_is_left():
    play = client(*(says(name) for name in "abcd"), seen="", log="{c}\n{d}\n")
    (finding,) = ask("client-logged", history(play)).findings
    assert "starts with an empty file" in str(finding.cause.hint)


@pytest.mark.parametrize(
    ("waiting", "who"), [("connection", "listening socket"), ("text", "client 1")]
)
def test_the_hint_names_what_select_does_not_watch(waiting, who):
    watches = tuple({"terminal", "listening socket", "client 1"} - {who})
    play = client(says("a"), is_stuck(thread("select", watches=watches), waiting=waiting), seen="")
    (finding,) = ask("client-logged", history(play)).findings
    assert f"Was {'the ' if who[0] == 'l' else ''}{who} ever put in" in str(finding.cause.hint)


def test_the_hint_if_the_server_dropped_a_client():
    gone = [{"event": "closed-by-server", "source": "client 1"}]
    play = client(says("a"), gone, says("b"), seen="a", log="{a}\n")
    (finding,) = ask("client-logged", history(play)).findings
    assert "no variable refers to its socket" in str(finding.cause.hint)


def test_possible_nicknames_do_not_look_like_an_emptied_file():
    chat = says("a"), says("b", "client 2"), says("c"), says("d", "client 2")
    play = scene("together", *chat, log="{c}\n{d}\n")
    (finding,) = ask("every-message", history(play)).findings
    assert "starts with an empty file" not in str(finding.cause.hint)


@pytest.mark.parametrize(
    ("log", "said", "shown"),
    [
        ("", "it has written nothing to any file", ()),
        (
            "started\nclient came\n",
            "not in the log: 1 of 1",
            ("1: started", "2: client came"),
        ),
    ],
)
def test_if_no_message_is_logged_the_file_is_shown(log, said, shown):
    outcome = ask("client-logged", history(client(says("a"), log=log)))
    assert said in facts(outcome)
    assert ("written nothing" in facts(outcome)) == (not log)
    assert outcome.findings[0].log == shown


def test_an_exited_server_is_not_said_to_have_written_nothing():
    assert "written nothing" not in facts(ask("client-logged", history(client(says("a"), ends(1)))))


@pytest.mark.parametrize(
    ("where", "held"),
    [
        (thread("accept", file="listening socket"), True),
        (thread("recv", file="client 2"), True),
        (thread("poll", timed=True, watches=("listening socket",)), True),
        (thread("read", file="terminal"), True),
        (thread("sleep", timed=True), False),
    ],
)
def test_the_hint_for_a_blocking_call(where, held):
    play = client(says("a"), is_stuck(where))
    (finding,) = ask("client-logged", history(play)).findings
    assert ("block the whole program" in str(finding.cause.hint)) == held


def test_of_many_dropped_clients_the_first_are_named():
    speak = [says("a", f"client {number}") for number in (10, 2, 1, 3, 11, 12)]
    gone = [[{"event": "closed-by-server", "source": step[0]["source"]}] for step in speak]
    sent = [[{**step[0], "message": f"m{i}"}, *step[1:]] for i, step in enumerate(speak)]
    outcome = ask("crowd", history(scene("crowd", *sent, *gone)))
    assert "to client 1, client 2, client 3, client 10 and others" in facts(outcome)


@pytest.mark.parametrize(
    ("logged", "hint"), [(CHINESE[:4], "split, strip, upper, slices"), (" ????", "encode")]
)
def test_the_hint_for_a_cut_text_is_not_about_encodings(logged, hint):
    play = client(says("a", tail=CHINESE), log=text("a", logged))
    (finding,) = ask("exact-text", history(play)).findings
    assert hint in str(finding.cause.hint)


def test_input_of_one_kind_is_described_once_with_its_sources():
    (stuck,) = is_stuck(thread("recv", file="client 9"))
    crowd = [{"source": f"client {i}", "what": "text", "size": 1} for i in range(1, 7)]
    typed = {"source": "terminal", "what": "line", "size": 1}
    play = client(says("a"), [{**stuck, "waiting": [*crowd, typed]}])
    outcome = facts(ask("client-logged", history(play)))
    assert "data from client 1, client 2, client 3, client 4 and 2 others is waiting" in outcome
    assert "to be read and a typed line is waiting to be read" in outcome


def test_clients_that_wait_to_be_accepted_are_counted():
    (stuck,) = is_stuck(thread("recv", file="client 9"))
    two = [{"source": f"client {i}", "what": "connection", "size": 1} for i in (1, 2)]
    play = client(says("a"), [{**stuck, "waiting": two}])
    outcome = facts(ask("client-logged", history(play)))
    assert "client 1 and client 2 are waiting to be accepted" in outcome
