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
from checks.losses import ERROR, cause_of, lost

SELECT = b"import select\nselect.select([], [], [])\n"
FOR_LINE = SELECT + b"for line in sys.stdin:\n    f.write(line)\n"
FOR_READY = SELECT + b"for r in rs:\n    for line in r:\n        f.write(line)\n"
OPENS = b"f = open('log.txt', 'a')\n"


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
        (ends(1), SELECT, "loop-ends"),
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


WATCHING = idles("one client, silent", thread(watches=("listening socket", "client 1")))


@pytest.mark.parametrize(
    ("stuck_in_select", "alone", "who"),
    [
        (is_stuck(thread(watches=("listening socket",)), waiting="line", source="terminal"),
         thread("read", file="terminal"), "the terminal"),
        (is_stuck(thread(watches=("terminal",)), waiting="connection"),
         thread("accept", file="listening socket"), "the listening socket"),
        (is_stuck(thread(watches=("terminal", "listening socket"))),
         thread("recv", file="client 2"), "clients"),
    ],
)  # fmt: skip
def test_who_is_waited_for_alone_and_never_watched_is_one_cause(stuck_in_select, alone, who):
    run = history(
        scene("terminal", types("a"), stuck_in_select),
        scene("client", connects(), says("a"), is_stuck(alone), looks("settled")),
        source=SELECT,
    )
    for check in ("terminal-logged", "client-logged"):
        cause = ask(check, run).findings[0].cause
        assert (cause.name, str(cause.hint.values["who"])) == ("waits-apart", who)


def test_who_is_also_watched_is_not_waited_for_apart():
    run = history(
        scene("terminal", types("a"), WATCHING),
        scene("client", says("a"), is_stuck(thread("recv", file="client 2")), looks("settled")),
        source=SELECT,
    )
    assert ask("client-logged", run).findings[0].cause.name == "blocks"


def test_a_server_that_receives_again_does_so_in_all_plays():
    receives = idles("one client, silent", thread("recv", file="client 1"))
    run = history(
        scene("client", says("a"), receives, looks("settled", "a"), log="{a}\n"),
        scene("together", says("a"), is_stuck(thread("recv", file="client 2"))),
        source=SELECT,
    )
    for check in ("every-message", "waits-in-select"):
        assert ask(check, run).findings[0].cause.name == "second-recv"


@pytest.mark.parametrize(
    ("source", "interrupted", "cause"),
    [
        (b"print(f.readline())\nlog(f.readline())", "", "second-readline"),
        (b"log(f.read())", "", "reads-to-the-end"),
        (b"log(f.readlines())", "", "reads-to-the-end"),
        (b"log(f.read(), f.readline())", "log(f.readline())", "second-readline"),
        (FOR_LINE, "", "reads-to-the-end"),
        (b"if", "", "reads-to-the-end"),
    ],
)
def test_a_server_that_reads_more_than_a_line(source, interrupted, cause):
    shown = b""
    if interrupted:
        shown = ERROR.replace(b"f.write(data)", interrupted.encode())
        shown = b"^C" + shown.rpartition(b"TypeError")[0] + b"KeyboardInterrupt\r\n"
    reads = idles("after typing", thread("read", file="terminal"))
    said = types("a"), types("b"), reads, looks("settled")
    found = cause_of("terminal-logged", "terminal", *said, source=source, terminal=shown)
    assert found.name == cause


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
        (b"if not c.recv(99):\n    pass", True),
        (b"if c.recv(99) == b'' or left:\n    pass", True),
        (b"while len(c.recv(99)) > 0:\n    f.write(c.recv(99))", True),
        (b"c.recv(99)", True),
        (b"c.recv(99).decode()", True),
        (b"if text := c.recv(99):\n    f.write(text)", False),
        (b"f.write(c.recv(99))", False),
        (b"if save(c.recv(99)):\n    pass", False),
        (b"if c.recv(99, MSG_PEEK):\n    f.write(c.recv(99))", False),
        (b"input()", False),
    ],
)
def test_a_client_text_is_read_and_dropped(source, drops):
    once = source.count(b"recv(") == 1
    cause = "follow-the-text" if once else "client-text-unused"
    cause = "drops-what-it-reads" if drops else cause
    assert lost(says("a"), source=source, log="x\n") == cause


def test_a_typed_line_is_read_and_dropped():
    said = types("a"), looks("settled")
    for source, cause in [
        (b"if r.readline():\n    f.write(input())", "drops-what-it-reads"),
        (b"if c.recv(99):\n    f.write(input())", "follow-the-line"),
        (b"if c.recv(99):\n    f.write(input() or input())", "line-unused"),
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


def test_only_the_latest_message_is_kept_even_if_it_is_not_asked_for():
    said = says("a"), says("b"), says("c", tail=" 你好")
    assert lost(*said, log="{c}\n", seen="") == "opens-with-w"


@pytest.mark.parametrize(
    ("source", "cause"),
    [(b"f.seek(0)", "writes-over"), (b"f.truncate()", "writes-over"), (b"", "opens-with-w")],
)
def test_the_earlier_part_is_written_over(source, cause):
    said = [says(name) for name in "abcd"]
    assert lost(*said, log="{c}\n{d}\n", seen="cd", source=source) == cause
    assert lost(*said, log="{c}\n{d}\n", seen="abcd", source=source) == cause


@pytest.mark.parametrize(
    ("together", "client", "cause"),
    [
        ("{a}{b}{c}{d}", "{a}{b}", "written-by-the-lot"),
        ("{a}{b}{c}{d}", "", "written-by-the-lot"),
        ("{a}{b}{c}{d}{e}", "{a}{b}", "written-with-the-next"),
        ("{a}{b}{d}{e}", "{a}{b}", "written-with-the-next"),
        ("{a}{b}", "{a}{b}", "written-with-the-next"),
    ],
)
def test_so_many_messages_are_written_at_a_time(together, client, cause):
    on_the_same_server = scene("return", *map(says, "abc"), log="{a}\n{b}\n{c}\n")
    run = history(
        scene("client", *map(says, "abc"), looks("settled"), log=client),
        scene("together", *map(says, "abcde"), log=together),
        [{**e, "fresh": False} if e["event"] == "scenario" else e for e in on_the_same_server],
    )
    assert ask("client-logged", run).findings[0].cause.name == cause


CLOSES = b"try:\n    f.write(d)\nexcept Exception as e:\n    c.close()\n"


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        (CLOSES, "hides-errors"),
        (CLOSES.replace(b"c.close()", b"print('oh'); break"), "hides-errors"),
        (CLOSES.replace(b"c.close()", b"c.close(); print(e)"), None),
        (CLOSES.replace(b"c.close()", b"c.close(); raise"), None),
        (CLOSES.replace(b"c.close()", b"c.close(); traceback.print_exc()"), None),
        (CLOSES.replace(b"c.close()", b"print('oh')"), None),
        (CLOSES.replace(b"Exception", b"OSError"), None),
    ],
)
def test_an_error_that_is_not_shown_may_close_a_connection_or_end_the_server(source, cause):
    dropped = [{"event": "closed-by-server", "source": "client 1"}]
    source = b"while 1:\n    " + source.replace(b"\n", b"\n    ") + b"\n"
    assert lost(says("a"), dropped, source=source) == (cause or "closes-its-only-client")
    assert lost(says("a"), ends(0), source=source) == (cause or "loop-ends")


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
