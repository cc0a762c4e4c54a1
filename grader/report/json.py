"""The report as JSON, for programs. Its schema is in :mod:`grader.report.schema`."""

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from grader.model.outcome import Adjustment, Cause, Decision, Finding, Outcome
from grader.model.report import VERSION, Entry, Report
from grader.model.text import UNSEEN, UNTRANSLATED, Text, Translate, say
from grader.report.explanations import Explanation, explain

if TYPE_CHECKING:
    from grader.report.schema import JsonCheck, JsonDecision

WHOLE_SENTENCE = "{sentence}"
"""The template of texts that were read from JSON, where sentences are already rendered."""

_ESCAPED = re.compile(rf"[\x7f-\x9f{UNSEEN}]|#(?=#)")
"""Valid in JSON, but unsafe on a terminal or in a CI runner's log."""


def render(report: Report, translate: Translate = UNTRANSLATED, *, lines: bool = False) -> bytes:
    """One JSON object, UTF-8, with a newline at its end.

    Args:
        lines: write it on one line.
    """
    text = (
        json.dumps(_report(report, translate), ensure_ascii=False, indent=None if lines else 2)
        + "\n"
    )
    text = _ESCAPED.sub(_escape, text)
    # Bytes that are not UTF-8 were decoded to lone surrogates, which no encoding takes.
    return text.encode("utf-8", "backslashreplace")


def render_all(reports: Sequence[Report], translate: Translate = UNTRANSLATED) -> bytes:
    """One report as an indented object; several as JSON Lines."""
    lines = len(reports) > 1
    return b"".join(render(report, translate, lines=lines) for report in reports)


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
        "causes": [
            _cause(explanation, translate) for explanation in explain(report) if explanation.first
        ],
        "scenarios": report.scenarios,
        "advice": [text.render(translate) for text in report.advice],
        "unapplied": [text.render(translate) for text in report.unapplied],
        "adjustments": msgspec.to_builtins(report.adjustments),
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
        **({"skipped_for": outcome.skipped_for} if outcome.skipped_for else {}),
        "findings": [_finding(finding, translate) for finding in outcome.findings],
        "advice": [text.render(translate) for text in outcome.advice],
        "decision": _decision(entry),
    }


def _cause(explanation: Explanation, translate: Translate) -> dict[str, Any]:
    entries = (explanation.entry, *explanation.also)
    causes = (each.finding.cause for each in explanation.findings)
    cause = next(causes, None)
    return {
        "cause": cause.name if cause else "",
        "hint": cause.hint.render(translate) if cause else "",
        "checks": [entry.name for entry in entries],
        "lost": _number(explanation.loss),
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
        "hint": finding.cause.hint.render(translate),
        # A report that was stored before causes had names stays as it was.
        **({"cause": finding.cause.name} if finding.cause.name else {}),
    }


def read(data: bytes) -> Report:
    """Read a report that :func:`render` wrote. Its sentences stay in their language: they are no
    longer templates with values.

    Raises:
        ValueError: ``data`` is not a report of version :data:`VERSION`.
    """
    # Imported here because only readers need it.
    from grader.report.schema import JsonReport

    try:
        # json, because msgspec rejects the lone surrogates that stand for bytes not in UTF-8.
        found = msgspec.convert(json.loads(data), JsonReport)
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if found.version != VERSION:
        raise ValueError(f"version {found.version}")
    return Report(
        submission=found.submission,
        entries=tuple(map(_entry_of, found.checks)),
        pass_mark=found.pass_mark,
        sandbox=found.sandbox,
        python=found.python,
        grader=found.grader,
        seed=found.seed,
        scenarios=found.scenarios,
        advice=_texts(found.advice),
        unapplied=_texts(found.unapplied),
        adjustments=tuple(
            Adjustment(points=each.points, reason=each.reason, by=each.by, time=each.time)
            for each in found.adjustments
        ),
        run=found.run,
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
                cause=Cause(each.cause, _text(each.hint)),
            )
            for each in check.findings
        ),
        because=None if check.because is None else _text(check.because),
        skipped_for=check.skipped_for,
        advice=_texts(check.advice),
    )
    return Entry(
        name=check.id,
        asks=_text(check.asks),
        lesson=_text(""),  # the format does not contain it
        max_points=check.possible,
        outcome=outcome,
        decision=None if decided is None else _decision_of(decided),
    )


def _decision_of(found: "JsonDecision") -> Decision:
    return Decision(
        outcome=found.outcome,
        points=found.points,
        reason=found.reason,
        by=found.by,
        time=found.time,
    )


def _text(sentence: str) -> Text:
    return say(WHOLE_SENTENCE, sentence=sentence)


def _texts(sentences: list[str]) -> tuple[Text, ...]:
    return tuple(map(_text, sentences))


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value
