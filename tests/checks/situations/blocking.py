"""Silent clients and new ones: what ``silent-client`` and ``newcomer`` say."""

from collections.abc import Iterator
from typing import Any

from checks.histories import (
    connects,
    ends,
    history,
    is_stuck,
    refuses,
    right,
    says,
    scene,
    sends,
    settles,
    thread,
    types,
)


def situations() -> Iterator[tuple[Any, ...]]:
    yield from _silent()
    yield from _new()


def _silent() -> Iterator[tuple[Any, ...]]:
    check = "silent-client"
    yield check, "all are served", right()
    stuck = is_stuck(thread("recv", file="client 1"), source="client 2")
    play = scene(check, connects(), sends("a", "client 2"), stuck)
    yield check, "it is stuck in recv", history(play)
    play = scene(check, connects(), sends("a", "client 2"), is_stuck(thread("pause")), typing=False)
    yield check, "it is stuck in pause, and nothing was typed", history(play)
    lost = scene(check, says("a", "client 2"), types("b"), log="{a}\n")
    yield check, "a line is lost", history(lost)
    killed = scene(check, says("a", "client 2"), ends(None, 9), log="{a}\n")
    yield check, "it hits a limit", history(killed)
    yield from losing(check, lost)


def _new() -> Iterator[tuple[Any, ...]]:
    check = "newcomer"
    yield check, "all are served", right()
    yield (
        check,
        "it listens no longer",
        history(scene(check, says("a"), refuses("client 3"), log="{a}\n")),
    )
    yield (
        check,
        "it listens no longer, and lost a message before",
        history(scene(check, says("a"), says("b"), refuses("client 3"), log="{a}\n")),
    )
    yield check, "nobody spoke", history(scene(check, ends(1)))
    lost = scene(check, says("a"), says("b", "client 3"), log="{a}\n")
    yield check, "the new one's message is lost", history(lost)
    yield (
        check,
        "another one's message is lost",
        history(scene(check, says("a"), says("b", "client 3"), log="{b}\n")),
    )
    killed = scene(check, says("a"), ends(None, 9), log="{a}\n")
    yield check, "it hits a limit", history(killed)
    yield from losing(check, lost)


def losing(check: str, lost: Any) -> Iterator[tuple[Any, ...]]:
    """Is a loss in ``together`` reason enough for that of ``lost``?"""
    gone = [{"event": "closed-by-server", "source": "client 1"}]
    at_once = sends("b", "client 2"), sends("c", "terminal"), settles()
    for title, steps, log in (
        ("it always loses messages", (says("a"), types("b")), "{a}\n"),
        ("it loses messages here only", (says("a"), types("b")), "{a}\n{b}\n"),
        ("it loses messages that come at once", (says("a"), *at_once), "{a}\n{b}\n"),
        ("it loses messages that never settled", (says("a"), sends("b")), "{a}\n"),
        ("it loses messages, and is stuck", (says("a"), types("b"), is_stuck()), "{a}\n"),
        ("it loses messages, and closes connections", (says("a"), gone, types("b")), "{a}\n"),
    ):
        yield check, title, history(lost, scene("together", *steps, log=log))
    closing = [*lost[:-4], *gone, *lost[-4:]]
    together = scene("together", says("a"), types("b"), log="{a}\n")
    yield check, "it always loses messages, and closes connections here", history(closing, together)
