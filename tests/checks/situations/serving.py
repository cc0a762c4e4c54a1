"""What most checks say alike of a server that did not serve: by the example of one client."""

from collections.abc import Iterator
from typing import Any

from checks.histories import (
    Step,
    connects,
    ends,
    history,
    is_slow,
    is_stuck,
    looks,
    refuses,
    says,
    scene,
    spins_on,
    thread,
)

CHECK = "client-logged"

ERROR = (
    b"Traceback (most recent call last):\r\n"
    b'  File "/work/1/course/homework/submission.py", line 9, in <module>\r\n'
    b"    f.write(data)\r\n"
    b"TypeError: write() argument must be str, not bytes\r\n"
)
CTRL_C = (
    b"^CTraceback (most recent call last):\r\n"
    b'  File "/work/1/course/homework/submission.py", line 4, in <module>\r\n'
    b"    main()\r\n"
    b'  File "/work/1/course/homework/submission.py", line 7, in main\r\n'
    b"    while True: pass\r\n"
    b"KeyboardInterrupt\r\n"
)
BROKEN_PIPE = b"Traceback (most recent call last):\r\nBrokenPipeError: [Errno 32] Broken pipe\r\n"
GONE = [{"event": "closed-by-server", "source": "client 1"}]


def client(*steps: Step, log: Any = "", **rest: Any) -> Any:
    return history(scene("client", *steps, log=log, **rest))


def situations() -> Iterator[tuple[Any, ...]]:
    for situation in (*_failures(), *_calls(), *_inputs(), *_losses(), *_terminals()):
        yield CHECK, *situation


def _failures() -> Iterator[tuple[Any, ...]]:
    yield "it exits", client(says("a"), ends(1), log="{a}\n")
    yield "it exits, and nothing is logged", client(says("a"), ends(3))
    yield "it is killed", client(says("a"), ends(None, 11), log="{a}\n")
    yield "its exit status is unknown", client(says("a"), ends(None), log="{a}\n")
    yield "it listens no longer", client(says("a"), refuses("client 2"), log="{a}\n")
    yield "it is slow", client(says("a"), is_slow(thread("sleep", timed=True)), log="{a}\n")
    yield "it spins", client(says("a"), spins_on(), terminal=CTRL_C)
    yield "it runs whenever it is looked at", client(says("a"), is_slow(thread("")))
    yield (
        "it spins, and shows where",
        client(says("a"), spins_on(), log="{a}\n", terminal=b"hello\r\n" + CTRL_C),
    )


def _calls() -> Iterator[tuple[Any, ...]]:
    """Where it is stuck."""

    def stuck(*threads: Any, **rest: Any) -> Any:
        return client(says("a"), is_stuck(*threads, **rest))

    for call, file in (
        ("accept", "listening socket"),
        ("recv", "client 2"),
        ("recv", "another socket"),
        ("read", "terminal"),
        ("read", "client 1"),
        ("recv", "terminal"),
        ("read", "a pipe"),
        ("send", "client 2"),
    ):
        yield f"it is stuck in {call} of {file}", stuck(thread(call, file=file))
    yield "it is stuck in recv of nothing known", stuck(thread("recv"))
    yield "it is stuck in accept of nothing known", stuck(thread("accept"))
    yield "it is stuck in futex", stuck(thread("futex"))
    for file in ("listening socket", "terminal", "client 2"):
        waiting = thread("poll", timed=True, watches=(file,))
        yield f"it is stuck in a call with a timeout, of {file}", stuck(waiting)
    yield "it is stuck in poll of one", stuck(thread("poll", watches=("client 1",)))
    yield (
        "it is stuck in a timed select of one",
        stuck(thread("select", timed=True, watches=("client 1",))),
    )
    yield (
        "it is stuck in a timed poll of two",
        stuck(thread("poll", timed=True, watches=("client 1", "terminal"))),
    )
    yield "it is stuck in select of nothing", stuck(thread("select"))
    yield "it is stuck in epoll", stuck(thread("epoll", watches=("client 1",)))
    others = tuple(f"client {number}" for number in range(2, 10))
    for count in (6, 7, 8):
        watching = thread("select", watches=others[:count])
        yield f"it is stuck in select of {count} others", stuck(watching)
    watching = thread("select", watches=("client 1",))
    yield "it is stuck in select, and does not accept", stuck(watching, waiting="connection")
    yield "it is stuck in select, and should have read", stuck(watching)
    recv = thread("recv", file="client 1")
    yield "it is stuck with two threads", stuck(recv, thread("futex"))
    yield (
        "it is stuck with five threads, one of which runs",
        stuck(
            thread(""),
            thread("select", watches=("client 1",)),
            recv,
            thread("futex"),
            thread("accept"),
        ),
    )
    blind = thread("select", watches=("terminal",))
    yield "it is stuck with two threads, and watches too little", stuck(recv, blind)


def _inputs() -> Iterator[tuple[Any, ...]]:
    """What it has not read."""
    (stuck,) = is_stuck(thread("pause"))

    def waiting(*inputs: tuple[str, str]) -> Any:
        waits = [{"source": source, "what": what, "size": 1} for source, what in inputs]
        return client(connects(), says("a"), [{**stuck, "waiting": waits}], log="{a}\n")

    yield "it is stuck, with nothing waiting", waiting()
    for what in ("connection", "text", "departure"):
        for count in (1, 2, 4, 5, 6):
            waits = [(f"client {number}", what) for number in range(1, count + 1)]
            yield f"it is stuck with {what} of {count}", waiting(*waits)
    yield "it is stuck with a line", waiting(("terminal", "line"))
    yield (
        "it is stuck with much",
        waiting(
            ("client 2", "text"),
            ("client 1", "departure"),
            ("client 3", "text"),
            ("terminal", "line"),
        ),
    )


def _losses() -> Iterator[tuple[Any, ...]]:
    names = "abcdef"
    everything = [says(name) for name in names]
    yield "the only message is not logged", client(says("a"), log="x\n")
    for count in (1, 4, 5):
        kept = "".join(f"{{{name}}}\n" for name in names[: 6 - count])
        yield f"{count} of six messages are not logged", client(*everything, log=kept)
    yield "nothing is logged", client(says("a"))
    yield "a file is empty", client(says("a"), log={"log.txt": ""})
    yield "a file is empty, and it has exited", client(says("a"), ends(1), log={"log.txt": ""})
    long = "".join(f"line {number}\n" for number in range(1, 9))
    yield (
        "no message is logged, in several files",
        client(says("a"), log={"a.txt": "short\n", "b.txt": long, "c.txt": "short\n"}),
    )
    yield "one of many lines is missing", client(says("a"), says("b"), log=long + "{b}\n")
    yield "the earlier part is gone", client(*everything[:4], log="{c}\n{d}\n")
    yield (
        "the earlier part is gone, and it has exited",
        client(*everything[:4], ends(1), log="{c}\n{d}\n"),
    )
    yield "the first message is missing", client(*everything[:3], log="{b}\n{c}\n")
    yield "the first and the last are missing", client(*everything[:3], log="{b}\n")
    gone = says("a"), says("b"), looks("settled", "a", "b")
    yield "a message was there and is gone", client(*gone, log="{b}\n")
    yield "all messages were there and are gone", client(*gone)
    yield "all messages were there, and the file is empty", client(*gone, log={"log.txt": ""})
    yield "all messages were there and are gone, and it has exited", client(*gone, ends(1))
    yield (
        "the agent still finds a message that is in pieces",
        client(says("a"), looks("settled", "a"), looks("stopped", "a"), log="-\n"),
    )
    yield "it closed the connection", client(says("a"), GONE, says("b"), log="{a}\n")
    yield "it closed the connection, and everything is logged", client(says("a"), GONE, log="{a}")
    yield "it closed the connection and exited", client(says("a"), GONE, says("b"), ends(1))
    yield (
        "it closed the connection and is stuck",
        client(says("a"), GONE, says("b"), is_stuck(thread("pause"))),
    )


def _terminals() -> Iterator[tuple[Any, ...]]:
    yield "it exits with an error", client(says("a"), ends(1), terminal=b"hello\r\n" + ERROR)
    yield (
        "it shows an error and runs on",
        client(says("a"), terminal=b"hello\r\n" + ERROR + b"and on\r\n" * 30 + CTRL_C),
    )
    deep = ERROR.replace(b"    f.write(data)\r\n", b"    f.write(data)\r\n" * 12)
    yield "it shows a deep error and runs on", client(says("a"), terminal=deep + CTRL_C)
    caught = "写日志失败: write() argument must be str, not bytes\r\n".encode()
    yield "it prints an error in its own words", client(says("a"), terminal=caught + CTRL_C)
    yield (
        "it prints much and logs nothing",
        client(says("a"), terminal=b"".join(b"%d\r\n\r\n" % n for n in range(20)) + CTRL_C),
    )
    yield "it prints and logs something", client(says("a"), log="x\n", terminal=b"hi\r\n" + CTRL_C)
