"""What takes too long to judge, or too much memory, fails: it earns nothing and stops nobody."""

import sys
from pathlib import Path

import pytest
from runs.stored import finished

from grader.grading import custom_checks, limits, pipeline
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.runs.run import Run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the system sets the limits")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run of a right server that is judged in a process of its own."""
    monkeypatch.setattr(limits, "SMALL", 0)
    return finished(tmp_path / "runs")


def judged_with(run: Run, check: str, tmp_path: Path) -> Report:
    """The report with one more check, which a teacher wrote."""
    file = tmp_path / "checks.py"
    file.write_text(f'def greedy(history):\n    """It is judged."""\n    {check}\n', "utf-8")
    return pipeline.judge_run(run, Rubric(), checks=custom_checks.load(file))


def test_a_process_of_its_own_judges_as_the_grader_does(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = pipeline.judge_run(run, Rubric())
    monkeypatch.setattr(limits, "SMALL", limits.MIB)
    assert apart == pipeline.judge_run(run, Rubric())
    assert apart.points == 100
    assert apart.timelines


def test_what_takes_too_much_time_fails(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SECONDS", 1)
    report = judged_with(run, "while True: pass", tmp_path)
    *others, greedy = report.entries
    assert greedy.outcome.outcome == "fail"
    (finding,) = greedy.outcome.findings
    assert str(finding.seen[0]) == "judging this program took more than 1 s"
    assert finding.cause.name == "too-much-to-judge"
    assert all(entry.outcome.outcome == "pass" for entry in others if entry.max_points)


def test_what_takes_too_much_memory_fails(run: Run, tmp_path: Path) -> None:
    report = judged_with(run, "return bool(bytearray(1 << 30))", tmp_path)
    (finding,) = report.entries[-1].outcome.findings
    assert str(finding.seen[0]) == "judging this program took more than 400 MiB"
    assert report.points == 100


def test_a_process_that_ends_otherwise_is_a_defect_of_ours(run: Run, tmp_path: Path) -> None:
    report = judged_with(run, "import os; os._exit(3)", tmp_path)
    outcome = report.entries[-1].outcome
    assert outcome.outcome == "not-judged"
    assert "status 3" in str(outcome.because)


def test_what_a_check_prints_is_no_answer(run: Run, tmp_path: Path) -> None:
    report = judged_with(run, "print('{}', flush=True); return True", tmp_path)
    assert report.entries[-1].outcome.outcome == "pass"


def test_a_submission_in_the_working_folder_is_not_imported(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if it is called like a module that the grader imports."""
    monkeypatch.chdir(tmp_path)
    for name in ("select", "socket", "json", "msgspec", "grader"):
        (tmp_path / f"{name}.py").write_text("import os; os._exit(0)", "utf-8")
    assert pipeline.judge_run(run, Rubric()).points == 100
