"""The report as JSON, for programs."""

import json
import re
from typing import Any

from grader.model.outcome import Finding
from grader.model.report import VERSION, Entry, Report

_UNPRINTABLE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""What JSON may hold as it is, and a terminal had better not be shown."""


def render(report: Report, *, lines: bool = False) -> bytes:
    """One JSON object, UTF-8, with a newline at its end; ``lines``: and with none within."""
    text = json.dumps(_report(report), ensure_ascii=False, indent=None if lines else 2) + "\n"
    text = _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    # A name that is no UTF-8 has lone surrogates, which no encoding takes.
    return text.encode("utf-8", "backslashreplace")


def _report(report: Report) -> dict[str, Any]:
    return {
        "version": VERSION,
        "submission": report.submission,
        "points": _number(report.points),
        "possible": _number(report.possible),
        "judged": report.judged,
        "passed": report.passed,
        "pass_mark": _number(report.pass_mark),
        "checks": [_entry(entry) for entry in report.entries],
        "scenarios": report.scenarios,
        "advice": [str(text) for text in report.advice],
        "sandbox": report.sandbox,
        "python": report.python,
        "grader": report.grader,
        "seed": report.seed,
        "run": report.run,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    outcome = entry.outcome
    return {
        "id": entry.name,
        "outcome": outcome.outcome,
        "points": _number(entry.points),
        "possible": _number(entry.possible),
        "asks": str(entry.asks),
        "because": None if outcome.because is None else str(outcome.because),
        "findings": [_finding(finding) for finding in outcome.findings],
        "advice": [str(text) for text in outcome.advice],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "done": str(finding.done),
        "expected": str(finding.expected),
        "seen": [str(text) for text in finding.seen],
        "log": list(finding.log),
        "terminal": list(finding.terminal),
        "hint": str(finding.hint),
    }


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value
