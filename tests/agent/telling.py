"""What a run tells, as several files of tests ask for it."""

from grader.model import event

EACH_ONCE = "c = stage.connect(); stage.say(c); stage.type()"

NO_ECHO = """
import termios
settings = termios.tcgetattr(0)
settings[3] &= ~termios.ECHO
termios.tcsetattr(0, termios.TCSANOW, settings)
"""

SOON = 2_000_000_000
"""Nanoseconds, on a machine however busy. Measured on one that is not: a stuck server is known
3 ms after it was given what it never reads, and one that survives Ctrl-C 10 ms after that."""


def texts(run, scenario="client"):
    return [message.nonce.encode() for message in run.play(scenario).messages]


def assert_all_logged(run):
    logged = run.logged()
    assert [text for text in texts(run) if text not in logged] == [], run.explain()


def lag(run):
    """Nanoseconds between the last thing that was done and the failure."""
    play = run.play()
    assert play.failure, run.explain()
    done = (event.Started, event.Connected, event.Sent, event.Left)
    return play.failure.at - max(e.at for e in run.events if isinstance(e, done))
