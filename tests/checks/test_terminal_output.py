"""What the server's terminal showed, as a report shows it."""

from checks.histories import play
from grader.checks.terminal_output import terminal_screen


def test_a_screen_keeps_its_blank_lines():
    shown = play(terminal=b"\r\none\r\n\r\ntwo\r\n\r\n\r\n")
    assert terminal_screen(shown, 9) == ("", "one", "", "two")
    assert terminal_screen(shown, 3) == ("one", "", "two")
    assert terminal_screen(shown, 1) == ("two",)


def test_an_empty_screen_is_not_shown():
    assert terminal_screen(play(), 9) == ()
    assert terminal_screen(play(terminal=b" \r\n\r\n"), 9) == ()


def test_the_lines_of_a_screen_are_cut():
    assert terminal_screen(play(terminal=b"x" * 201), 9) == ("x" * 200,)
