"""Annotations: which come first, and how many there are."""

from languages import replacing

from grader.ci.annotations import MAX_ANNOTATIONS, annotations
from grader.ci.result import PullRequestResult, SubmissionResult
from grader.ci.review import ForeignChange
from grader.model.outcome import Cause, Finding, failed, passed
from grader.model.report import Entry, Report
from grader.model.text import say


def entry(name: str, max_points: float = 5, *, fails: bool = True) -> Entry:
    made = Finding(
        done=say("it was asked"),
        expected=say("it answers"),
        seen=(say("it does not"),),
        cause=Cause("a-cause", say("see the lecture")),
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
