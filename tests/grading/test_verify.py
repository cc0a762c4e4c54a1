"""Whoever changes what was stored is found out, and nothing of it is published."""

import json
import shutil
from pathlib import Path

import pytest
from classroom.samples import DEAF, SHA256, begin, decide, decision, store, store_lost

from grader.classroom import results
from grader.grading import pipeline
from grader.grading.verify import verify
from grader.model.rubric import Rubric
from grader.runs import decisions, ledger
from grader.runs.overrides import Override, Withdrawal
from grader.runs.run import Run


def problems(folder: Path) -> list[str]:
    return [str(problem) for problem in verify(folder).problems]


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def improve(run: Run) -> None:
    """Edit a report of 0 points so that it says 100."""
    report = json.loads(run.report())
    for check in report["checks"]:
        check |= {"outcome": "pass", "points": check["possible"]}
        check |= {"findings": [], "because": None}
        check.pop("skipped_for", None)
    report |= {"points": 100, "passed": True, "causes": []}
    (run.path / "report.json").write_text(json.dumps(report), "utf-8")


def override(**what) -> Override:
    return Override(
        submission="zhang.py", check="starts", reason="r", by="Li", sha256=SHA256, **what
    )


@pytest.fixture
def run(tmp_path) -> Run:
    return store(tmp_path, "zhang.py", DEAF)


def test_what_nobody_changed_is_as_it_was_written(tmp_path, run):
    store(tmp_path, "li.py")
    store_lost(tmp_path, "wu.py", scenes=3, time="2024-05-01T12:30:59+08:00")
    begin(tmp_path, "wang.py")  # It was killed: nothing of it was stored as a result.
    added = decisions.add(tmp_path, override(points=1))
    pipeline.judge_run(run, Rubric(points={"starts": 30}))
    decisions.add(tmp_path, Withdrawal(withdraws=added.id, by="Li"))
    pipeline.judge_run(run)
    found = verify(tmp_path)
    assert (found.runs, found.problems, found.notes) == (4, (), ())


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("report.json", '"pass_mark": 60', '"pass_mark": 0'),
        ("events.jsonl", '"at": 0', '"at": 1'),
        ("versions.json", '"seed": 7', '"seed": 8'),
        ("rubric.json", '"pass_mark": 60', '"pass_mark": 50'),
        ("submission.py", "a server", "a mended server"),
    ],
)
def test_a_changed_file_is_named(tmp_path, run, name, before, after):
    edit(run.path / name, before, after)
    assert f"{run.path / name} was changed after it was written." in problems(tmp_path)


def test_an_edited_report_is_found_by_judging_again_even_if_the_ledger_was_written_anew(
    tmp_path, run
):
    improve(run)
    (tmp_path / ledger.NAME).unlink()
    ledger.add_report(run)
    assert problems(tmp_path) == [
        f"{run.path}: it says 100 of 100 points, and what was recorded gives 0 of 100 points."
    ]


def test_an_edited_decision_is_named(tmp_path):
    added = decisions.add(tmp_path, override(points=1))
    edit(tmp_path / "overrides.toml", "points = 1", "points = 5")
    store(tmp_path, "zhang.py", DEAF)
    assert problems(tmp_path) == [
        "The decision of Li about zhang.py, starts was written or changed by hand.",
        f"The decision {added.id} about zhang.py, starts, made at {added.time}, was changed or "
        "removed.",
    ]


def test_a_decision_that_was_written_by_hand_is_named(tmp_path, run):
    decide(tmp_path, decision("starts", "points = 1"))
    assert problems(tmp_path) == [
        "The decision of Li about zhang.py, starts was written or changed by hand."
    ]


def test_a_run_that_was_removed_or_brought_from_elsewhere_is_named(tmp_path, run):
    other = store(tmp_path / "other", "li.py")
    shutil.move(run.path, tmp_path / "other" / run.path.name)
    (moved,) = problems(tmp_path / "other")
    assert moved.startswith(f"{tmp_path / 'other' / run.path.name} is not in the ledger")
    begin(tmp_path, "wu.py")
    assert f"{run.path} was removed." in problems(tmp_path)
    assert other.path.is_dir()


@pytest.mark.parametrize("line", [0, 1])
def test_a_line_of_the_ledger_that_was_changed_or_removed_is_found(tmp_path, run, line):
    for _ in range(2):
        pipeline.judge_run(run)
    path = tmp_path / ledger.NAME
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:line] + lines[line + 1 :]) + "\n")
    assert f"{path}, line {line + 1}: what stood there or before it was changed or removed." in (
        problems(tmp_path)
    )
    edited = [*lines]
    edited[line] = edited[line].replace("report", "decision")
    path.write_text("\n".join(edited) + "\n")
    assert f"{path}, line {line + 2}: what" in "\n".join(problems(tmp_path))


def test_a_line_that_a_power_failure_has_cut_is_named_and_the_next_one_follows(tmp_path, run):
    path = tmp_path / ledger.NAME
    with path.open("ab") as file:
        file.write(b'{"time":"20')
    pipeline.judge_run(run)
    assert ledger.read(tmp_path).broken == (2,)
    assert problems(tmp_path) == [
        f"{path}, line 2: what stood there or before it was changed or removed."
    ]


# --- what is published ---


@pytest.mark.parametrize("with_ledger", [True, False])
def test_an_edited_report_is_not_published(tmp_path, run, with_ledger):
    store(tmp_path, "zhang.py", time="2024-04-01T12:30:59+08:00")  # nor is an earlier run
    improve(run)
    if not with_ledger:
        (tmp_path / ledger.NAME).unlink()
    found = results.load_results([tmp_path])
    assert "zhang.py" not in found.graded
    assert str(found.lost["zhang.py"]) == (
        f"{run.path / 'report.json'} was changed after it was written: it says 100 of 100 points, "
        "and what was recorded gives 0 of 100 points."
    )
    pipeline.judge_run(run)
    assert results.load_results([tmp_path]).graded["zhang.py"].report.points == 0


def test_a_report_by_an_edited_rubric_is_not_published(tmp_path, run):
    edit(run.path / "rubric.json", '"pass_mark": 60', '"pass_mark": 0')
    edit(run.path / "report.json", '"pass_mark": 60', '"pass_mark": 0')
    assert "rubric.json was changed" in str(results.load_results([tmp_path]).lost["zhang.py"])


def test_a_run_from_elsewhere_is_published_if_its_report_follows_from_it(tmp_path, run):
    (tmp_path / ledger.NAME).unlink()
    assert results.load_results([tmp_path]).graded["zhang.py"].report.points == 0
