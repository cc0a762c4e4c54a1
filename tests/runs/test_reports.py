"""A stored report is read as it was written, and can be translated."""

import json as builtin

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


def test_a_report_from_before_causes_had_names_can_be_translated(tmp_path):
    run = store(tmp_path, "zhang.py", DEAF)
    stored = builtin.loads(run.values())
    for finding in findings_of(stored["entries"], "outcome"):
        finding["hint"] = finding.pop("cause")["hint"]
    run.save_values(builtin.dumps(stored).encode())
    stored = builtin.loads(run.report())
    for finding in findings_of([{"check": check} for check in stored["checks"]], "check"):
        del finding["cause"]
    del stored["causes"]
    run.save_report((builtin.dumps(stored, ensure_ascii=False, indent=2) + "\n").encode())
    assert said(run, "zh") != said(run, "en")
    assert {f.cause.name for e in reports.load(run).entries for f in e.outcome.findings} == {""}


def findings_of(entries, key):
    found = [finding for entry in entries for finding in entry[key]["findings"]]
    assert found
    return found


def test_judging_stores_the_values(tmp_path):
    run = store(tmp_path, "zhang.py", DEAF)
    (run.path / "report.values.json").unlink()
    pipeline.judge_run(run)
    assert said(run, "zh") != said(run, "en")
