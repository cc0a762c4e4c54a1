"""Clients leave: what ``departure`` and ``rests-after-departure`` say."""

from collections.abc import Iterator
from typing import Any

from checks.histories import (
    Step,
    ends,
    history,
    idles,
    is_slow,
    is_stuck,
    leaves,
    refuses,
    right,
    says,
    scene,
    sends,
    spins_on,
    thread,
    types,
)
from checks.situations.blocking import losing
from checks.situations.serving import BROKEN_PIPE, CTRL_C

AFTER = "after a departure"
BUSY = {"ran": 90_000_000, "calls": {"": 10}}


def departed(*steps: Step, **rest: Any) -> Any:
    return scene("departure", says("a"), says("b", "client 2"), *steps, **rest)


def situations() -> Iterator[tuple[Any, ...]]:
    yield from _departure()
    yield from _rests()


def _departure() -> Iterator[tuple[Any, ...]]:
    check = "departure"
    yield check, "the others are served", right()
    both = "{a}\n{b}\n"
    yield check, "it exits as a client leaves", history(departed(leaves()[:1], ends(1), log=both))
    later = leaves(), says("c", "client 2"), ends(1)
    yield check, "it exits once the others spoke", history(departed(*later, log=both + "{c}\n"))
    twice = leaves(), says("c", "client 2"), leaves("client 2"), ends(1)
    yield check, "it exits as a second client leaves", history(departed(*twice, log=both + "{c}\n"))
    unread = leaves()[:1], spins_on("departure")
    yield check, "it does not notice that a client left", history(departed(*unread, log=both))
    lost = departed(leaves("client 2"), says("c"), log=both)
    yield check, "a message is lost", history(lost)
    yield (
        check,
        "a message is lost, and nothing was typed",
        history(departed(leaves("client 2"), says("c"), log=both, typing=False)),
    )
    yield (
        check,
        "a message was lost before",
        history(departed(leaves("client 2"), says("c"), log="{b}\n{c}\n")),
    )
    yield check, "it exits before anyone leaves", history(departed(ends(1), log=both))
    yield check, "nobody leaves", history(departed(log=both))
    yield check, "it hits a limit", history(departed(leaves(), ends(None, 9), log=both))
    yield from losing(check, lost)
    yield from _typing()
    yield from _dismissals()


def _typing() -> Iterator[tuple[Any, ...]]:
    """It leaves typed lines unread, before anyone has left or after."""
    check = "departure"
    typed = sends("t", "terminal")
    stuck = is_stuck(thread("pause"), waiting="line", source="terminal")
    slow = is_slow(thread("sleep"), waiting="line", source="terminal")
    (both,) = is_stuck(thread("pause"), waiting="line", source="terminal")
    both = {
        **both,
        "waiting": [*both["waiting"], {"source": "client 1", "what": "text", "size": 1}],
    }
    for title, before, after in (
        ("it never reads what is typed", stuck, stuck),
        ("it never reads what is typed in time", slow, slow),
        ("it reads what is typed until a client leaves", None, stuck),
        ("it reads no text after a client left", stuck, is_stuck(thread("pause"))),
        ("it reads nothing after a client left", stuck, [both]),
        ("it exits after a client left", stuck, ends(1)),
        ("it listens no longer after a client left", stuck, refuses()),
        ("it exits with a silent client", ends(1), stuck),
    ):
        silent = scene("silent-client", says("a", "client 2"), typed, *([before] if before else []))
        play = departed(leaves(), typed, after, log="{a}\n{b}\n")
        yield check, title, history(silent, play)
    play = departed(leaves(), typed, stuck, log="{a}\n{b}\n")
    yield check, "it does not read what is typed, and no client was silent", history(play)


def _dismissals() -> Iterator[tuple[Any, ...]]:
    """It closes connections of its own accord."""
    check = "departure"
    away = [{"event": "closed-by-server", "source": "client 2"}]
    later = says("c", "client 2"), says("d", "client 3")
    log = "{a}\n{b}\n{d}\n"
    for title, steps in (
        ("it had closed a connection before", (away, leaves(), *later)),
        ("it closes another connection then", (leaves(), away, *later)),
    ):
        yield check, title, history(departed(*steps, log=log))
    all_gone = away, leaves(), types("d")
    yield check, "it had closed all connections before", history(departed(*all_gone, log=log))
    yield (
        check,
        "it had closed all connections before, and exits",
        history(departed(*all_gone, ends(1), log=log)),
    )
    heard = away, leaves(), says("c", "client 2"), types("d")
    yield (
        check,
        "it had closed a connection, and reads it on",
        history(departed(*heard, log="{a}\n{b}\n{c}\n{d}\n")),
    )


def _rests() -> Iterator[tuple[Any, ...]]:
    check = "rests-after-departure"
    yield check, "it rests", right()
    yield check, "nobody leaves", history(departed())
    both = "{a}\n{b}\n"
    spinning = departed(leaves(), idles(AFTER, thread(""), **BUSY), log=both)
    yield check, "it spins", history(spinning)
    shown = departed(leaves(), idles(AFTER, thread(""), **BUSY), log=both, terminal=CTRL_C)
    yield check, "it spins, and shows where", history(shown)
    broken = departed(
        leaves(), idles(AFTER, thread(""), **BUSY), log=both, terminal=BROKEN_PIPE * 3
    )
    yield check, "it spins, and sends again and again to the client that left", history(broken)
    unclear = leaves(), idles(AFTER, thread(""), sleeps=900, **BUSY)
    yield check, "it sleeps often, where is not seen", history(departed(*unclear, log=both))
    second = leaves(), idles(AFTER), leaves("client 2"), idles(AFTER, **BUSY)
    yield check, "it spins as a second client leaves", history(departed(*second, log=both))
    for written in (10_000, 10_001):
        seen = leaves(), idles(AFTER, written=written)
        play = departed(*seen, log=both + "empty\n" * 9, terminal=CTRL_C)
        yield check, f"its log grows by {written} bytes", history(play)
    full = departed(leaves()[:1], ends(1), log=both, size=16 << 20)
    for name in ("departure", check):
        yield name, "it fills the disk after a departure", history(full)
        early = departed(ends(1), log=both, size=16 << 20)
        yield name, "it fills the disk before any departure", history(early)
    flood = departed(leaves(), idles(AFTER, written=50_000, **BUSY), log=both)
    yield check, "it spins, and its log grows", history(flood)
    phases = {"client": "one client, silent", "terminal": "before any client"}
    for name, phase in phases.items():
        before = scene(name, idles(phase, thread(""), **BUSY))
        yield check, f"it spins in {name} as well", history(before, spinning)
