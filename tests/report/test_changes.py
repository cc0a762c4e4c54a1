"""What is better and what is worse in one report than in another, and how a terminal shows it."""

import io

import msgspec
import pytest
from rich.console import Console

from grader.model.outcome import Cause, failed, not_judged, passed, skipped
from grader.model.text import say
from grader.report.changes import compare
from grader.report.terminal.changes import render
from report.samples import FINDING, entry, report

PASS = passed()
FAIL = failed(FINDING)
SKIP = skipped(say("It needs starts."), "starts")
LOST = not_judged(say("It was lost."))
OTHERWISE = failed(msgspec.structs.replace(FINDING, cause=Cause("other", say("Why?"))))
DIFFERENT = failed(msgspec.structs.replace(FINDING, seen=(say("it hangs"),)))
ALIKE = failed(
    msgspec.structs.replace(
        FINDING, seen=(say(FINDING.seen[0].template, how="exit status 2"), FINDING.seen[1])
    )
)


def both(before, after):
    reports = (
        report(entries=(entry("starts", 5, PASS), entry("burst", 5, each)))
        for each in (before, after)
    )
    return tuple(reports)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (PASS, PASS, None), (FAIL, FAIL, None), (FAIL, ALIKE, None), (LOST, LOST, None),
        (FAIL, PASS, "better"), (SKIP, PASS, "better"), (LOST, PASS, "better"),
        (PASS, FAIL, "worse"), (PASS, SKIP, "worse"), (PASS, LOST, "worse"),
        (SKIP, FAIL, "other"), (FAIL, SKIP, None), (SKIP, LOST, None), (FAIL, OTHERWISE, "other"),
        (FAIL, DIFFERENT, "other"),
    ],
)  # fmt: skip
def test_kinds_of_changes(before, after, kind):
    found = compare(*both(before, after))
    for name in ("better", "worse", "other"):
        checks = [each.after.name for each in getattr(found, name)]
        assert checks == (["burst"] if name == kind else [])
    assert bool(found) == (kind is not None)


def test_only_checks_of_both_reports_are_compared():
    one = report(entries=(entry("starts", 5, PASS),))
    other = report(entries=(entry("burst", 5, FAIL),))
    assert not compare(one, other)


def shown(before, after, *, graded=True):
    console = Console(file=io.StringIO(), width=80)
    reports = both(before, after)
    console.print(render(compare(*reports), reports if graded else None))
    return console.file.getvalue().splitlines()


def test_the_points_and_the_checks_are_shown():
    assert shown(FAIL, PASS) == [
        "Since the last time: 5 of 10 points → 10 of 10 points", "▲ better: burst",
    ]  # fmt: skip
    assert shown(PASS, SKIP, graded=False) == ["Since the last time:", "▼ worse: burst"]
    assert shown(SKIP, FAIL) == ["Since the last time:", "• burst: skipped → FAIL"]
    assert shown(FAIL, DIFFERENT)[1] == "• burst fails for another reason"
    assert shown(FAIL, FAIL) == ["Since the last time, no outcome has changed."]
