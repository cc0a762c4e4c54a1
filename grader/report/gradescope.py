"""The report as Gradescope's ``results.json``, for its autograder.

The format: https://gradescope-autograders.readthedocs.io/en/latest/specs/ ("Output Format").
"""

import json
from typing import Any

from grader.model.report import Entry, Report
from grader.model.text import UNTRANSLATED, Translate, printable
from grader.report.labels import (
    OUTCOME_WORDS,
    format_adjustment,
    format_decision,
    format_finding,
    format_score,
    format_unjudged,
)
from grader.report.titles import full_title


def render(report: Report, translate: Translate = UNTRANSLATED) -> bytes:
    """One JSON object, UTF-8, with a newline at its end."""
    unjudged = format_unjudged(report)
    output = [format_score(report), *([unjudged] if unjudged else [])]
    output += map(format_adjustment, report.adjustments)
    result = {
        # Without a score, Gradescope gives no grade and tells the teacher so.
        **({"score": report.points} if report.judged else {}),
        "output": "\n".join(printable(text.render(translate)) for text in output),
        "output_format": "text",
        "tests": [_test(entry, translate, report.judged) for entry in report.entries],
        "extra_data": {"possible": report.max_points, "judged": report.judged, "seed": report.seed},
    }
    text = json.dumps(result, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "backslashreplace")


def _test(entry: Entry, translate: Translate, judged: bool) -> dict[str, Any]:
    outcome = entry.outcome
    output = [
        entry.asks.render(translate),
        OUTCOME_WORDS[entry.effective_outcome].render(translate),
    ]
    if decided := format_decision(entry):
        output.append(printable(decided.render(translate)))
    if outcome.findings:
        output += [format_finding(finding, translate) for finding in outcome.findings]
    elif outcome.because:
        output.append(printable(outcome.because.render(translate)))
    test: dict[str, Any] = {
        "name": full_title(entry.name, translate).render(translate),
        "output": "\n".join(output),
        "output_format": "text",
    }
    if entry.effective_outcome == "not-judged":
        return test  # not part of the score, and neither passed nor failed
    # A check without points must not change the score.
    if entry.max_points and judged:
        test |= {"score": entry.points, "max_score": entry.max_points}
    return test | {"status": "passed" if entry.effective_outcome == "pass" else "failed"}
