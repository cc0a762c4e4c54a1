"""What a finding says of an error, of what is gone, and of what nobody watches."""

import pytest

from checks.histories import (
    ask,
    ends,
    history,
    is_stuck,
    looks,
    says,
    scene,
    text,
    thread,
    told,
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
    assert "returns bytes, and typed text is a string" in str(finding.hint)


def test_what_a_terminal_shows_without_an_error_is_left_out():
    play = client(says("a"), says("b"), seen="", log="{b}\n", terminal=b"hello\r\n" + CTRL_C)
    (finding,) = ask("client-logged", history(play)).findings
    assert finding.terminal == ()
    assert "recv" in str(finding.hint)


def test_where_nothing_is_written_an_error_that_the_program_prints_itself_is_shown():
    caught = "写日志失败: write() argument must be str, not bytes\r\n".encode()
    (finding,) = ask(
        "client-logged", history(client(says("a"), seen="", terminal=caught + CTRL_C))
    ).findings
    assert finding.terminal == ("写日志失败: write() argument must be str, not bytes",)
    assert "returns bytes, and typed text is a string" in str(finding.hint)


def test_an_error_that_was_caught_by_its_thread_is_found_above_other_output():
    play = client(says("a"), seen="", terminal=ERROR + b"and on\r\n" * 30 + CTRL_C)
    (finding,) = ask("client-logged", history(play)).findings
    assert finding.terminal[-1] == "TypeError: write() argument must be str, not bytes"


def test_where_all_that_was_written_is_gone_again_the_hint_is_of_that():
    (finding,) = ask("client-logged", history(client(says("a"), says("b"), seen="b"))).findings
    assert "is gone again" in str(finding.hint)


def test_where_the_file_is_there_and_empty_the_hint_is_of_what_keeps_text_from_it():
    (finding,) = ask("client-logged", history(client(says("a"), log={"log.txt": ""}))).findings
    assert "`flush` or `close`" in str(finding.hint)


def test_what_was_in_the_file_and_is_no_longer_is_told():
    play = client(says("a"), says("b"), seen="ab", log="{b}\n")
    assert f"{text('a')} (client 1) was in the file earlier" in told(
        ask("client-logged", history(play))
    )


def test_what_the_agent_sees_to_the_end_is_not_gone():
    play = scene("client", says("a"), looks("settled", "a"), looks("stopped", "a"), log="-\n")
    assert "was in the file earlier" not in told(ask("client-logged", history(play)))


def test_where_only_the_later_part_is_there_the_hint_is_the_files_mode():
    play = client(*(says(name) for name in "abcd"), seen="", log="{c}\n{d}\n")
    (finding,) = ask("client-logged", history(play)).findings
    assert "starts with an empty file" in str(finding.hint)


@pytest.mark.parametrize(
    ("waiting", "who"), [("connection", "listening socket"), ("text", "client 1")]
)
def test_where_select_does_not_watch_what_waits_the_hint_names_it(waiting, who):
    watches = tuple({"terminal", "listening socket", "client 1"} - {who})
    play = client(says("a"), is_stuck(thread("select", watches=watches), waiting=waiting), seen="")
    (finding,) = ask("client-logged", history(play)).findings
    assert f"Was {'the ' if who[0] == 'l' else ''}{who} ever put in" in str(finding.hint)


def test_where_a_client_was_dropped_the_hint_is_what_holds_it():
    gone = [{"event": "closed-by-server", "source": "client 1"}]
    play = client(says("a"), gone, says("b"), seen="a", log="{a}\n")
    (finding,) = ask("client-logged", history(play)).findings
    assert "no variable refers to its socket" in str(finding.hint)


def test_what_may_have_been_taken_for_names_was_not_emptied():
    chat = says("a"), says("b", "client 2"), says("c"), says("d", "client 2")
    play = scene("together", *chat, log="{c}\n{d}\n")
    (finding,) = ask("every-message", history(play)).findings
    assert "starts with an empty file" not in str(finding.hint)


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
def test_where_no_message_is_logged_the_file_is_shown(log, said, shown):
    outcome = ask("client-logged", history(client(says("a"), log=log)))
    assert said in told(outcome)
    assert ("written nothing" in told(outcome)) == (not log)
    assert outcome.findings[0].log == shown


def test_of_one_that_has_ended_it_goes_without_saying_that_it_wrote_nothing():
    assert "written nothing" not in told(ask("client-logged", history(client(says("a"), ends(1)))))


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
def test_a_call_that_holds_the_program_has_a_hint_of_its_own(where, held):
    play = client(says("a"), is_stuck(where))
    (finding,) = ask("client-logged", history(play)).findings
    assert ("block the whole program" in str(finding.hint)) == held


def test_of_many_dropped_clients_some_are_named_by_their_numbers():
    speak = [says("a", f"client {number}") for number in (10, 2, 1, 3, 11, 12)]
    gone = [[{"event": "closed-by-server", "source": step[0]["source"]}] for step in speak]
    sent = [[{**step[0], "message": f"m{i}"}, *step[1:]] for i, step in enumerate(speak)]
    outcome = ask("crowd", history(scene("crowd", *sent, *gone)))
    assert "to client 1, client 2, client 3, client 10 and others" in told(outcome)


@pytest.mark.parametrize(
    ("logged", "hint"), [(CHINESE[:4], "split, strip, upper, slices"), (" ????", "encode")]
)
def test_a_text_that_is_cut_is_no_matter_of_encodings(logged, hint):
    play = client(says("a", tail=CHINESE), log=text("a", logged))
    (finding,) = ask("exact-text", history(play)).findings
    assert hint in str(finding.hint)


def test_input_of_one_kind_is_described_once_with_its_sources():
    (stuck,) = is_stuck(thread("recv", file="client 9"))
    crowd = [{"source": f"client {i}", "what": "text", "size": 1} for i in range(1, 7)]
    typed = {"source": "terminal", "what": "line", "size": 1}
    play = client(says("a"), [{**stuck, "waiting": [*crowd, typed]}])
    outcome = told(ask("client-logged", history(play)))
    assert "data from client 1, client 2, client 3, client 4 and 2 others is waiting" in outcome
    assert "to be read and a typed line is waiting to be read" in outcome


def test_clients_that_wait_to_be_accepted_are_counted():
    (stuck,) = is_stuck(thread("recv", file="client 9"))
    two = [{"source": f"client {i}", "what": "connection", "size": 1} for i in (1, 2)]
    play = client(says("a"), [{**stuck, "waiting": two}])
    outcome = told(ask("client-logged", history(play)))
    assert "client 1 and client 2 are waiting to be accepted" in outcome
