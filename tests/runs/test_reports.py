"""Reports as they are stored: what was told, still able to say it in another language."""

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


def test_a_stored_report_speaks_other_languages(tmp_path):
    run = store(tmp_path, "zhang.py", DEAF)
    assert said(run, "zh") != said(run, "en")


def test_what_was_told_counts_where_the_values_are_of_another_report(tmp_path):
    run = store(tmp_path, "zhang.py", DEAF)
    run.save_values(values.render(report()))
    assert reports.load(run) == json.read(run.report())


def test_a_run_without_values_or_with_damaged_ones_is_read_as_it_was_told(tmp_path):
    run = store(tmp_path, "zhang.py", DEAF)
    told = json.read(run.report())
    for damage in (b"", b"{}", b"[" * 100_000, b"\xff"):
        run.save_values(damage)
        assert reports.load(run) == told
    (run.path / "report.values.json").unlink()
    assert reports.load(run) == told


def test_judged_again_it_is_stored_with_its_values(tmp_path):
    run = store(tmp_path, "zhang.py", DEAF)
    (run.path / "report.values.json").unlink()
    pipeline.judge_run(run)
    assert said(run, "zh") != said(run, "en")
