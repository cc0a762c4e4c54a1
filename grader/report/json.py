"""The report as JSON, for programs."""

import json
import re
from typing import Any

from grader.model.outcome import Finding
from grader.model.report import VERSION, Entry, Report
from grader.model.text import Translate

_UNPRINTABLE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""What JSON may hold as it is, and a terminal had better not be shown."""


def render(report: Report, translate: Translate = str, *, lines: bool = False) -> bytes:
    """One JSON object, UTF-8, with a newline at its end; ``lines``: and with none within."""
    text = (
        json.dumps(_report(report, translate), ensure_ascii=False, indent=None if lines else 2)
        + "\n"
    )
    text = _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    # A name that is no UTF-8 has lone surrogates, which no encoding takes.
    return text.encode("utf-8", "backslashreplace")


def _report(report: Report, translate: Translate) -> dict[str, Any]:
    return {
        "version": VERSION,
        "submission": report.submission,
        "points": _number(report.points),
        "possible": _number(report.possible),
        "judged": report.judged,
        "passed": report.passed,
        "pass_mark": _number(report.pass_mark),
        "checks": [_entry(entry, translate) for entry in report.entries],
        "scenarios": report.scenarios,
        "advice": [text.render(translate) for text in report.advice],
        "sandbox": report.sandbox,
        "python": report.python,
        "grader": report.grader,
        "seed": report.seed,
        "run": report.run,
    }


def _entry(entry: Entry, translate: Translate) -> dict[str, Any]:
    outcome = entry.outcome
    return {
        "id": entry.name,
        "outcome": outcome.outcome,
        "points": _number(entry.points),
        "possible": _number(entry.possible),
        "asks": entry.asks.render(translate),
        "because": None if outcome.because is None else outcome.because.render(translate),
        "findings": [_finding(finding, translate) for finding in outcome.findings],
        "advice": [text.render(translate) for text in outcome.advice],
    }


def _finding(finding: Finding, translate: Translate) -> dict[str, Any]:
    return {
        "done": finding.done.render(translate),
        "expected": finding.expected.render(translate),
        "seen": [text.render(translate) for text in finding.seen],
        "log": list(finding.log),
        "terminal": list(finding.terminal),
        "hint": finding.hint.render(translate),
    }


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value
