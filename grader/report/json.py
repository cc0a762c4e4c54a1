"""The report as JSON, for programs."""

import json
import re
from typing import TYPE_CHECKING, Any

import msgspec

from grader.model.outcome import Decision, Finding, Outcome
from grader.model.report import VERSION, Entry, Report
from grader.model.text import UNSEEN, UNTRANSLATED, Text, Translate, say

if TYPE_CHECKING:
    from grader.report.schema import JsonCheck, JsonDecision

_ESCAPED = re.compile(rf"[\x7f-\x9f{UNSEEN}]|#(?=#)")
"""What JSON may hold as it is, and a terminal, or a CI runner, had better not be shown."""


def render(report: Report, translate: Translate = UNTRANSLATED, *, lines: bool = False) -> bytes:
    """One JSON object, UTF-8, with a newline at its end; ``lines``: and with none within."""
    text = (
        json.dumps(_report(report, translate), ensure_ascii=False, indent=None if lines else 2)
        + "\n"
    )
    text = _ESCAPED.sub(_escape, text)
    # A name that is no UTF-8 has lone surrogates, which no encoding takes.
    return text.encode("utf-8", "backslashreplace")


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _report(report: Report, translate: Translate) -> dict[str, Any]:
    return {
        "version": VERSION,
        "submission": report.submission,
        "points": _number(report.points),
        "possible": _number(report.max_points),
        "judged": report.judged,
        "passed": report.passed,
        "pass_mark": _number(report.pass_mark),
        "checks": [_entry(entry, translate) for entry in report.entries],
        "scenarios": report.scenarios,
        "advice": [text.render(translate) for text in report.advice],
        "unapplied": [text.render(translate) for text in report.unapplied],
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
        "outcome": entry.effective_outcome,
        "points": _number(entry.points),
        "possible": _number(entry.max_points),
        "asks": entry.asks.render(translate),
        "because": None if outcome.because is None else outcome.because.render(translate),
        "findings": [_finding(finding, translate) for finding in outcome.findings],
        "advice": [text.render(translate) for text in outcome.advice],
        "decision": _decision(entry),
    }


def _decision(entry: Entry) -> dict[str, Any] | None:
    if entry.decision is None:
        return None
    return {"recorded": entry.outcome.outcome, **msgspec.to_builtins(entry.decision)}


def _finding(finding: Finding, translate: Translate) -> dict[str, Any]:
    return {
        "done": finding.done.render(translate),
        "expected": finding.expected.render(translate),
        "seen": [text.render(translate) for text in finding.seen],
        "log": list(finding.log),
        "terminal": list(finding.terminal),
        "hint": finding.hint.render(translate),
    }


def read(data: bytes) -> Report:
    """A report out of what :func:`render` made of it. Its sentences are whole, in the language in
    which they were written.

    Raises:
        ValueError: it is none, or one of another version.
    """
    # What loads only for those who read.
    from grader.report.schema import JsonReport

    try:
        # Not by msgspec: what is no UTF-8 in a log was written as lone surrogates.
        told = msgspec.convert(json.loads(data), JsonReport)
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if told.version != VERSION:
        raise ValueError(f"version {told.version}")
    return Report(
        submission=told.submission,
        entries=tuple(map(_entry_of, told.checks)),
        pass_mark=told.pass_mark,
        sandbox=told.sandbox,
        python=told.python,
        grader=told.grader,
        seed=told.seed,
        scenarios=told.scenarios,
        advice=_texts(told.advice),
        unapplied=_texts(told.unapplied),
        run=told.run,
    )


def _entry_of(check: "JsonCheck") -> Entry:
    decided = check.decision
    outcome = Outcome(
        outcome=decided.recorded if decided else check.outcome,
        findings=tuple(
            Finding(
                done=_text(each.done),
                expected=_text(each.expected),
                seen=_texts(each.seen),
                log=tuple(each.log),
                terminal=tuple(each.terminal),
                hint=_text(each.hint),
            )
            for each in check.findings
        ),
        because=None if check.because is None else _text(check.because),
        advice=_texts(check.advice),
    )
    return Entry(
        name=check.id,
        asks=_text(check.asks),
        lesson=_text(""),  # a report does not tell it
        max_points=check.possible,
        outcome=outcome,
        decision=None if decided is None else _decision_of(decided),
    )


def _decision_of(told: "JsonDecision") -> Decision:
    return Decision(outcome=told.outcome, points=told.points, reason=told.reason, by=told.by)


def _text(told: str) -> Text:
    return say("{told}", told=told)


def _texts(told: list[str]) -> tuple[Text, ...]:
    return tuple(map(_text, told))


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value
