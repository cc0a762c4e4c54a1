"""Nothing to do: what ``waits-in-select`` and ``rests-when-idle`` say."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

from checks.histories import (
    connects,
    ends,
    history,
    idles,
    is_slow,
    is_stuck,
    logs,
    looks,
    rewrites,
    right,
    says,
    scene,
    sends,
    settles,
    spins_on,
    thread,
    types,
)
from checks.situations.serving import BROKEN_PIPE, CTRL_C, ERROR
from grader.model.rubric import Rubric
from grader.model.vocabulary import OtherWaker

BEFORE, SILENT, TYPED = "before any client", "one client, silent", "after typing"
BUSY = {"ran": 90_000_000, "calls": {"": 10}}
POLLS = b"import socket\nwhile True: pass\n"
LOOP = b"from select import select\nwhile True:\n    select(%s)\n"
PHASES = {
    "terminal": (BEFORE, TYPED),
    "client": (SILENT, "a client that has said nothing"),
    "silent-client": ("a client that has said nothing",),
    "together": ("several clients, silent",),
    "quiet": ("after a quiet while",),
}


def situations() -> Iterator[tuple[Any, ...]]:
    yield from _waits()
    yield from _frequencies()
    yield from _quiet()
    yield from _rests()


def idle(before: Any = None, silent: Any = None, **rest: Any) -> Any:
    return history(
        scene("terminal", idles(BEFORE) if before is None else before, **rest),
        scene("client", connects(), idles(SILENT) if silent is None else silent),
    )


def _waits() -> Iterator[tuple[Any, ...]]:
    check = "waits-in-select"
    yield check, "it waits in select", right()
    for title, where in (
        ("in accept", thread("accept")),
        ("in a read of the terminal", thread("read", file="terminal")),
        ("in poll of several", thread("poll", watches=("terminal", "listening socket"))),
        ("in epoll", thread("epoll")),
        ("in a timed accept", thread("poll", timed=True, watches=("listening socket",))),
        ("in sleep", thread("sleep", timed=True)),
    ):
        yield check, f"it waits {title}", idle(idles(BEFORE, where))
    yield (
        check,
        "it waits in poll or select, as it may",
        idle(idles(BEFORE, thread("poll")), silent=idles(SILENT, thread("select"))),
        Rubric(multiplexers=("select", "poll")),
    )
    yield (
        check,
        "it waits in epoll, but may in poll or select",
        idle(idles(BEFORE, thread("epoll"))),
        Rubric(multiplexers=("select", "poll")),
    )
    recv = thread("poll", timed=True, watches=("client 1",))
    poll = Rubric(multiplexers=("poll",))
    yield (
        check,
        "it waits in a timed recv",
        idle(idles(BEFORE, thread("poll")), silent=idles(SILENT, recv)),
        poll,
    )
    yield (
        check,
        "it waits in a timed accept at first",
        idle(idles(BEFORE, recv), silent=idles(SILENT, thread("poll"))),
        poll,
    )
    yield check, "it has two threads", idle(idles(BEFORE, thread("select"), thread("futex")))
    yield (
        check,
        "it has two threads, one in epoll",
        idle(idles(BEFORE, thread("epoll"), thread("futex"))),
    )
    yield check, "it is two processes", idle(idles(BEFORE, processes=2))
    yield check, "it is two processes, in epoll", idle(idles(BEFORE, thread("epoll"), processes=2))
    yield check, "it never waits", idle(idles(BEFORE, thread(""), **BUSY))
    yield check, "it waits elsewhere with a client", idle(silent=idles(SILENT, thread("recv")))
    yield (
        check,
        "it waits elsewhere, and then exits",
        idle(idles(BEFORE, thread("accept")) + types("a") + ends(1), terminal=ERROR),
    )
    yield (
        check,
        "it waits elsewhere, and shows much",
        idle(idles(BEFORE, thread("accept")), terminal=ERROR),
    )
    yield (
        check,
        "it exits before it is observed",
        history(scene("terminal", ends(1)), scene("client", ends(1))),
    )
    yield (
        check,
        "it rests before a client comes, and exits at its first message",
        history(scene("terminal", idles(BEFORE)), scene("client", ends(1))),
    )
    two = idles("several clients, silent", thread("select"), thread("recv"))
    yield (
        check,
        "it has two threads once several clients are connected",
        history(
            scene("terminal", idles(BEFORE)),
            scene("client", connects(), idles(SILENT)),
            scene("together", says("a"), two),
        ),
    )
    pipes = settles(thread("select", watches=["pipe:[1]"]))
    yield (
        check,
        "a signal handler serves a client",
        history(
            scene("terminal", idles(BEFORE)),
            scene("client", connects(), idles(SILENT)),
            scene("newcomer", connects(), pipes, says("a"), logs("a"), log="{a}\n"),
        ),
    )
    yield (
        check,
        "it has two threads while it rests",
        history(
            scene("terminal", idles(BEFORE)),
            scene("client", connects(), idles(SILENT)),
            scene("newcomer", connects(), settles(thread("select"), thread("recv"))),
        ),
    )
    for title, seen in (
        ("sleeps", idles(BEFORE, thread("sleep", timed=True))),
        ("spins", idles(BEFORE, thread(""), **BUSY)),
    ):
        yield check, f"it never calls select, and {title}", replace(idle(seen), source=POLLS)
    for title, watched in (
        ("the terminal", ("client 1", "listening socket")),
        ("the listening socket", ("client 1", "terminal")),
        ("clients", ("listening socket", "terminal")),
        ("anything", ()),
    ):
        silent = idles(SILENT, thread("select", timed=True), watched=watched, sleeps=5)
        given = history(
            scene("terminal", idles(BEFORE), types("a"), log="{a}\n"),
            scene("client", connects(), says("a"), silent, log="{a}\n"),
        )
        yield check, f"it never watches {title}", given
    yield check, "the client's scenario was not played", history(scene("terminal", idles(BEFORE)))
    yield (
        check,
        "a limit ended it",
        history(scene("terminal", idles(BEFORE)), scene("client", ends(None, 9))),
    )
    unread = sends("a") + is_stuck(thread("futex"))
    yield (
        check,
        "it had left input unread before",
        idle(silent=unread + idles(SILENT, thread("futex"))),
    )
    client = thread("select", watches=("client 1",))
    for title, before, silent in (
        (
            "it had left input unread before, and waits elsewhere later",
            unread + idles(BEFORE, thread("futex")),
            idles(SILENT, thread("recv")),
        ),
        (
            "it is observed three times",
            idles(BEFORE),
            idles(SILENT, client) + idles(SILENT),
        ),
        (
            "it is observed three times, in another call at last",
            idles(BEFORE),
            idles(SILENT) + idles(SILENT, client),
        ),
    ):
        yield check, title, idle(before, silent)
    yield (
        check,
        "it leaves input unread later",
        idle(silent=idles(SILENT, thread("futex")) + unread),
    )


def _frequencies() -> Iterator[tuple[Any, ...]]:
    """It wakes often, and is looked at a hundred times."""
    check = "waits-in-select"
    for calls in (
        {"": 57, "select": 43},
        {"": 80, "select": 20},
        {"": 81, "select": 19},
        {"": 50, "select": 25, "sleep": 25},
        {"": 50, "select": 24, "sleep": 26},
        {"select": 90, "recv": 10},
        {"sleep": 100},
    ):
        title = " and ".join(f"{call or 'running'} {count} times" for call, count in calls.items())
        seen = idles(BEFORE, thread("select", timed=True), calls=calls, samples=100)
        yield check, f"it is seen {title}", idle(seen)
    for calls in ({"": 99, "select": 1}, {"": 100}):
        title = " and ".join(f"{call or 'running'} {count} times" for call, count in calls.items())
        seen = idles(BEFORE, thread("select", timed=True), calls=calls, samples=100,
                     ran=60_000_000, sleeps=150)  # fmt: skip
        yield check, f"it is seen {title}, and sleeps 150 times", idle(seen)
    seen = idles(BEFORE, thread("recv"), calls={"": 3, "recv": 2}, samples=5)
    yield check, "it is seen five times, and never in select", idle(seen)


def _quiet() -> Iterator[tuple[Any, ...]]:
    check = "waits-in-select"
    gone = [{"event": "closed-by-server", "source": "client 1"}]
    futex = thread("futex")
    for title, steps, log in (
        ("goes on", (says("a"), says("b")), "{a}\n{b}\n"),
        ("exits", (says("a"), ends(0)), "{a}\n"),
        ("exits, and nothing is logged", (says("a"), ends(0)), ""),
        ("is stuck", (says("a"), sends("b"), is_stuck(futex)), "{a}\n"),
        ("is slow", (says("a"), sends("b"), is_slow(thread("sleep"))), "{a}\n"),
        ("loses what comes next", (says("a"), says("b")), "{a}\n"),
        ("had exited", (sends("a"), ends(1)), ""),
        ("had lost a message", (says("a"), says("b")), "{b}\n"),
        ("had lost a message, and loses one", (says("a"), says("b")), "x\n"),
        ("has emptied its log", (says("a"), looks("settled", "a"), says("b")), "{b}\n"),
        ("has emptied its log by a timer",
         (says("a"), looks("settled", "a"), rewrites("a", log="{a}\n"), says("b")), "{b}\n"),
        ("has emptied its log of another", (says("a"), looks("settled", "b"), says("b")), "{b}\n"),
        ("sends clients away", (says("a"), gone, sends("b")), "{a}\n"),
        ("sends one client away, and loses another's message",
         (says("a"), gone, says("b"), says("c", "client 2")), "{a}\n"),
        ("hits a limit", (says("a"), ends(None, 9)), "{a}\n"),
        ("exits before anyone speaks", (ends(1),), ""),
    ):  # fmt: skip
        quiet = scene("quiet", *steps, log=log)
        plays = scene("terminal", idles(BEFORE)), scene("client", connects(), idles(SILENT))
        yield check, f"after a quiet while it {title}", history(*plays, quiet)


def _rests() -> Iterator[tuple[Any, ...]]:
    check = "rests-when-idle"
    for other in get_args(OtherWaker):
        woken = scene("terminal", idles(BEFORE), settles(others=[other]))
        client = scene("client", connects(), idles(SILENT))
        title = f"something else may wake it: {other}"
        yield "waits-in-select", title, history(woken, client)
    yield check, "it rests", right()
    for name, phases in PHASES.items():
        for phase in phases:
            play = scene(name, idles(phase, thread(""), **BUSY))
            yield check, f"it spins: {name}, {phase}", history(play)
    for title, seen in (
        ("at each turn", {"sleeps": 900, "calls": {"": 7, "select": 3}}),
        ("at each turn, where is not seen", {"sleeps": 900, "calls": {"": 10}}),
        ("only while its output is not read", {"sleeps": 900, "calls": {"": 7, "write": 3}}),
    ):
        play = idle(idles(BEFORE, **{**BUSY, **seen}))
        yield check, f"it sleeps {title}", play
    yield from _spinning_causes()
    shown = scene("client", idles(SILENT, thread(""), **BUSY), terminal=CTRL_C)
    yield check, "it spins, and shows where", history(shown)
    gone = scene("departure", idles("after a departure", thread(""), **BUSY))
    yield check, "it spins after a departure only", right(departure=gone)
    for ran, waited, wall in (
        (20_000_000, 0, 100_000_000),
        (20_000_001, 0, 100_000_000),
        (10_000_001, 50_000_000, 100_000_000),
        (1, 100_000_000, 100_000_000),
        (500_500_100, 0, 600_500_100),
        (5, 0, 5),
    ):
        seen = idles(BEFORE, ran=ran, waited=waited, wall=wall)
        yield check, f"in {wall} ns, it runs {ran} and waits {waited} for a processor", idle(seen)
    yield (
        check,
        "it exits before it is observed",
        history(scene("terminal", ends(1)), scene("client", ends(1))),
    )
    yield (
        check,
        "a limit ended it",
        history(scene("terminal", idles(BEFORE)), scene("client", ends(None, 9))),
    )


def _spinning_causes() -> Iterator[tuple[Any, ...]]:
    """What the program's text, its terminal and what it left unread say of why it spins."""
    check = "rests-when-idle"
    spinning = idles(BEFORE, thread(""), **BUSY)
    for title, source in (
        ("without select", POLLS),
        ("with a timeout of 0", LOOP % b"rlist, [], [], 0"),
        ("with sockets in wlist", LOOP % b"rlist, wlist, []"),
        ("with something that is always ready", LOOP % b"rlist, [], []"),
        ("with a long call", LOOP % (b"[" + b"listener, " * 20 + b"], [], [], -1")),
        ("in a text that Python cannot parse", b"while True: select("),
    ):
        yield check, f"it spins {title}", replace(idle(spinning), source=source)
    twice = LOOP % b"rlist, wlist, []" + b"    select(rlist, [], [], 0)\n"
    met = CTRL_C.replace(b"line 7", b"line 3")
    yield (
        check,
        "it spins, and Ctrl-C meets the first of two calls",
        replace(idle(spinning, terminal=met), source=twice),
    )
    yield (
        check,
        "it spins, and sends again and again to a client that has left",
        replace(idle(spinning, terminal=BROKEN_PIPE * 3), source=LOOP % b"rlist, [], []"),
    )
    unread = sends("a") + spins_on() + idles(SILENT, thread(""), **BUSY)
    yield (
        check,
        "it spins with input unread",
        replace(idle(silent=unread), source=LOOP % b"rlist, [], []"),
    )
