"""The check starts."""

import pytest

from checks.histories import (
    ask,
    ends,
    facts,
    history,
    is_slow,
    is_stuck,
    lines,
    right,
    scene,
    spins_on,
    thread,
)
from grader.model.decoding import parse_event
from grader.model.history import read_history


def started(*steps, **rest):
    return ask("starts", history(scene("terminal", *steps, listening=False, **rest)))


def test_a_server_that_listens_passes_and_says_where():
    outcome = ask("starts", right())
    assert outcome.outcome == "pass"
    assert str(outcome.because) == "it listens on 0.0.0.0 port 8888"


def test_a_failure_after_listening_does_not_matter():
    assert ask("starts", history(scene("terminal", ends(1)))).outcome == "pass"


def test_a_program_that_ends():
    outcome = started(ends(1), terminal=b"Traceback\r\nNameError: name 'sokcet'\r\n")
    assert outcome.outcome == "fail"
    assert "it exited at once (exit status 1)" in facts(outcome)
    assert outcome.findings[0].terminal[-1] == "NameError: name 'sokcet'"
    assert "names the line and the name" in str(outcome.findings[0].cause.hint)


def test_an_error_without_a_special_hint():
    outcome = started(ends(1), terminal=b"Traceback\r\nZeroDivisionError: division by zero\r\n")
    assert "last line" in str(outcome.findings[0].cause.hint)


def test_a_program_that_is_killed():
    assert "killed by signal 11 (SIGSEGV)" in facts(started(ends(None, 11)))


def test_a_program_with_unknown_exit_status():
    assert "exit status unknown" in facts(started(ends(None)))


def test_python_cannot_parse_it():
    outcome = started(ends(1), terminal=b"SyntaxError: invalid")
    assert "Python cannot parse the program" in str(outcome.findings[0].cause.hint)


def test_an_address_of_the_students_own_computer():
    outcome = started(ends(1), terminal=b"OSError: [Errno 99] Cannot assign requested address\r\n")
    assert outcome.outcome == "fail"
    assert "'0.0.0.0'" in str(outcome.findings[0].cause.hint)


@pytest.mark.parametrize(
    ("step", "seen", "hint"),
    [
        (
            [{"event": "entered"}, *is_stuck(thread("read", file="terminal"), waiting="")],
            "in `read`, waiting for someone to type",
            "asks for input before it listens",
        ),
        (
            [{"event": "entered"}, *ends(1)],
            "and the grader pressed Enter",
            "nobody is there to answer",
        ),
        (is_slow(thread("select"), waiting=""), "it is blocked in `select`", "bind"),
        (spins_on(waiting=""), "and does not listen on any TCP port", "bind"),
        ([], "it does not listen on any TCP port", "bind"),
    ],
)
def test_a_program_that_does_not_listen(step, seen, hint):
    outcome = started(step)
    assert outcome.outcome == "fail"
    assert seen in facts(outcome)
    assert hint in str(outcome.findings[0].cause.hint)


def test_a_port_in_use_by_another_program_is_not_judged():
    shown = b"OSError: [Errno 98] Address already in use\r\n"
    outcome = started(ends(1), terminal=shown, taken=(22, 8888))
    assert outcome.outcome == "not-judged"
    assert "22 and 8888" in str(outcome.because)


def test_a_port_in_use_by_the_program_itself_fails():
    shown = b"OSError: [Errno 98] Address already in use\r\n"
    assert started(ends(1), terminal=shown).outcome == "fail"


@pytest.mark.parametrize(
    ("signal", "size", "limit"),
    [(9, None, "memory"), (24, None, "CPU time"), (None, 16 << 20, "file size")],
)
def test_a_limit_that_it_meets_is_the_programs_fault(signal, size, limit):
    outcome = started(ends(None if signal else 1, signal), log="x", size=size)
    assert outcome.outcome == "fail"
    assert f"limit on {limit}" in facts(outcome)


def test_the_terminal_is_quoted_readably():
    cut = "早".encode() * 5000  # its last 8192 bytes begin within a character
    red = b"\x1b[31mred\x1b[0m\a\r\n"
    shown = red + cut + b"\n" + "出错了".encode() + b"\n"
    assert started(ends(1), terminal=shown).findings[0].terminal == ("出错了",)
    assert started(ends(1), terminal=red).findings[0].terminal == ("red",)


def test_the_program_is_quoted_under_its_own_name():
    shown = b'  File "/work/1/course/homework/submission.py", line 3\r\nValueError\r\n'
    events = lines(scene("terminal", ends(1), listening=False, terminal=shown))
    given = read_history(map(parse_event, events), r"zhang\1.py")
    assert ask("starts", given).findings[0].terminal[0] == r'  File "zhang\1.py", line 3'


def test_the_python_version_that_cannot_parse_it():
    shown = b"  File \"/w/submission.py\", line 3\r\nSyntaxError: f-string: expecting '}'\r\n"
    assert "it was run with Python 3.12.1" in facts(started(ends(1), terminal=shown))
    assert "it was run with Python" not in facts(started(ends(1), terminal=b"NameError: x\r\n"))


def test_a_program_that_accepts_enter_as_input():
    outcome = ask("starts", history(scene("terminal", [{"event": "entered"}])))
    assert outcome.outcome == "pass"
    assert "the grader pressed Enter" in " ".join(map(str, outcome.advice))


@pytest.mark.parametrize(
    ("source", "step", "terminal", "cause"),
    [
        (b"s = socket(type=SOCK_DGRAM)", is_slow(thread("select"), waiting=""), b"", "udp"),
        (b"s = socket()", is_slow(thread("select"), waiting=""), b"", "never-listens"),
        (b"main", ends(1), b"", "exits-at-start"),
        (b"main", ends(0), b"", "does-nothing"),
        (b"main", ends(0), b"bye\r\n", "exits-at-start"),
        (b"main", ends(0), b"Usage: server.py PORT\r\n", "needs-arguments"),
        (b"main", ends(1), "用法: server.py 端口\r\n".encode(), "needs-arguments"),
        (b"main", ends(2), b"error: the following arguments are required: port\r\n",
         "needs-arguments"),
    ],
)  # fmt: skip
def test_why_a_program_does_not_listen(source, step, terminal, cause):
    play = scene("terminal", step, listening=False, terminal=terminal)
    (finding,) = ask("starts", history(play, source=source)).findings
    assert finding.cause.name == cause


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        (b"socket.socket(socket.AF_UNIX)", "unix-socket"),
        (b"socket.socket(type=socket.SOCK_DGRAM)", "udp"),
        (b"socket.socket()", "never-listens"),
    ],
)
def test_a_socket_of_another_kind(source, cause):
    waits = is_stuck(thread("select"), waiting="")
    outcome = ask("starts", history(scene("terminal", waits, listening=False), source=source))
    assert outcome.findings[0].cause.name == cause
