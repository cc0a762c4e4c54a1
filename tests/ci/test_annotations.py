"""Annotations: which line of the program they point to, and which come first."""

import pytest
from languages import replacing

from grader.ci.annotations import MAX_ANNOTATIONS, annotations, named_line
from grader.ci.result import PullRequestResult, SubmissionResult
from grader.ci.review import ForeignChange
from grader.model.outcome import Cause, Finding, failed, passed
from grader.model.report import Entry, Report
from grader.model.text import say


def entry(name: str, max_points: float = 5, *, fails: bool = True, **finding: object) -> Entry:
    made = Finding(
        **{
            "done": say("it was asked"),
            "expected": say("it answers"),
            "seen": (say("it does not"),),
            "cause": Cause("a-cause", say("see the lecture")),
            **finding,
        }
    )
    return Entry(
        name=name,
        asks=say("It answers."),
        lesson=say("answers"),
        max_points=max_points,
        outcome=failed(made) if fails else passed(),
    )


def graded(*entries: Entry, name: str = "zhang.py") -> SubmissionResult:
    report = Report(
        submission=name, entries=entries, pass_mark=60, sandbox="none", python="3.11", grader="1",
        seed=1,
    )  # fmt: skip
    return SubmissionResult(name=name, path=f"submissions/{name}", line_count=30, report=report)


STOPPED = say("Ctrl-C interrupted it there, at line {line}: {code}", line="22", code="recv()")
LOGGED = say("both are on line {line} of the log", line=7)
TRACEBACK = (
    "Traceback (most recent call last):",
    '  File "zhang.py", line 12, in <module>',
    "    main()",
    '  File "zhang.py", line 9, in main',
    "KeyError: 1",
)


@pytest.mark.parametrize(
    ("name", "finding", "line"),
    [
        ("departure", {}, 1),
        ("departure", {"seen": (say("it sleeps"), STOPPED)}, 22),
        ("departure", {"seen": (say("{inner} so", inner=STOPPED),)}, 22),
        ("departure", {"seen": (say("{all}", all=(LOGGED, STOPPED)),)}, 22),
        ("own-record", {"seen": (LOGGED,)}, 1),
        ("functions", {"seen": (say("line {line}: {remark}", line=5, remark=say("long")),)}, 5),
        ("starts", {"terminal": TRACEBACK}, 9),
        ("starts", {"terminal": ('  File "x", line 31', '  File "x", line 30')}, 30),
        ("starts", {"terminal": ('  File "x", line 31',)}, 1),
        ("starts", {"terminal": ('  File "x", line 0',)}, 1),
        ("starts", {"terminal": ('  File "x", line 99999999999999999999',)}, 1),
        ("starts", {"seen": (say("at {line} {code}", line="²", code=""),)}, 1),
    ],
)
def test_the_line_that_an_annotation_points_to(name, finding, line):
    assert named_line(entry(name, **finding), line_count=30) == line


def test_annotations_are_sorted_by_importance():
    outcome = PullRequestResult(
        submissions=(
            graded(entry("cheap", 1), entry("craft", 0), entry("fine", 20, fails=False)),
            graded(entry("dear", 10), entry("craft", 0), name="li.py"),
            SubmissionResult(
                name="x.py", path="submissions/x.py", reason=say("It is a link."), at_fault=True
            ),
        ),
        foreign=(ForeignChange(path="grader/cli.py", message=say("It is not theirs.")),),
    )
    found = annotations(outcome)
    assert [(each.level, each.path, str(each.title).partition(":")[0]) for each in found] == [
        ("error", "grader/cli.py", "Changes beyond the author's submission"),
        ("error", "submissions/x.py", "Not judged"),
        ("error", "submissions/li.py", "dear"),
        ("error", "submissions/zhang.py", "cheap"),
        ("notice", "submissions/zhang.py", "craft"),
        ("notice", "submissions/li.py", "craft"),
    ]


def test_there_are_at_most_ten_annotations():
    found = annotations(
        PullRequestResult(submissions=(graded(*(entry(f"c{n}", n) for n in range(30))),))
    )
    assert [str(each.title) for each in found] == [
        f"c{n}: 0 of {n} points" for n in range(29, 19, -1)
    ]
    assert len(found) == MAX_ANNOTATIONS


def test_annotations_are_translated():
    (found,) = annotations(PullRequestResult(submissions=(graded(entry("starts")),)))
    command = found.command(replacing({"g} points": "g} 分"}))
    assert "title=starts%3A 0 of 5 分" in command
