"""The pseudo-terminal: typing, echo and output."""

import os
import struct
import termios
import tty
from collections.abc import Iterator

import pytest

from agent.agent_process import until
from grader.agent.terminal import CTRL_C, Terminal

pytestmark = pytest.mark.timeout(20)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    opened = Terminal.open(64)
    yield opened
    opened.close()


def arrive(terminal: Terminal) -> None:
    def echoed() -> bool:
        terminal.drain()
        return terminal.echoed()

    until(echoed)


def test_a_typed_line_is_echoed_and_read(terminal: Terminal):
    assert (terminal.echoed(), terminal.unread()) == (True, 0)
    terminal.type(b"hello\n", b"hello\r\n")
    assert not terminal.echoed()
    arrive(terminal)
    assert terminal.unread() == 6
    assert os.read(terminal.far_end, 99) == b"hello\n"
    assert terminal.unread() == 0
    assert terminal.output() == b"hello\r\n"


def test_an_echoed_line_is_unread(terminal: Terminal):
    """What is neither waiting nor read cannot be on its way: the agent relies on it."""
    for number in range(300):
        terminal.type(b"%d\n" % number, b"%d\r\n" % number)
        arrive(terminal)
        assert terminal.unread() == len(b"%d\n" % number)
        os.read(terminal.far_end, 99)


def test_lines_are_read_one_at_a_time(terminal: Terminal):
    for line in (b"one\n", b"two\n"):
        terminal.type(line, line[:-1] + b"\r\n")
        arrive(terminal)
    assert terminal.unread() == 8
    assert os.read(terminal.far_end, 99) == b"one\n"
    assert terminal.unread() == 4


def test_an_echo_in_pieces_among_other_output(terminal: Terminal):
    os.write(terminal.far_end, b"ready> ")
    terminal.type(b"abc\n", b"abc\r\n")
    arrive(terminal)
    assert terminal.output() == b"ready> abc\r\n"


def test_an_earlier_echo_does_not_count(terminal: Terminal):
    terminal.type(b"abc\n", b"abc\r\n")
    arrive(terminal)
    tty.setraw(terminal.far_end)  # and what was typed is lost
    terminal.type(b"abc\n", b"abc\r\n")
    until(lambda: terminal.unread() == 4)
    terminal.drain()
    assert not terminal.echoed()


def test_a_forgotten_echo_counts_as_seen(terminal: Terminal):
    tty.setraw(terminal.far_end)
    terminal.type(b"abc\n", b"abc\r\n")
    until(lambda: terminal.unread() == 4)
    terminal.drain()
    assert not terminal.echoed()
    terminal.forget_echo()
    assert terminal.echoed()


def test_ctrl_c_is_echoed(terminal: Terminal):
    terminal.type(CTRL_C, b"^C")
    arrive(terminal)
    assert terminal.unread() == 0
    assert terminal.output() == b"^C"


def flood(terminal: Terminal, data: bytes) -> None:
    os.set_blocking(terminal.far_end, False)
    left = memoryview(data)
    while left:
        try:
            left = left[os.write(terminal.far_end, left) :]
        except BlockingIOError:
            terminal.drain()

    def all_read() -> bool:
        terminal.drain()
        return terminal.output().endswith(data[-32:])

    until(all_read)


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 127, 128])
def test_output_that_fits_is_complete(terminal: Terminal, size: int):
    data = bytes(48 + number % 75 for number in range(size))
    flood(terminal, data)
    assert terminal.output() == data


@pytest.mark.parametrize("size", [129, 191, 192, 193, 1000, 300_000])
def test_the_beginning_and_end_of_a_flood_are_kept(terminal: Terminal, size: int):
    data = bytes(48 + number % 75 for number in range(size))
    flood(terminal, data)
    note = b"\r\n[... %d bytes left out ...]\r\n" % (size - 128)
    assert terminal.output() == data[:64] + note + data[-64:]


def test_the_terminal_has_a_name_and_a_size(terminal: Terminal):
    import fcntl

    assert terminal.path == os.ttyname(terminal.far_end)
    size = fcntl.ioctl(terminal.far_end, termios.TIOCGWINSZ, bytes(8))
    assert struct.unpack("HHHH", size)[:2] == (24, 80)


def test_readable_shows_whether_there_is_output(terminal: Terminal):
    assert not terminal.readable()
    os.write(terminal.far_end, b"x")
    until(terminal.readable)
    terminal.drain()
    assert not terminal.readable()


def test_the_terminal_outlives_its_last_reader(terminal: Terminal):
    """The agent holds the far end itself: no hang-up, no end of file."""
    other = os.open(terminal.path, os.O_RDWR | os.O_NOCTTY)
    os.close(other)
    terminal.drain()
    terminal.type(b"x\n", b"x\r\n")
    arrive(terminal)
    assert terminal.unread() == 2


def test_how_much_was_shown_since_the_last_cut(terminal: Terminal):
    def write(data: bytes) -> None:
        until_shown = terminal.drained + len(data)
        os.write(terminal.far_end, data)

        def drained() -> bool:
            terminal.drain()
            return terminal.drained == until_shown

        until(drained)

    assert terminal.shown() == 0
    write(b"x" * 10)
    assert terminal.shown() == 10
    terminal.cut()
    assert terminal.shown() == 0
    write(b"y" * 64)
    assert terminal.shown() == 64
    write(b"y")
    assert terminal.shown() is None  # it keeps 64 bytes of the beginning
