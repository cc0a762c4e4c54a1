"""What the server's terminal showed, as a report shows it."""

from checks.histories import play
from grader.checks.terminal_output import (
    interrupted_at,
    quote_traceback,
    terminal_before_stop,
    terminal_screen,
    terminal_tail,
    tracebacks,
)


def test_a_screen_keeps_its_blank_lines():
    shown = play(terminal=b"\r\none\r\n\r\ntwo\r\n\r\n\r\n")
    assert terminal_screen(shown, 9) == ("", "one", "", "two")
    assert terminal_screen(shown, 3) == ("one", "", "two")
    assert terminal_screen(shown, 1) == ("two",)


def test_an_empty_screen_is_not_shown():
    assert terminal_screen(play(), 9) == ()
    assert terminal_screen(play(terminal=b" \r\n\r\n"), 9) == ()


def test_the_lines_of_a_screen_are_cut():
    assert terminal_screen(play(terminal=b"x" * 201), 9) == ("x" * 200 + "…",)


def test_the_last_lines():
    nine = b"".join(b"%d\r\n" % number for number in range(9))
    assert terminal_tail(play(terminal=nine)) == tuple("12345678")
    assert terminal_tail(play(terminal=nine), 2) == ("7", "8")
    assert terminal_tail(play(terminal=b"10%\r20%\rdone\r\n")) == ("10%", "20%", "done")
    assert terminal_tail(play(terminal=b"x" * 201)) == ("x" * 200 + "…",)


def test_a_long_output_begins_with_a_whole_line():
    a, b = b"a" * 4095 + b"\n", b"b" * 4095 + b"\n"
    assert terminal_tail(play(terminal=a + b)) == ("a" * 200 + "…", "b" * 200 + "…")
    assert terminal_tail(play(terminal=b"x\n" + a + b)) == ("b" * 200 + "…",)


def test_the_last_lines_before_the_server_was_stopped():
    shown = b"bye\r\n^C\r\n" + b"x" * 201 + b"\r\n^CTraceback\r\n"
    assert terminal_before_stop(play(terminal=shown)) == ("bye", "^C", "x" * 200 + "…")


PROGRAM = b'  File "/work/1/course/homework/submission.py", line 4, in <module>\r\n    main()\r\n'
TRACEBACK = b"Traceback (most recent call last):\r\n"
CTRL_C = b"KeyboardInterrupt\r\n"


def test_where_ctrl_c_interrupted_it():
    (where,) = interrupted_at(play(terminal=b"^C" + TRACEBACK + PROGRAM + CTRL_C))
    assert str(where) == "Ctrl-C interrupted it there, at line 4: main()"
    before = TRACEBACK + PROGRAM + b"ValueError\r\n"
    assert interrupted_at(play(terminal=before + b"^C" + TRACEBACK + CTRL_C)) == ()
    assert interrupted_at(play(terminal=before)) == ()


def test_the_last_traceback_is_shown_in_part():
    deep = TRACEBACK + PROGRAM * 9 + b"ValueError: " + b"x" * 200 + b"\r\n"
    (last,) = tracebacks(play(terminal=deep + b"and on\r\n" + TRACEBACK + PROGRAM + CTRL_C))
    shown = quote_traceback(last, 4)
    assert shown == (
        "Traceback (most recent call last):",
        '  File "submission.py", line 4, in <module>',
        "    main()",
        "ValueError: " + "x" * 188 + "…",
    )


def test_the_last_traceback_comes_first():
    first, last = (TRACEBACK + PROGRAM + error for error in (b"ValueError: 1\r\n", b"KeyError: 2"))
    title = b"Exception in thread Thread-1 (serve):\r\n"
    found = tracebacks(play(terminal=first + title + last))
    assert [each.lines[-1] for each in found] == ["KeyError: 2", "ValueError: 1"]
    assert [each.in_thread for each in found] == [True, False]
    assert found[0].key[-1] == "KeyError"


def test_the_functions_of_a_traceback():
    inner = PROGRAM.replace(b"<module>", b"serve") + b'  File "socket.py", line 3, in accept\r\n'
    (found,) = tracebacks(play(terminal=TRACEBACK + PROGRAM + inner + b"OSError: [Errno 9]\r\n"))
    assert found.functions == {"serve", "accept"}


LIBRARY = (
    b'  File "/usr/local/lib/python3.11/json/decoder.py", line 355, in raw_decode\r\n'
    b"    raise JSONDecodeError(s)\r\n"
    b"          ^^^^^^^^^^^^^^^^^^\r\n"
)
JSON = b"json.decoder.JSONDecodeError: Expecting value\r\n"


def test_frames_of_the_library_are_left_out():
    shown = play(terminal=TRACEBACK + PROGRAM + 3 * LIBRARY + JSON)
    own = (f'  File "{shown.file_name}", line 4, in <module>', "    main()", JSON.decode().strip())
    assert terminal_tail(shown) == (TRACEBACK.decode().strip(), *own)
    (found,) = tracebacks(shown)
    assert found.lines == own


def test_frames_of_the_library_are_shown_if_there_are_no_others():
    (found,) = tracebacks(play(terminal=TRACEBACK + LIBRARY + JSON))
    assert len(found.lines) == 4


def test_the_frame_that_starts_another_program_is_shown():
    starts = LIBRARY.replace(b"json/decoder.py", b"subprocess.py")
    shown = terminal_tail(play(terminal=TRACEBACK + PROGRAM + starts + JSON))
    assert any("subprocess.py" in line for line in shown)
