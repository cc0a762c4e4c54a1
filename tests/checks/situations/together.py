"""Several sources: what ``every-message`` says, and ``own-record``."""

from collections.abc import Iterator
from typing import Any

from checks.histories import ends, history, is_stuck, looks, right, says, scene, thread, types
from grader.model.history import History


def situations() -> Iterator[tuple[Any, ...]]:
    yield from _every()
    yield from _own()


def together(*steps: Any, log: Any, source: bytes = b"") -> History:
    return history(scene("together", *steps, log=log), source=source)


def _every() -> Iterator[tuple[Any, ...]]:
    check = "every-message"
    yield check, "all is logged", right()
    yield check, "the only message is logged", together(says("a"), log="{a}\n")
    forms = "INFO:root:{{{0}}}\n{{{0}}}\n"
    yield (
        check,
        "the only message is logged in two forms",
        together(says("a"), log=forms.format("a")),
    )
    yield (
        check,
        "all is logged in two forms",
        together(says("a"), types("b"), log=forms.format("a") + forms.format("b")),
    )
    yield check, "the only message is logged twice", together(says("a"), log="{a}\n{a}\n")
    yield (
        check,
        "a message is logged five times",
        together(says("a"), types("b"), log="x\n{a}\n" + "{b}\n" * 5),
    )
    yield (
        check,
        "two of three messages are logged twice",
        together(says("a"), types("b"), says("c"), log="{a}\n{b}\n{c}\n{a}\n{b}\n"),
    )
    yield (
        check,
        "a message is logged twice in one of two logs",
        together(says("a"), types("b"), log={"a.txt": "{a}\n{b}\n", "b.txt": "{a}\n{b}\n{a}\n"}),
    )
    chat = "{a} came\n{a}: {b}\n{a}: {c}\n"
    yield (
        check,
        "the first message is a nickname",
        together(says("a"), says("b"), says("c"), log=chat),
    )
    lost = says("a"), types("b"), says("c")
    yield check, "a message is lost", together(*lost, log="{a}\n{c}\n")
    once, twice = b"f = open('a', 'w')\n", b"f = open('a', 'w')\ng = open(path, mode='wb')\n"
    yield (
        check,
        "a message is lost, and a file emptied once",
        together(*lost, log="{a}\n{c}\n", source=once),
    )
    yield (
        check,
        "a message is lost, and a file emptied twice",
        together(*lost, log="{a}\n{c}\n", source=twice),
    )
    yield (
        check,
        "it exits after one message, with status 0",
        together(says("a"), ends(0), log="{a}\n"),
    )
    yield (
        check,
        "it exits after two messages, with status 1",
        together(says("a"), says("b"), ends(1), log="{a}\n{b}\n"),
    )
    yield check, "it is stuck", together(says("a"), is_stuck(thread("pause")), log="{a}\n")
    yield check, "it hits a limit", together(says("a"), ends(None, 9), log="{a}\n")


def _own() -> Iterator[tuple[Any, ...]]:
    check = "own-record"
    yield check, "each has a line", right()
    shared = scene("together", says("a"), types("b"), says("c"), log="x\n{a}\n{b}{c}\n")
    yield check, "two share a line", right(together=shared)
    backwards = scene("together", says("a"), types("b"), log="x\n{b} {a}\n")
    yield check, "two share a line, the later one first", right(together=backwards)
    other = scene("together", says("a"), types("b"), log={"a.txt": "{a}{b}", "b.txt": "{a}\n{b}\n"})
    yield check, "two share a line in one of two logs", right(together=other)
    late = scene("client", says("a"), says("b"), looks("settled"), log="{a}{b}\n")
    yield check, "one client's messages share a line, written as it leaves", right(client=late)
    early = scene("client", says("a"), says("b"), looks("settled", "a"), log="{a}{b}\n")
    yield check, "one client's messages share a line, written at once", right(client=early)
    chosen = scene("client", says("a"), says("b"), looks("settled"), log="{a}{b}\n", ending="\n")
    yield (
        check,
        "one client's whole lines share a line",
        history(scene("terminal", types("c"), log="{c}\n"), chosen, chosen="\n"),
    )
    for name in ("terminal", "client", "together"):
        lost = {name: None}
        yield check, f"the scenario of {name} was not played", right(**lost)
        killed = scene(name, types("a"), ends(None, 9), log="{a}\n")
        yield check, f"a limit ended the scenario of {name}", right(**{name: killed})
    chat = says("a"), says("b"), says("c")
    named = scene("client", *chat, looks("settled", "a"), log="{a}\n{a}: {b}\n{a}: {c}\n")
    few = scene("newcomer", says("a"), says("b"), says("c", "client 3"), log="{a}: {b}\n{c}\n")
    yield check, "a client's nickname stands on its lines", right(client=named, newcomer=few)
    typed = types("a"), types("b"), types("c")
    named = scene("terminal", *typed, log="{a}\n{a}: {b}\n{a}: {c}\n")
    few = scene("newcomer", types("a"), types("b"), says("c", "client 3"), log="{a}: {b}\n{c}\n")
    yield check, "the first typed line stands on the others", right(terminal=named, newcomer=few)
    few = scene("newcomer", says("a"), says("b"), says("c", "client 3"), log="{a}: {b}\n{c}\n")
    yield (
        check,
        "what is typed has nicknames, clients have none",
        right(terminal=named, newcomer=few),
    )
