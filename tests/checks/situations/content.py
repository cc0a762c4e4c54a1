"""What is in the log: ``client-logged``, ``terminal-logged``, ``one-log`` and ``exact-text``."""

from collections.abc import Iterator
from typing import Any

from checks.histories import (
    connects,
    ends,
    history,
    idles,
    is_stuck,
    looks,
    right,
    says,
    scene,
    text,
    thread,
    types,
)

CHINESE = " 你好，服务端"


def situations() -> Iterator[tuple[Any, ...]]:
    yield from _client()
    yield from _terminal()
    yield from _one_log()
    yield from _exact()


def _client() -> Iterator[tuple[Any, ...]]:
    check = "client-logged"
    yield check, "all is logged", right()
    ended = scene("client", connects(), says("a"), looks("settled", "a"), log="{a}\n", ending="\n")
    yield check, "whole lines were tried, which another scenario needs", right(client=ended)
    yield check, "it needs whole lines", history(ended, chosen="\n")
    database = {"log.db": b"SQLite format 3\0" + text("a").encode()}
    kept = scene("client", connects(), says("a"), looks("settled", "a"), log=database)
    yield check, "it keeps messages in a database", history(kept)
    one = scene("client", says("a"), looks("settled"), log="{a}\n", ending="\n")
    yield check, "it needs whole lines, and logs late", history(one, chosen="\n")
    recv, select = thread("recv", file="client 1"), thread("select", watches=("client 1",))
    for title, seen in (
        ("it blocks in a second recv", idles("one client, silent", recv)),
        ("it waits in select, and logs nothing", idles("one client, silent", select)),
        ("it blocked in recv before", idles("a client that has said nothing", recv)),
        ("it blocks in read", idles("one client, silent", thread("read", file="client 1"))),
        ("it blocks in recv of another", idles("one client, silent", thread("recv", file="x"))),
    ):
        play = scene("client", says("a"), seen, looks("settled"), log="x\n")
        yield check, title, history(play)
    blocked = scene("client", says("a"), idles("one client, silent", recv), says("b"), log="{b}\n")
    yield check, "it blocked in recv, and is stuck in nothing", history(blocked)
    chinese = scene("client", says("a"), looks("settled"), says("b", tail=CHINESE), log="{a}\n")
    yield check, "the Chinese message is not logged", history(chinese)


def _terminal() -> Iterator[tuple[Any, ...]]:
    check = "terminal-logged"

    def typed(*steps: Any, log: str = "x\n") -> Any:
        return history(scene("terminal", *steps, log=log))

    yield check, "all is logged", right()
    yield check, "nothing was typed", typed(log="")
    yield check, "lines are lost", typed(types("a"), types("b"), log="{a}\n")
    read, select = thread("read", file="terminal"), thread("select", watches=("terminal",))
    for title, seen in (
        ("it blocks in a second read", idles("after typing", read)),
        ("it waits in select", idles("after typing", select)),
        ("it blocked in read before", idles("before any client", read)),
    ):
        yield check, title, typed(types("a"), seen)
    again = idles("after typing", read), types("b"), idles("after typing", select)
    yield check, "it blocked in read at first", typed(types("a"), *again)
    yield check, "it exits", typed(types("a"), ends(1), log="{a}\n")
    yield (
        check,
        "it is stuck",
        typed(types("a"), is_stuck(thread("pause"), waiting="line", source="terminal")),
    )
    yield check, "it hits a limit", typed(types("a"), ends(None, 9), log="{a}\n")
    for title, steps, log in _CHINESE_TYPED:
        yield check, title, right(terminal=scene("terminal", *steps, log=log))


_PLAIN = types("a"), looks("settled", "a")
_TYPED = *_PLAIN, says("b", "terminal", CHINESE)
_CHINESE_TYPED: tuple[tuple[str, tuple[Any, ...], str], ...] = (
    ("Chinese that is typed is logged", (*_TYPED, types("c")), "{a}\n{b}\n{c}\n"),
    ("Chinese that is typed is missing", (*_TYPED, types("c")), "{a}\n{c}\n"),
    ("Chinese that is typed ends it", (*_TYPED, ends(1)), "{a}\n"),
    ("nothing is logged from the typed Chinese on", (*_TYPED, types("c")), "{a}\n"),
    ("it is always one line late", (*_TYPED, types("c")), "{a}\n{b}\n"),
)


def _one_log() -> Iterator[tuple[Any, ...]]:
    check = "one-log"

    def logs(**files: str) -> dict[str, Any]:
        return {f"{name}.txt": content for name, content in files.items()}

    def both(log: Any) -> Any:
        return history(scene("together", says("a"), types("b"), log=log))

    def apart(terminal: Any, client: Any) -> Any:
        return history(
            scene("terminal", types("a"), log=terminal), scene("client", says("b"), log=client)
        )

    yield check, "all is in one file", right()
    yield check, "in two files", both(logs(clients="{a}\n", typed="{b}\n"))
    yield (
        check,
        "each in two files",
        both({"a.txt": "{a}\n", "b.txt": "{b}\n", "a.log": "{b}\n", "b.log": "{a}\n"}),
    )
    numbered = {"log1.txt": "{a}\n{b}\n", "log2.txt": "{d}\n"}
    steps = says("a"), types("b"), says("d")
    yield check, "in numbered files", history(scene("together", *steps, log=numbered))
    each = {f"12-00-00.{n}.txt": f"{{{m}}}\n" for n, m in enumerate("abd")}
    yield check, "each in a file of its own", history(scene("together", *steps, log=each))
    others = {"log1.txt": "{a}\n{b}\n{e}\n", "clients.txt": "{d}\n"}
    steps = *steps, types("e")
    yield check, "some in a file of their own", history(scene("together", *steps, log=others))
    yield (
        check,
        "one scenario has both",
        history(
            scene("terminal", types("a"), log=logs(typed="{a}\n")),
            scene("client", says("b"), log=logs(sent="{b}\n")),
            scene("together", says("c"), types("d"), log="{c}\n{d}\n"),
        ),
    )
    yield check, "no scenario has both, and the names are equal", apart("{a}\n", "{b}\n")
    yield (
        check,
        "no scenario has both, and the names differ",
        apart(logs(typed="{a}\n"), logs(sent="{b}\n")),
    )
    yield (
        check,
        "no scenario has both, and one of the names is equal",
        apart(logs(log="{a}\n", typed="{a}\n"), logs(log="{b}\n", sent="{b}\n")),
    )
    yield (
        check,
        "no scenario has both, and the names have different dates",
        apart({"log-2024-05-01.txt": "{a}\n"}, {"log-2024-05-02.txt": "{b}\n"}),
    )
    yield (
        check,
        "the client's scenario was not played",
        history(scene("terminal", types("a"), log="{a}\n")),
    )
    yield (
        check,
        "the terminal's scenario was not played",
        history(scene("client", says("a"), log="{a}\n")),
    )


def _exact() -> Iterator[tuple[Any, ...]]:
    check = "exact-text"
    yield check, "all is as it was sent", right()

    def client(*steps: Any, log: Any) -> Any:
        return history(scene("client", *steps, log=log))

    chinese = says("b", tail=CHINESE)
    yield check, "it exits", client(says("a"), chinese, ends(1), log="{a}\n")
    yield check, "it is stuck", client(says("a"), is_stuck(thread("pause")), log="{a}\n")
    yield check, "it hits a limit", client(says("a"), ends(None, 9), log="{a}\n")
    yield check, "the only message is cut", client(says("a"), log=text("a", " hel") + "\n")
    yield (
        check,
        "Chinese is question marks",
        client(says("a"), chinese, log=f"{{a}}\n{text('b', ' ????')}\n"),
    )
    yield (
        check,
        "Chinese is cut",
        client(says("a"), chinese, log=f"{{a}}\n{text('b', CHINESE[:4])}\nx\ny\nz\n"),
    )
    for end in (2, 3):
        yield (
            check,
            f"of Chinese {end} characters are left",
            client(says("a"), chinese, log=f"{{a}}\n{text('b', CHINESE[:end])}\n"),
        )
    yield check, "Chinese is missing", client(says("a"), chinese, log="x\n{a}\n" + "y\n" * 9)
    yield check, "everything is missing", client(says("a"), chinese, log="x\n")
    yield check, "everything is missing, with its log", client(says("a"), chinese, log="")
    yield (
        check,
        "everything is in capitals",
        client(
            says("a"), says("b"), log="x\n" + text("a").upper() + "\n" + text("b").upper() + "\n"
        ),
    )

    def typed(*steps: Any, log: Any) -> Any:
        return right(terminal=scene("terminal", *steps, log=log))

    yield (
        check,
        "typed lines are cut",
        typed(types("a"), types("b"), log=f"{text('a', ' he')}\n{text('b', ' he')}\n"),
    )
    yield (
        check,
        "one of the typed lines is missing, and one cut",
        typed(types("a"), types("b"), log=text("a", " he") + "\n"),
    )
    yield (
        check,
        "typed lines are cut, and a limit ended the server",
        typed(types("a"), ends(None, 9), log=text("a", " he") + "\n"),
    )
    for title, steps, log in _CHINESE_TYPED:
        yield check, title, typed(*steps, log=log)
    cut = scene("client", says("a"), log="x\n", size=1 << 20)
    yield check, "it may be in what was not kept", history(cut)
    yield check, "no line was typed", history(scene("client", says("a"), log="{a}\n"))
