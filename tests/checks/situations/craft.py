"""Craft: what the checks say that are worth no points."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from checks.histories import (
    connects,
    ends,
    history,
    idles,
    is_stuck,
    leaves,
    looks,
    nonce,
    right,
    says,
    scene,
    sends,
    settles,
    text,
    thread,
    types,
)
from checks.situations.serving import CTRL_C, ERROR

SERVED = (
    *("reset", "hasty-departure", "return", "burst", "large-message", "split-character"),
    *("crowd", "end-of-typing"),
)
"""The checks that fail if a message of their scenario is lost."""

LARGE = " " + nonce("x") * 4


def situations() -> Iterator[tuple[Any, ...]]:
    for check in SERVED:
        steps = says("a", tail=" jq"), says("b", "client 2", tail=" xz")
        for title, end, log in (
            ("all is logged", [], "{a}\n{b}\n"),
            ("a message is lost", [], "{a}\n"),
            ("it exits", ends(1), "{a}\n{b}\n"),
            ("it is stuck", is_stuck(thread("pause")), "{a}\n{b}\n"),
            ("it hits a limit", ends(None, 9), "{a}\n{b}\n"),
        ):
            yield check, title, history(scene(check, *steps, end, log=log))
    yield from _files()
    yield from _stops()
    yield from _bytes()
    yield from _typing()
    yield from _functions()


def _files() -> Iterator[tuple[Any, ...]]:
    check = "prompt"
    for title, found in (
        ("all is in the file", ("a", "b")),
        ("one message is not", ("a",)),
        ("no message is", ()),
    ):
        play = scene("client", says("a"), says("b"), looks("settled", *found), log="{a}\n{b}\n")
        yield check, title, history(play)
    prompt = scene("client", says("a"), looks("settled", "a"), log="{a}\n")
    for title, found, log in (
        ("typed lines are in the file", ("b", "c"), "{b}\n{c}\n"),
        ("a typed line is not", ("b",), "{b}\n{c}\n"),
        ("a typed line is lost, which terminal-logged judges", ("b",), "{b}\n"),
    ):
        typed = scene("terminal", types("b"), types("c"), looks("settled", *found), log=log)
        yield check, title, history(typed, prompt)
    yield check, "typed lines were not looked at", history(scene("terminal", ends(1)), prompt)
    yield check, "it was not looked at", history(scene("client", says("a"), ends(1)))
    late = scene(
        "client", says("a"), looks("settled", "a"), says("b", tail=" 你好"), log="{a}\n{b}\n"
    )
    yield check, "Chinese comes later", history(late)

    check, after = "closes-sockets", "after a departure"
    for title, half_closed in (
        ("they are closed", ()),
        ("the last one is open", ("client 3",)),
        ("all are open", ("client 1", "client 2", "client 3")),
        ("one is open", ("client 1",)),
        ("one that has not left is open", ("client 4",)),
    ):
        steps = [(leaves(f"client {n}"), idles(after, half_closed=["client 1"])) for n in (1, 2)]
        play = scene(
            "departure", *(step for each in steps for step in each), leaves("client 3"),
            idles(after, half_closed=list(half_closed)),
        )  # fmt: skip
        yield check, title, history(play)
    yield check, "nobody left", history(scene("departure", says("a"), idles("after typing")))


def _stopped(play: list[Any], by: str) -> list[Any]:
    return [{**each, "by": by} if each["event"] == "stopped" else each for each in play]


def _stops() -> Iterator[tuple[Any, ...]]:
    check = "clean-stop"
    yield check, "it stops", right()
    client = scene("client", says("a"), log="{a}\n", terminal=ERROR)
    for by in ("itself", "second ctrl-c", "sigterm", "sigkill"):
        yield check, f"it is ended by {by}", history(_stopped(client, by))
    for took in (2_000_000_000, 2_000_000_001, 4_650_000_000):
        play = scene("client", says("a"), log="{a}\n", took=took, terminal=ERROR)
        yield check, f"it takes {took} ns", history(play)
    lost = scene("client", says("a"), says("b"), log="x\n{a}\n")
    yield check, "a message is lost", history(lost)
    yield check, "it exits before", history(scene("client", says("a"), ends(1)))
    typed = scene("terminal", types("a"), log="x\n", terminal=ERROR)
    yield check, "a typed line is lost", history(typed, client)
    yield (
        check,
        "a typed line is lost, and it does not stop",
        history(_stopped(typed, "sigkill"), client),
    )
    exited = scene("terminal", types("a"), ends(1))
    yield check, "it exits before a client comes", history(_stopped(exited, "sigkill"), client)

    check, restarted = "restart", [{"event": "restarted", "by": "ctrl-c"}]
    for title, steps in (
        ("it starts again", (restarted, says("b"))),
        ("it exits before", (ends(1),)),
        ("it exits at its second start", (restarted, ends(1))),
        ("it is stuck at its second start", (restarted, is_stuck(thread("pause")))),
        ("it hits a limit", (restarted, ends(None, 9))),
    ):
        yield check, title, history(scene("restart", says("a"), *steps, terminal=ERROR))


def _bytes() -> Iterator[tuple[Any, ...]]:
    check = "burst"
    joined = [event for name in "abc" for event in sends(name)] + settles()
    whole = text("a") + text("b") + text("c")
    for title, log in (
        ("they are on one line", "> {a}{b}{c}\n"),
        ("they are cut", "".join(f"[12] {whole[n : n + 7]}\n" for n in range(0, len(whole), 7))),
        ("they are out of order", "{a}\n{c}\n{b}\n"),
        ("the first is missing", "{b}\n{c}\n"),
        ("the last is cut", "{a}\n{b}\n" + text("c")[:9] + "\n"),
        ("nothing is logged", ""),
    ):
        yield check, title, history(scene(check, joined, log=log))

    apart = says("a"), says("b", "client 2"), says("c"), says("d", "client 2"), settles()
    half = text("c")[:-2]
    for title, log in (
        ("half a message is apart", f"{{a}}\n{{b}}\n{half}\n{{d}}\nlo\n"),
        ("half a message is joined with another client's", f"{{a}}\n{{b}}\n{half}{{d}}\nlo\n"),
    ):
        yield check, title, history(scene(check, *apart, log=log))

    check = "large-message"
    large = nonce("a") + LARGE
    for title, log in (
        ("it is logged in many records", "\n".join(large[n : n + 9] for n in range(0, 90, 9))),
        ("it is cut", large[:50] + "\n"),
        ("its first letter is there only", f"{nonce('a')[0]}\n"),
        ("nothing is there", "x\n"),
    ):
        play = scene(check, connects(), says("a", tail=LARGE), log=log)
        yield check, title, history(play)
    files = {f"log{n}.txt": large[n * 41 : n * 41 + 41] + "\n" for n in range(2)}
    play = scene(check, connects(), says("a", tail=LARGE), log=files)
    yield check, "it is logged in numbered files", history(play)

    check = "split-character"
    for title, log in (
        ("it is whole", "{a}\n"),
        ("it is cut", text("a", " ��� hello") + "\n"),
    ):
        yield check, title, history(scene(check, says("a", tail=" 龘 hello"), log=log))


def _typing() -> Iterator[tuple[Any, ...]]:
    check = "end-of-typing"
    before, after = "before the end of typing", "after the end of typing"
    busy = {"wall": 500_000_000, "ran": 400_000_000, "calls": {"": 50}}
    rests, spins = idles(before), idles(after, **busy)
    for title, steps in (
        ("it rests", (rests, idles(after))),
        ("it spins", (rests, spins)),
        ("it has always been spinning", (idles(before, **busy), spins)),
        ("it was not observed before", (spins,)),
        ("it was not observed after", (rests,)),
    ):
        play = scene(check, says("a"), *steps, log="{a}\n", terminal=CTRL_C)
        yield check, title, history(play)


PROGRAM = """\
import socket
PORT = 8888
log = open("log", "a")


def serve(listener, unused):
    global count
    count = 1
    log.write("x")
{long}

{script}
"""


def _functions() -> Iterator[tuple[Any, ...]]:
    check = "functions"
    script, long = "print(1)\n", "    print(2)\n"
    for title, source in (
        ("it is not known", ""),
        ("it is no program", "def\n"),
        ("it does nothing", "# nothing\n"),
        ("it has one statement", "print(1)\n"),
        ("it has two statements", "print(1)\nprint(2)\n"),
        ("it is right", "def main():\n    print(1)\n\n\nmain()\n"),
        ("it has all faults", PROGRAM.format(long=long * 40, script=script * 13)),
        ("it has too many faults", "a = f()\n" + "".join(
            f"def f{n}():\n    print(a)\n" for n in range(14))),
        ("it has just as many faults as are shown", "a = f()\n" + "".join(
            f"def f{n}():\n    print(a)\n" for n in range(12))),
    ):  # fmt: skip
        yield check, title, replace(history(scene("terminal")), source=source.encode())
