"""The program is started: what ``starts`` says."""

from collections.abc import Iterator
from typing import Any

from checks.histories import (
    ends,
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
from grader.model.history import History, read_history

CHECK = "starts"
ENTERED = [{"event": "entered"}]
SYNTAX = b"  File \"/w/submission.py\", line 3\r\nSyntaxError: f-string: expecting '}'\r\n"
IN_USE = b"OSError: [Errno 98] Address already in use\r\n"


def started(*steps: Any, **rest: Any) -> History:
    return history(scene("terminal", *steps, listening=False, **rest))


def without_agent() -> History:
    play = scene("terminal", ends(1), listening=False, terminal=SYNTAX)
    return read_history(map(parse_event, lines(play)[1:]))


def situations() -> Iterator[tuple[Any, ...]]:
    yield CHECK, "it listens", right()
    yield CHECK, "it listens once Enter was pressed", history(scene("terminal", ENTERED))
    name_error = b"Traceback\r\nNameError: name 'sokcet' is not defined\r\n"
    yield CHECK, "it exits with an error", started(ends(1), terminal=name_error)
    yield (
        CHECK,
        "it exits with an error that has no hint",
        started(ends(1), terminal=b"ZeroDivisionError: division by zero\r\n"),
    )
    yield CHECK, "Python cannot parse it", started(ends(1), terminal=SYNTAX)
    yield CHECK, "no known Python can parse it", without_agent()
    yield CHECK, "it exits at once and shows nothing", started(ends(0))
    yield CHECK, "it exits at once and shows a line", started(ends(0), terminal=b"bye\r\n")
    yield CHECK, "it exits with status 2 and shows nothing", started(ends(2))
    yield CHECK, "it is killed", started(ends(None, 11))
    yield CHECK, "it exits with a status that nobody knows", started(ends(None))
    yield CHECK, "it asks for input and exits", started(ENTERED, ends(1))
    yield (
        CHECK,
        "it asks for input and waits",
        started(ENTERED, is_stuck(thread("read", file="terminal"), waiting="")),
    )
    yield CHECK, "it sleeps", started(is_stuck(thread("sleep"), waiting=""))
    yield CHECK, "it never begins to listen", started(is_slow(thread("select"), waiting=""))
    yield CHECK, "it runs and never begins to listen", started(spins_on(waiting=""))
    yield CHECK, "it does nothing", started()
    many = b"".join(b"line %d\r\n" % number for number in range(1, 21))
    yield CHECK, "it shows twenty lines and exits", started(ends(1), terminal=many)
    yield (
        CHECK,
        "another program has its port",
        started(ends(1), terminal=IN_USE + b"bye\r\n", taken=(22, 8888)),
    )
    yield CHECK, "it has its own port already", started(ends(1), terminal=IN_USE)
    yield (
        CHECK,
        "other programs listen, which does not matter",
        started(ends(1), terminal=name_error, taken=(22,)),
    )
    yield CHECK, "it hits a limit", started(ends(None, 9))
