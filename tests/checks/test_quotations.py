"""What a finding quotes: the log where a message is or would be, bounded, under own names."""

import json

import pytest
from msgspec import structs

from checks.histories import ask, facts, history, play, says, scene, text, types
from grader.checks.quotations import quote_around, quote_end, quote_lines, under_own_names
from grader.logs.evidence import log_evidence
from grader.model.outcome import Outcome
from grader.model.report import Entry, Report
from grader.model.text import UNTRANSLATED, say
from grader.report.formats import FORMATS


def around(name: str, *steps, log) -> tuple[str, ...]:
    shown = play(*steps, log=log)
    (message,) = (m for m in shown.messages if m.name == name)
    return quote_around(shown, log_evidence(shown), message)


ABC = says("a"), says("b"), says("c")
MANY = "".join(f"line {n}\n" for n in range(1, 10))


def test_a_lost_message_is_quoted_by_its_neighbours():
    log = MANY + "{a}\nbetween\n{c}\n" + MANY
    assert around("b", *ABC, log=log) == (f"10: {text('a')}", "11: between", f"12: {text('c')}")


def test_neighbours_that_are_far_apart_are_quoted_alone():
    log = "{a}\n" + MANY + "{c}\n" + MANY
    assert around("b", *ABC, log=log) == (f"1: {text('a')}", "…", f"11: {text('c')}")


def test_neighbours_in_the_wrong_order_are_quoted_in_the_order_of_the_log():
    log = "{c}\nx\ny\n{a}\n"
    assert around("b", *ABC, log=log) == (f"1: {text('c')}", "…", f"4: {text('a')}")


def test_the_first_message_is_missing():
    log = MANY + "{b}\n" + MANY
    assert around("a", *ABC, log=log) == ("8: line 8", "9: line 9", f"10: {text('b')}")


def test_the_last_message_is_missing():
    log = "{a}\n{b}\n" + MANY
    assert around("c", *ABC, log=log) == (f"2: {text('b')}", "3: line 1", "4: line 2")


def test_the_former_neighbours_last_line_counts():
    log = "to 1: {a}\nto 2: {a}\nto 1: {c}\nto 2: {c}\n"
    assert around("b", *ABC, log=log) == (f"2: to 2: {text('a')}", f"3: to 1: {text('c')}")


def test_neighbours_in_two_files_are_not_mixed():
    steps = says("a"), says("b"), says("c", "client 2")
    found = around("b", *steps, log={"one.txt": "{a}\nend\n", "two.txt": "{c}\n"})
    assert found == (f"1: {text('a')}", "2: end")


def test_a_message_that_is_there_is_quoted_with_the_next_lines():
    assert around("b", *ABC, log="{a}\n{b}\n{c}\n") == (f"2: {text('b')}", f"3: {text('c')}")


def test_without_any_message_the_longest_file_ends_the_search():
    found = around("b", *ABC, log={"long.txt": MANY, "short.txt": "x\n"})
    assert found == ("7: line 7", "8: line 8", "9: line 9")
    assert around("b", *ABC, log="") == ()


def test_the_end_of_a_log():
    shown = play(log=MANY)
    assert quote_end(shown, log_evidence(shown).all_streams[0])[0] == "4: line 4"
    assert quote_end(shown, log_evidence(shown).all_streams[0], 1) == ("9: line 9",)


def test_a_long_line_is_quoted_around_the_message():
    shown = play(*ABC, log=json.dumps(["说"] * 500 + ["{a}", "{c}"], ensure_ascii=False))
    (message,) = (m for m in shown.messages if m.name == "b")
    (line,) = quote_around(shown, log_evidence(shown), message)
    assert line.startswith('1: …"说", ')
    assert text("a") in line
    assert len(line) < 130


def test_a_shared_long_line_is_quoted_around_both_messages():
    log = "x" * 5000 + "{a}{b}" + "y" * 5000
    outcome = ask("own-record", history(scene("client", says("a"), says("b"), log=log)))
    (line,) = outcome.findings[0].log
    assert f"…{text('a')}{text('b')}" in line
    assert line.endswith("…")


def test_a_quoted_line_is_bounded():
    shown = play(log="x" * 1000 + "\n" + "y" * 120)
    assert quote_lines(shown, log_evidence(shown).all_streams[0], (1, 2)) == (
        "1: " + "x" * 120 + "…",
        "2: " + "y" * 120,
    )


@pytest.mark.parametrize(
    ("inner", "own"),
    [
        ('File "/work/11/course/homework/submission.py", line 3', 'File "bob.py", line 3'),
        ("'/work/11/course/homework/logs/a.txt'", "'logs/a.txt'"),
        ("in /work/2/course/homework", "in ."),
        ("/tmp/grader-x1/work/3/course/homework/log.txt", "log.txt"),
        ("usage: submission.py [-h] port", "usage: bob.py [-h] port"),
        ("old.submission.py", "old.submission.py"),
        ("/work/11/course/homework2/a.txt", "/work/11/course/homework2/a.txt"),
        ("/home/me/course/homework/a.txt", "/home/me/course/homework/a.txt"),
        ("in '/home/student/logs/a.txt'", "in '~/logs/a.txt'"),
        ("/home/students/a.txt", "/home/students/a.txt"),
        ("PWD=/work/11/course/homework", "PWD=."),
        ("nothing of the kind", "nothing of the kind"),
    ],
)
def test_paths_are_the_students_own(inner, own):
    assert under_own_names(inner, "bob.py") == own


def test_no_finding_shows_an_inner_path():
    log = "/work/11/course/homework/log.txt: {a}\n"
    shown = b"[Errno 2] No such file or directory: '/work/11/course/homework/log/b.txt'\r\n"
    given = history(
        scene(
            "client",
            says("a"),
            says("b"),
            [{"event": "ended", "code": 1, "signal": None}],
            log=log,
            terminal=shown,
        )
    )
    (finding,) = ask("client-logged", given).findings
    assert finding.log == (f"1: log.txt: {text('a')}",)
    assert finding.terminal == ("[Errno 2] No such file or directory: 'log/b.txt'",)


LONG = "x" * 70_000


def _long_outcomes() -> list[Outcome]:
    long = says("a", tail=" " + LONG), says("b", tail=" " + LONG), types("c")
    ended = [{"event": "ended", "code": 1, "signal": None}]
    traceback = f"Traceback (most recent call last):\r\nValueError: {LONG}\r\n".encode()
    return [
        ask("client-logged", history(scene("client", *long[:2], log=f"{{b}}{LONG}"))),
        ask("client-logged", history(scene("client", *long[:2], ended, terminal=traceback))),
        ask("exact-text", history(scene("client", says("a"), log="{a}"[:-2] + LONG))),
        ask("every-message", history(scene("together", *long, log="{a}\n{a}\n{b}\n{c}\n"))),
        ask("arrival-order", history(scene("together", *long, log="{b}\n{a}\n{c}\n"))),
        ask("own-record", history(scene("client", *long[:2], log=f"{LONG}{{a}}{{b}}"))),
        ask("large-message", history(scene("large-message", *long[:1], log=LONG))),
        ask(
            "one-log",
            history(
                scene("together", *long, log={"c.txt": "{c}", "d" * 5000: "{a}", "e.txt": "{b}"})
            ),
        ),
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_every_quotation_is_bounded_in_every_format(name):
    for outcome in _long_outcomes():
        assert outcome.outcome == "fail"
        (finding,) = outcome.findings
        assert "…" in "".join((facts(outcome), *finding.log, *finding.terminal))
        entry = Entry(name="check", asks=say("x"), lesson=say("x"), max_points=5.0, outcome=outcome)
        report = Report(
            submission="bob.py", entries=(entry,), pass_mark=60, sandbox="docker", python="3.12",
            grader="1", seed=1,
        )  # fmt: skip
        rendered = FORMATS[name].render([report], UNTRANSLATED)
        empty = structs.replace(report, entries=())
        assert len(rendered) - len(FORMATS[name].render([empty], UNTRANSLATED)) < 6000
