"""A stored report is read as it was written, and can be translated."""

from classroom.samples import DEAF, store
from report.samples import report

from grader.grading import pipeline
from grader.i18n import translator
from grader.report import json, values
from grader.runs import reports
from grader.runs.run import Run


def said(run: Run, language: str) -> str:
    first = reports.load(run).entries[0]
    return first.outcome.findings[0].seen[0].render(translator(language))


def test_a_stored_report_can_be_translated(tmp_path):
    run = store(tmp_path, "zhang.py", DEAF)
    assert said(run, "zh") != said(run, "en")


def test_values_of_another_report_are_ignored(tmp_path):
    run = store(tmp_path, "zhang.py", DEAF)
    run.save_values(values.render(report()))
    assert reports.load(run) == json.read(run.report())


def test_missing_or_damaged_values_are_ignored(tmp_path):
    run = store(tmp_path, "zhang.py", DEAF)
    expected = json.read(run.report())
    for damage in (b"", b"{}", b"[" * 100_000, b"\xff"):
        run.save_values(damage)
        assert reports.load(run) == expected
    (run.path / "report.values.json").unlink()
    assert reports.load(run) == expected


def test_judging_stores_the_values(tmp_path):
    run = store(tmp_path, "zhang.py", DEAF)
    (run.path / "report.values.json").unlink()
    pipeline.judge_run(run)
    assert said(run, "zh") != said(run, "en")
