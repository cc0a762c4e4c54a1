# expect: pass
# cause: Turns off the terminal's echo and its line editing.

import termios


def attack():
    settings = termios.tcgetattr(0)
    settings[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(0, termios.TCSANOW, settings)
    yield "echo is off"
