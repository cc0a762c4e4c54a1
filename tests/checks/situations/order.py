"""Messages in the wrong order: what ``client-order``, ``terminal-order`` and ``arrival-order``
say."""

from collections.abc import Iterator
from typing import Any

from checks.histories import ends, history, right, says, scene, types

CHECKS = ("client-order", "terminal-order", "arrival-order")


def situations() -> Iterator[tuple[Any, ...]]:
    mixed = (
        *(says("a"), types("b"), says("c", "client 2"), says("d"), types("e")),
        *(says("f", "client 2"), says("g"), types("h"), says("i", "client 2")),
    )

    def logged(order: str) -> Any:
        return history(scene("together", *mixed, log="x\n" + "".join(f"{{{m}}}\n" for m in order)))

    for check in CHECKS:
        yield check, "all is in order", right()
        yield check, "a client's messages cross", logged("bchaedifg"[::-1])
        yield check, "one client's messages are swapped", logged("dbcaefghi")
        yield check, "another client's messages are swapped", logged("abfdecghi")
        yield check, "typed lines are swapped", logged("aecdbfghi")
        yield check, "messages of two sources are swapped", logged("bacdefghi")
        yield check, "the newest is on top", logged("ihgfedcba")
        two_logs = {"a.txt": "{b}\n{a}\n", "b.txt": "{a}\n{b}\n"}
        yield (
            check,
            "they cross in one of two logs",
            history(scene("together", says("a"), says("b"), log=two_logs)),
        )
        line = scene("together", says("a"), says("b"), types("c"), types("d"), log="{b}{a}{d}{c}\n")
        yield check, "they cross on one line", history(line)
        nickname = "{b} ({a})\n{c} ({a})\n{d} ({a})\n"
        yield (
            check,
            "the first message is a nickname",
            history(scene("together", says("a"), says("b"), says("c"), says("d"), log=nickname)),
        )
        killed = scene("together", says("a"), types("b"), ends(None, 9), log="{a}\n{b}\n")
        yield check, "it hits a limit", history(killed)
        crossed = scene(
            "together", says("a"), says("b"), types("c"), types("d"), ends(None, 9),
            log="{b}\n{a}\n{d}\n{c}\n",
        )  # fmt: skip
        yield check, "it hits a limit, and they have crossed before", history(crossed)
