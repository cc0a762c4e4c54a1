"""Short notation for histories, made of real events.

A scenario is a list of steps; its log is text in which ``{a}`` stands for message ``a``::

    history(scene("client", says("a"), says("b"), log="{a}\\n{b}\\n"))
"""

import base64
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from grader.checks import CHECKS, Undecided
from grader.model.decoding import parse_event
from grader.model.history import History, Message, Play, read_history
from grader.model.outcome import Outcome
from grader.model.plan import nonces
from grader.model.rubric import Rubric

Event = dict[str, Any]
Step = list[Event]

_SUPPLY = nonces(0)


def nonce(name: str) -> str:
    """The nonce of the message ``name``: a letter and, if need be, a number."""
    return _SUPPLY[(ord(name[0]) - ord("a")) + 26 * int(name[1:] or 0)]


def text(name: str, tail: str = " hello") -> str:
    return nonce(name) + tail


def message(name: str, sent: int, settled: int | None, source: str = "client 1") -> Message:
    return Message(
        name=name, source=source, text=text(name), nonce=nonce(name), sent=sent, settled=settled
    )


# --- steps ---


def sends(name: str, source: str = "client 1", tail: str = " hello") -> Step:
    return [{"event": "sent", "message": name, "source": source, "text": text(name, tail)}]


def settles(
    *threads: Event, asleep: bool = True, others: Iterable[str] = (), shown: int | None = None
) -> Step:
    return [
        {
            "event": "settled",
            "asleep": asleep,
            "threads": list(threads),
            "others": list(others),
            "shown": shown,
        }
    ]


def logs(*names: str) -> Step:
    return [{"event": "logged", "messages": list(names)}]


def says(name: str, source: str = "client 1", tail: str = " hello") -> Step:
    return sends(name, source, tail) + settles()


def types(name: str) -> Step:
    return says(name, "terminal")


def connects(source: str = "client 1", port: int = 40000) -> Step:
    return [
        {"event": "connecting", "source": source},
        {"event": "connected", "source": source, "port": port},
        *settles(),
    ]


def leaves(source: str = "client 1") -> Step:
    return [{"event": "left", "source": source}, *settles()]


def looks(when: str, *found: str) -> Step:
    return [{"event": "found", "when": when, "messages": sorted(found)}]


def rewrites(*vanished: str, log: str = "", unprompted: bool = True) -> Step:
    """The server takes messages out of its log, which was ``log`` (nonces in braces) before."""
    before = re.sub(r"\{(\w+)\}", lambda match: text(match[1]), log).encode()
    file = {"path": "server.log", "size": len(before), "data": pack(before), "rewritten": True}
    return [
        {"event": "rewritten", "messages": sorted(vanished), "unprompted": unprompted},
        *([{"event": "log", **file}] if log else []),
    ]


def thread(
    call: str = "select", *, timed: bool = False, file: str = "", watches: tuple[str, ...] = ()
) -> Event:
    return {"call": call, "timed": timed, "file": file, "watches": list(watches)}


def idles(phase: str, *threads: Event, **observed: Any) -> Step:
    """The server is idle for 100 ms and sleeps, unless ``observed`` overrides that."""
    return [
        {
            "event": "observed",
            "phase": phase,
            "wall": 100_000_000,
            "ran": 0,
            "waited": 0,
            "samples": 10,
            "calls": {(threads[0]["call"] if threads else "select"): 10},
            "processes": 1,
            "threads": list(threads or (thread(watches=("listening socket", "terminal")),)),
            "written": 0,
            **observed,
        }
    ]


def ends(code: int | None = 1, signal: int | None = None, **more: bool | None) -> Step:
    return [{"event": "ended", "code": code, "signal": signal, **more}]


def is_stuck(*threads: Event, waiting: str = "text", source: str = "client 1") -> Step:
    return _gives_up("stuck", "asleep", threads or (thread("recv", file=source),), waiting, source)


def is_slow(*threads: Event, waiting: str = "text", source: str = "client 1") -> Step:
    return _gives_up("gave-up", "waiting", threads, waiting, source)


def spins_on(waiting: str = "text", source: str = "client 1") -> Step:
    return _gives_up("gave-up", "busy", (thread(""),), waiting, source)


def _gives_up(event: str, how: str, threads: Any, waiting: str, source: str) -> Step:
    waits = [{"source": source, "what": waiting, "size": 18}] if waiting else []
    return [{"event": event, "how": how, "waiting": waits, "threads": list(threads)}]


def refuses(source: str = "client 1") -> Step:
    return [{"event": "refused", "source": source, "reason": "Connection refused"}]


# --- scenarios ---


def pack(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


Written = str | bytes
"""In a ``str``, ``{a}`` is replaced by message ``a``; it is encoded as UTF-8."""


def _exit(by: str) -> Event:
    return {"code": 1, "signal": None} if by == "itself" else {"code": None, "signal": 2}


def scene(
    name: str,
    *steps: Step,
    log: Written | dict[str, Written] = "",
    terminal: bytes = b"",
    replies: Mapping[str, bytes] = {},
    typing: bool = True,
    ending: str = "",
    listening: bool = True,
    stopped: bool = True,
    taken: tuple[int, ...] = (),
    size: int | None = None,
    took: int = 0,
    by: str = "ctrl-c",
) -> list[Event]:
    """The events of a scenario.

    ``stopped`` False: the run was lost during it. ``size``: the size of the log on disk, if only a
    part of it was kept.
    """
    happened = [event for step in steps for event in step]
    texts = {e["message"]: e["text"] for e in happened if e["event"] == "sent"}

    def written(content: Written) -> bytes:
        if isinstance(content, bytes):
            return content
        return re.sub(r"\{(\w+)\}", lambda match: texts[match[1]], content).encode()

    files = log if isinstance(log, dict) else {"server.log": log} if log else {}
    end: Step = []
    if stopped:
        end = [
            {"event": "stopping"},
            {"event": "stopped", "by": by, "took": took, **_exit(by)},
            *(
                {"event": "log", "path": path, "size": size or len(data), "data": pack(data)}
                for path, data in ((path, written(content)) for path, content in files.items())
            ),
            *(
                {"event": "replied", "source": source, "size": len(data), "data": pack(data)}
                for source, data in replies.items()
            ),
            {"event": "terminal", "data": pack(terminal)},
        ]
    return [
        {
            "event": "scenario",
            "name": name,
            "ending": ending,
            "typing": typing,
        },
        {"event": "started", "taken": list(taken)},
        *([{"event": "listening", "address": "0.0.0.0", "port": 8888}] if listening else []),
        *happened,
        *end,
    ]


def lines(
    *scenes: list[Event],
    finished: bool = True,
    out_of_time: bool = False,
    chosen: str = "",
    out_of_memory: bool = False,
    took: int = 0,
    spent: Iterable[Event] = (),
) -> list[bytes]:
    """The events of a run, as the agent writes them.

    ``took`` and ``spent``: the nanoseconds of a run that is out of time, and what the server has
    spent of them.
    """
    agent = {"event": "agent", "version": 2, "python": "3.12.1", "kernel": "6", "machine": "arm64"}
    events: list[Event] = [agent, *(event for each in scenes for event in each)]
    if chosen:
        events.append({"event": "chosen", "ending": chosen})
    if out_of_time:
        events.append({"event": "out-of-time", "spent": list(spent)})
    elif out_of_memory:
        events.append({"event": "out-of-memory"})
    elif finished:
        events.append({"event": "finished", "complete": True})
    timed = [{**event, "at": at} for at, event in enumerate(events)]
    if took:
        timed[-1]["at"] = took
    return [json.dumps(event).encode() for event in timed]


def history(
    *scenes: list[Event],
    source: bytes = b"",
    files: Mapping[str, bytes] = {},
    **end: Any,
) -> History:
    return read_history(map(parse_event, lines(*scenes, **end)), source=source, files=files)


def play(*steps: Step, **rest: Any) -> Play:
    found = history(scene(rest.pop("name", "together"), *steps, **rest)).plays
    return found[0]


# --- what a right server leaves behind ---


def _right() -> dict[str, list[Event]]:
    chinese = " 你好，服务端"
    return {
        "terminal": scene(
            "terminal",
            idles("before any client"),
            types("a"),
            types("b"),
            idles("after typing"),
            log="{a}\n{b}\n",
        ),
        "client": scene(
            "client",
            connects(),
            says("a"),
            says("b"),
            idles("one client, silent"),
            looks("settled", "a", "b"),
            says("c", tail=chinese),
            log="{a}\n{b}\n{c}\n",
        ),
        "together": scene(
            "together",
            says("a", "client 1"),
            says("b", "client 2"),
            types("c"),
            sends("d", "client 1"),
            sends("e", "client 2"),
            sends("f", "terminal"),
            settles(),
            log="{a}\n{b}\n{c}\n{f}\n{e}\n{d}\n",
        ),
        "silent-client": scene(
            "silent-client", connects(), says("a", "client 2"), types("b"), log="{a}\n{b}\n"
        ),
        "newcomer": scene("newcomer", says("a"), says("b", "client 3"), log="{a}\n{b}\n"),
        "departure": scene(
            "departure",
            says("a", "client 1"),
            says("b", "client 2"),
            leaves("client 1"),
            idles("after a departure"),
            says("c", "client 2"),
            types("d"),
            log="{a}\n{b}\n{c}\n{d}\n",
        ),
    }


def right(**others: list[Event] | None) -> History:
    """The history of a right server; ``others`` replaces scenarios by name, with ``_`` for ``-``
    (None: not played)."""
    return history(*right_scenes(**others))


def right_scenes(**others: list[Event] | None) -> list[list[Event]]:
    scenes: dict[str, list[Event] | None] = dict(_right())
    for name, other in others.items():
        assert name.replace("_", "-") in scenes
        scenes[name.replace("_", "-")] = other
    return [each for each in scenes.values() if each is not None]


# --- judging ---


def ask(name: str, history: History, rubric: Rubric = Rubric()) -> Outcome:  # noqa: B008
    """The outcome of one check, ignoring its needs."""
    check = next(check for check in CHECKS if check.name == name)
    try:
        return check.judge(history, rubric)
    except Undecided as undecided:
        return undecided.outcome


def facts(outcome: Outcome) -> str:
    """The done, expected and seen of an outcome's only finding, for searching."""
    (finding,) = outcome.findings
    return "\n".join(map(str, (finding.done, finding.expected, *finding.seen)))
