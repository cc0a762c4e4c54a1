"""What is to blame if a server does not read or log all that it was sent."""

import pytest

from checks.histories import (
    ask,
    connects,
    ends,
    history,
    idles,
    is_slow,
    is_stuck,
    looks,
    refuses,
    says,
    scene,
    sends,
    spins_on,
    thread,
    types,
)

SELECT = b"import select\nselect.select([], [], [])\n"
FOR_LINE = SELECT + b"for line in sys.stdin:\n    f.write(line)\n"
FOR_READY = SELECT + b"for r in rs:\n    for line in r:\n        f.write(line)\n"
OPENS = b"f = open('log.txt', 'a')\n"
ERROR = (
    b"Traceback (most recent call last):\r\n"
    b'  File "/work/1/submission.py", line 9, in <module>\r\n'
    b"    f.write(data)\r\n"
    b"TypeError: write() argument must be str, not bytes\r\n"
)


def cause_of(check, *steps, source=b"", **rest):
    outcome = ask(check, history(scene(*steps, **rest), source=source))
    return outcome.findings[0].cause


def lost(*steps, source=b"", **rest):
    """The cause for a server that logged nothing of a client's, or only what ``rest`` has."""
    looked = looks("settled", *rest.pop("seen", ()))
    return cause_of("client-logged", "client", *steps, looked, source=source, **rest).name


# --- it is blocked, or has ended ---


@pytest.mark.parametrize(
    ("failure", "source", "cause"),
    [
        (is_stuck(thread("recv", file="client 2")), SELECT, "blocks"),
        (is_stuck(thread("read", file="terminal")), SELECT, "blocks"),
        (is_stuck(thread("read", file="terminal")), FOR_LINE, "reads-to-the-end"),
        (is_stuck(thread("read", file="terminal")), FOR_READY, "reads-to-the-end"),
        (is_stuck(thread("recv", file="client 2")), FOR_LINE, "blocks"),
        (is_stuck(thread("recv", file="client 2")), b"", "blocks"),
        (is_stuck(thread("recv", file="client 2")), b"x = y", "no-select"),
        (is_stuck(thread("futex")), SELECT, "waits-for-a-lock"),
        (is_stuck(thread("accept"), thread("futex")), SELECT, "waits-for-a-lock"),
        (is_stuck(thread("recv", file="client 2"), thread("futex")), SELECT, "blocks"),
        (is_slow(thread("sleep", timed=True)), SELECT, "sleeps"),
        (is_stuck(thread("select", watches=("terminal",))), SELECT, "not-in-rlist"),
        (refuses(), SELECT, "closes-the-listener"),
        (spins_on(), SELECT, "ready-not-read"),
        (ends(0), SELECT, "loop-ends"),
        (ends(1), SELECT, "client-text-unused"),
        (ends(None, 11), SELECT, "client-text-unused"),
    ],
)
def test_where_it_is_blocked_and_how_it_ended(failure, source, cause):
    assert lost(connects(), sends("a"), failure, source=source) == cause


@pytest.mark.parametrize(
    ("threads", "processes", "cause"),
    [
        ([thread("recv", file="client 1")], 1, "second-recv"),
        ([thread("accept"), thread("recv", file="client 1")], 1, "client-text-unused"),
        ([thread("recv", file="client 1")], 2, "client-text-unused"),
    ],
)
def test_a_thread_or_a_process_of_its_own_may_wait_for_a_client(threads, processes, cause):
    seen = idles("one client, silent", *threads, processes=processes)
    assert lost(says("a"), seen, log="x\n") == cause


# --- it went on ---


@pytest.mark.parametrize(
    ("source", "files", "cause"),
    [
        (b"while run: pass\n" + OPENS, {}, "never-gets-to-the-log"),
        (b"while run: pass\n" + OPENS, {"log.txt": ""}, "client-text-unused"),
        (b"def save():\n    " + OPENS + b"while run: pass\nsave()", {}, "never-gets-to-the-log"),
        (b"while run:\n    " + OPENS, {}, "client-text-unused"),
        (OPENS + b"while run: pass", {}, "client-text-unused"),
        (b"import os\nos._exit(0)", {"log.txt": ""}, "never-flushed"),
        (b"import logging\nlogging.info('x')", {"log.txt": ""}, "logging-level"),
        (b"import logging\nlogging.info('x')", {"log.txt": "x"}, "client-text-unused"),
        (b"import logging\nlogging.basicConfig(level=10)\nlogging.info('x')", {"log.txt": ""},
         "client-text-unused"),
        (b"try: f.write(b'')\nexcept: pass", {"log.txt": "x"}, "hides-errors"),
        (b"try: f.write(b'')\nexcept TypeError: continue_()", {"log.txt": "x"},
         "client-text-unused"),
        (b"try: f.write(b'')\nexcept OSError: pass", {"log.txt": "x"}, "client-text-unused"),
        (b"try: s.close()\nexcept: pass", {"log.txt": "x"}, "client-text-unused"),
        (b"if", {"log.txt": "x"}, "client-text-unused"),
    ],
)  # fmt: skip
def test_what_the_source_says_decides_between_causes_of_a_lost_text(source, files, cause):
    assert lost(says("a"), source=source, log=files) == cause


@pytest.mark.parametrize(
    ("source", "drops"),
    [
        (b"if not c.recv(9):\n    pass", True),
        (b"if c.recv(9) == b'' or left:\n    pass", True),
        (b"while len(c.recv(9)) > 0:\n    f.write(c.recv(9))", True),
        (b"c.recv(9)", True),
        (b"c.recv(9).decode()", True),
        (b"if text := c.recv(9):\n    f.write(text)", False),
        (b"f.write(c.recv(9))", False),
        (b"if save(c.recv(9)):\n    pass", False),
        (b"if c.recv(9, MSG_PEEK):\n    f.write(c.recv(9))", False),
        (b"input()", False),
    ],
)
def test_a_client_text_is_read_and_dropped(source, drops):
    cause = "drops-what-it-reads" if drops else "client-text-unused"
    assert lost(says("a"), source=source, log="x\n") == cause


def test_a_typed_line_is_read_and_dropped():
    said = types("a"), looks("settled")
    for source, cause in [
        (b"if r.readline():\n    f.write(input())", "drops-what-it-reads"),
        (b"if c.recv(9):\n    f.write(input())", "line-unused"),
    ]:
        found = cause_of("terminal-logged", "terminal", *said, source=source, log="x\n")
        assert found.name == cause


def test_a_hint_names_the_line():
    play = scene("client", says("a"), looks("settled"), log="x\n")
    source = b"try:\n    f.write(d)\nexcept  Exception :\n    pass\n"
    (finding,) = ask("client-logged", history(play, source=source)).findings
    assert "Line 3 catches errors" in str(finding.cause.hint)
    assert "except  Exception :" in str(finding.cause.hint)


def test_a_server_that_was_killed_has_not_flushed():
    assert lost(says("a"), log={"log.txt": ""}, by="sigkill") == "never-flushed"


def test_only_some_of_the_messages_are_lost():
    said = [says(name) for name in "abc"]
    assert lost(*said, log="{b}\n{c}\n", seen="bc") == "first-message-taken"
    assert lost(*said, log="{a}\n{c}\n", seen="ac") == "loses-messages"
    assert lost(*said, log="{c}\n", seen="c") == "opens-with-w"
    assert lost(*said, log="{a}\n{b}\n", seen="ab") == "written-with-the-next"


def together(*steps, log, **rest):
    return cause_of("every-message", "together", *steps, log=log, **rest).name


def test_what_was_sent_at_once_may_be_overlooked():
    at_once = says("a"), sends("b"), sends("c", "client 2"), says("d", "client 2")
    assert together(*at_once, log="{a}\n{c}\n{d}\n") == "not-each-ready"
    alone = says("a"), says("b"), says("c", "client 2"), says("d", "client 2")
    assert together(*alone, log="{a}\n{c}\n{d}\n") == "loses-messages"


def test_the_first_message_of_one_client_only_is_not_taken_for_a_name():
    said = says("a"), says("b"), says("c", "client 2"), says("d", "client 2"), types("e")
    assert together(*said, log="{b}\n{d}\n{e}\n") == "first-message-taken"
    assert together(*said, log="{a}\n{b}\n{d}\n{e}\n") == "loses-messages"


# --- an error that is not to blame ---


@pytest.mark.parametrize(
    ("by", "terminal", "cause"),
    [
        ("ctrl-c", ERROR + b"^C", "bytes-and-text"),
        ("ctrl-c", b"^C" + ERROR, "client-text-unused"),
        ("second ctrl-c", b"^C\r\n" + ERROR + b"^C", "client-text-unused"),
        ("itself", ERROR, "client-text-unused"),
        ("itself", ERROR + b"on and on\r\n" + ERROR, "bytes-and-text"),
        ("itself", ERROR + b"on and on\r\n", "bytes-and-text"),
    ],
)
def test_an_error_after_the_clients_left_does_not_explain_what_was_lost_before(by, terminal, cause):
    assert lost(says("a"), log="x\n", by=by, terminal=terminal) == cause
