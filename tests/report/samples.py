"""A report with every kind of outcome."""

from grader.model.outcome import Cause, Finding, failed, not_judged, passed, skipped
from grader.model.report import Entry, Report
from grader.model.text import say

FINDING = Finding(
    done=say("one client connected and sent messages, with nobody else there"),
    expected=say("the server reads and logs every message, and keeps running"),
    seen=(
        say("the server exited on its own ({how})", how=say("exit status {code}", code=1)),
        say("not in the log: {count} of {all} messages", count=1, all=3),
    ),
    log=("1: [12:00] jqxz hello", "2: 早上好"),
    terminal=('  File "zhang.py", line 9, in <module>', "ValueError: [red]no[/red] :smile:"),
    cause=Cause(
        "client-text-unused",
        say("When `select` returns the client's socket as ready, `recv` has its text."),
    ),
)


def entry(name, max_points, outcome, asks="One client's messages are in the log.") -> Entry:
    return Entry(
        name=name, asks=say(asks), lesson=say("recv"), max_points=max_points, outcome=outcome
    )  # fmt: skip


def report(**changed) -> Report:
    fields = {
        "submission": "zhang.py",
        "entries": (
            entry("starts", 5, passed(say("it listens on port {port}", port=8888))),
            entry("client-logged", 10, failed(FINDING)),
            entry("one-log", 5, skipped(say("It needs client-logged, which failed."))),
            entry("waits-in-select", 7.5, not_judged(say("The run was lost."))),
            entry("rests-after-departure", 3, passed(None, say("It logs whole lines only."))),
        ),
        "pass_mark": 60.0,
        "sandbox": "docker",
        "python": "3.12.1",
        "grader": "1.0",
        "seed": 7,
        "scenarios": {"terminal": 1, "client": 3, "together": 1},
        "advice": (say("The program names the folder {folder}.", folder="/home/me"),),
        "run": "runs/zhang-1",
    }
    return Report(**{**fields, **changed})
