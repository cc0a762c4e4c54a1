"""Two gradings of a class are compared, with reasons for each difference."""

import json
import re
from pathlib import Path

import msgspec
import pytest

import grader
from classroom.samples import DEAF, RIGHT, begin, decide, decision, store
from grader.classroom import diff, results
from grader.model.plan import Limits
from grader.model.program import digest
from grader.model.rubric import Rubric
from grader.runs import reports


@pytest.fixture
def folders(tmp_path) -> tuple[Path, Path]:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    return tmp_path / "a", tmp_path / "b"


def compared(folders) -> tuple[diff.SubmissionDiff, ...]:
    return diff.compare(*(results.load_results([folder]) for folder in folders))


def reasons(change: diff.SubmissionDiff) -> list[str]:
    return [str(reason) for reason in change.reasons]


def test_equal_gradings_do_not_differ(folders):
    for folder in folders:
        store(folder, "zhang.py")
    assert compared(folders) == ()


def test_a_change_without_effect_is_not_a_difference(folders):
    store(folders[0], "zhang.py", seed=1, rubric=Rubric(multiplexers=("select",)))
    store(folders[1], "zhang.py", seed=2, rubric=Rubric(multiplexers=("select", "poll")))
    assert compared(folders) == ()


def test_a_changed_program_is_a_reason(folders):
    for folder in folders:
        store(folder, "li.py")
    store(folders[0], "zhang.py", source=b"old")
    store(folders[1], "zhang.py", DEAF, source=b"new")
    (change,) = compared(folders)
    assert change.submission == "zhang.py"
    assert (str(diff.format_points(change.before)), str(diff.format_points(change.after))) == (
        "100/100",
        "0/100",
    )
    hashes = f"(SHA-256 {digest(b'new')[:12]}… instead of {digest(b'old')[:12]}…)"
    assert reasons(change)[0] == f"the program has changed {hashes}"
    first = change.checks[0]
    assert first.changes_points
    assert str(diff.format_check_diff(first)).startswith("starts: ✓ pass 5/5 → ✗ FAIL 0/5 (")


def test_another_python_in_the_rubric_is_a_reason(folders):
    store(folders[0], "zhang.py", rubric=Rubric(multiplexers=("poll",)))
    store(folders[1], "zhang.py", rubric=Rubric(python="3.13"))
    (change,) = compared(folders)
    assert "the rubric asks for Python 3.13 instead of any" in reasons(change)


def test_a_changed_rubric_is_a_reason(folders):
    store(folders[0], "zhang.py")
    rubric = Rubric(points={"starts": 7, "prompt": 2}, multiplexers=("poll",), pass_mark=70)
    store(folders[1], "zhang.py", rubric=rubric)
    (change,) = compared(folders)
    assert [moved.check for moved in change.checks] == ["starts", "waits-in-select", "prompt"]
    assert reasons(change) == [
        "the rubric: starts is worth 7 points instead of 5",
        "the rubric: prompt is worth 2 points instead of 0",
        "the rubric: the pass mark is 70 instead of 60 percent",
        "the rubric accepts poll instead of select",
    ]


def test_a_changed_pass_mark_is_a_difference(folders):
    store(folders[0], "zhang.py", rubric=Rubric(multiplexers=("poll",)))
    store(folders[1], "zhang.py", rubric=Rubric(multiplexers=("poll",), pass_mark=95))
    (change,) = compared(folders)
    assert change.checks == ()
    assert reasons(change) == ["the rubric: the pass mark is 95 instead of 60 percent"]


def test_a_decision_is_a_reason(folders):
    for folder in folders:
        store(folder, "zhang.py", DEAF)
    decide(folders[1], decision("starts", 'outcome = "pass"'))
    (change,) = compared(folders)
    assert reasons(change) == ["Li decided about starts"]
    assert "Li decided pass instead of FAIL: seen in class" in str(
        diff.format_check_diff(change.checks[0])
    )
    (change,) = compared(folders[::-1])
    assert reasons(change) == ["the decision of Li about starts no longer counts"]


def rewritten(run, **changed) -> None:
    """Store a run's report as another version of the grader would have judged it."""
    report = reports.load(run)
    entries = report.entries[: changed.pop("checks", None)]
    reports.save(run, msgspec.structs.replace(report, entries=entries, **changed))


def test_added_and_removed_checks_are_reasons(folders):
    rewritten(store(folders[0], "zhang.py"), grader="0.1.0+00000000", checks=15)
    state = reports.load(store(folders[1], "zhang.py")).grader
    assert re.fullmatch(rf"{re.escape(grader.__version__)}\+[0-9a-f]{{8}}", state)
    (change,) = compared(folders)
    assert "the check rests-after-departure is new" in reasons(change)
    assert f"judged by grader {state} instead of 0.1.0+00000000" in reasons(change)
    assert str(diff.format_check_diff(change.checks[0])) == "rests-after-departure: – → ✓ pass 3/3"
    (change,) = compared(folders[::-1])
    assert "the check rests-after-departure was removed" in reasons(change)


def made_otherwise(run, **changed) -> None:
    """Store with what a run was made as if it had been made so."""
    info = msgspec.structs.replace(run.info(), **changed)
    (run.path / "versions.json").write_bytes(msgspec.json.encode(info))


def test_everything_that_a_run_was_made_with_is_compared(folders):
    """Each part of a run's key, which is what makes runs differ beyond chance, is a reason."""
    first, second = (
        store(folder, "zhang.py", scenes, rubric=rubric)
        for folder, scenes, rubric in (
            (folders[0], RIGHT, Rubric()),
            (folders[1], DEAF, Rubric(limits=Limits(patience=1, memory=1 << 27))),
        )
    )
    made_otherwise(first, identity="select-grader:1a", seed=1, by_chance=True)
    made_otherwise(
        second,
        grader="0.2",
        identity="select-grader:2b runsc",
        seed=2,
        by_chance=False,
        sandbox="namespaces",
        checks="mine.py",
        checks_hash="c" * 64,
    )
    second.save_plan(msgspec.structs.replace(second.plan(), folders=("/home/a", "logs")))
    (change,) = compared(folders)
    assert reasons(change) == [
        "the rubric: limits.patience is 1 instead of 4",
        "the rubric: limits.memory is 134217728 instead of 268435456",
        f"run by grader 0.2 instead of {grader.__version__}",
        "custom checks: mine.py (cccccccccccc…) instead of –",
        "sandbox namespaces instead of docker",
        "agent and its Python: select-grader:2b runsc instead of select-grader:1a",
        "folders created for it: /home/a and logs instead of –",
        "seed 2 instead of 1 (random)",
    ]


def test_another_run_is_named_as_such(folders):
    store(folders[0], "zhang.py", seed=1)
    store(folders[1], "zhang.py", DEAF, seed=2)
    (change,) = compared(folders)
    assert "seed 2 instead of 1" in reasons(change)


def test_an_unexplained_difference_is_named_as_such(folders):
    store(folders[0], "zhang.py")
    run = store(folders[1], "zhang.py", DEAF)
    (change,) = compared(folders)
    assert reasons(change) == [
        "the same run, judged by another version of the checks or the rubric"
    ]
    (run.path / "versions.json").write_bytes(
        (run.path / "versions.json").read_bytes().replace(b"2024-05-01", b"2024-05-02")
    )
    (change,) = compared(folders)
    assert reasons(change) == [
        "another run of the same program; nothing that is recorded explains the difference"
    ]


def test_submissions_in_only_one_grading_are_listed(folders):
    store(folders[0], "a.py")
    store(folders[1], "b.py")
    begin(folders[1], "a.py")
    gone, new = compared(folders)
    assert (gone.submission, reasons(gone)[0]) == ("a.py", "only in the first")
    assert "is incomplete" in reasons(gone)[1]
    assert (new.submission, reasons(new)) == ("b.py", ["only in the second"])
    assert (str(diff.format_points(gone.after)), str(diff.format_points(new.after))) == (
        "–",
        "100/100",
    )


def test_a_submission_that_was_not_judged_differs(folders):
    store(folders[0], "a.py")
    store(folders[1], "a.py", (), out_of_time=True)
    (change,) = compared(folders)
    assert str(diff.format_points(change.after)) == "0/0, not fully judged"


def test_differences_as_json(folders):
    store(folders[0], "a.py")
    store(folders[0], "zhang.py")
    store(folders[1], "zhang.py", rubric=Rubric(points={"starts": 7}))
    found = json.loads(json.dumps(diff.to_json(compared(folders))))
    gone, moved = found
    assert gone["after"] is None
    assert (moved["before"]["points"], moved["after"]["points"]) == (100, 102)
    assert [check["id"] for check in moved["checks"]] == ["starts"]
    assert moved["checks"][0]["after"] == {"outcome": "pass", "points": 7, "possible": 7}
    assert moved["reasons"] == ["the rubric: starts is worth 7 points instead of 5"]


def test_lost_runs_are_noted(folders):
    store(folders[0], "b.py")
    begin(folders[0], "a.py")
    (note,) = map(str, diff.list_notes(results.load_results([folders[0]])))
    assert note.startswith("a.py is not compared. The run")
