"""Turns off what its terminal shows, and that it makes lines of keys."""

import termios


def attack():
    settings = termios.tcgetattr(0)
    settings[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(0, termios.TCSANOW, settings)
    yield "echo is off"
