"""Assertions about a run, and pieces of servers, for several test files."""

from grader.model import event

EACH_ONCE = "c = stage.connect(); stage.say(c); stage.type()"

NO_ECHO = """
import termios
settings = termios.tcgetattr(0)
settings[3] &= ~termios.ECHO
termios.tcsetattr(0, termios.TCSANOW, settings)
"""

SOON = 2_000_000_000
"""Nanoseconds, on however busy a machine. On an idle one, a stuck server is detected 3 ms after it
was sent what it never reads, and one that survives Ctrl-C after 10 ms."""


def texts(run, scenario="client"):
    return [message.nonce.encode() for message in run.play(scenario).messages]


def assert_all_logged(run):
    logged = run.logged()
    assert [text for text in texts(run) if text not in logged] == [], run.explain()


def lag(run):
    """Nanoseconds between the last action and the failure."""
    play = run.play()
    assert play.failure, run.explain()
    done = (event.Started, event.Connected, event.Sent, event.Left)
    return play.failure.at - max(e.at for e in run.events if isinstance(e, done))
