"""Words and lines that several formats share."""

from grader.model.outcome import Finding, OutcomeName
from grader.model.report import Entry, Report
from grader.model.text import Text, Translate, printable, say, say_count

OUTCOME_SIGNS: dict[OutcomeName, str] = {
    "pass": "✓",
    "fail": "✗",
    "skipped": "–",
    "not-judged": "?",
}

OUTCOME_WORDS: dict[OutcomeName, Text] = {
    "pass": say("pass"),
    "fail": say("FAIL"),
    "skipped": say("skipped"),
    "not-judged": say("not judged"),
}
"""For each outcome a sign and a word: colour is never the only one that tells."""

DONE, EXPECTED, SEEN = say("done"), say("expected"), say("seen")
LOG, TERMINAL, HINT = say("log"), say("terminal"), say("hint")
"""The parts of a finding."""


def format_score(report: Report) -> Text:
    """How many of how many points."""
    return format_points(report.points, report.max_points)


def format_points(points: float, max_points: float) -> Text:
    """How many of how many points, of a report or a check."""
    return say_count(
        "{points:g} of {count:g} point",
        "{points:g} of {count:g} points",
        count=max_points,
        points=points,
    )


def format_remark(entry: Entry) -> Text | None:
    """What a check's outcome says in a sentence: what was decided, and what was recorded."""
    outcome = entry.outcome
    recorded = outcome.findings[0].seen[0] if outcome.findings else outcome.because
    decided = format_decision(entry)
    if decided and recorded:
        return say("{decided}; recorded was: {recorded}", decided=decided, recorded=recorded)
    return decided or recorded


def format_decision(entry: Entry) -> Text | None:
    """What a teacher has decided of a check, who, and why; None: nothing."""
    decided = entry.decision
    if decided is None:
        return None
    recorded = OUTCOME_WORDS[entry.outcome.outcome]
    if decided.points is None:
        return say(
            "{who} decided {outcome} instead of {recorded}: {reason}",
            who=decided.by,
            outcome=OUTCOME_WORDS[entry.effective_outcome],
            recorded=recorded,
            reason=decided.reason,
        )
    return say(
        "{who} decided {points} instead of {recorded}: {reason}",
        who=decided.by,
        points=format_points(decided.points, entry.max_points),
        recorded=recorded,
        reason=decided.reason,
    )


def detailed_entries(report: Report) -> list[Entry]:
    """The checks that failed: as they stand, or as they were recorded."""
    return [e for e in report.entries if e.outcome.findings or e.effective_outcome == "fail"]


def format_notes(report: Report) -> tuple[Text, ...]:
    """What is worth knowing besides the outcomes."""
    of_checks = (
        say("{check}: {advice}", check=entry.name, advice=text)
        for entry in report.entries
        for text in entry.outcome.advice
    )
    return (*of_checks, *report.advice, *report.unapplied)


def format_finding(finding: Finding, translate: Translate) -> str:
    """A finding in plain lines, without what would move a cursor."""
    parts = [
        (DONE, [finding.done.render(translate)]),
        (EXPECTED, [finding.expected.render(translate)]),
        (SEEN, [text.render(translate) for text in finding.seen]),
        (LOG, finding.log),
        (TERMINAL, finding.terminal),
        (HINT, [finding.hint.render(translate)]),
    ]
    lines = []
    for label, texts in parts:
        name = label.render(translate)
        lines += [f"{name}: {printable(text)}" for text in texts]
    return "\n".join(lines)
