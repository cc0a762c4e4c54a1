"""Labels and sentences that several formats share."""

from grader.model.outcome import Adjustment, Finding, OutcomeName
from grader.model.report import Entry, Report
from grader.model.text import Text, Translate, printable, say, say_count
from grader.report.explanations import ExplainedFinding, Explanation
from grader.report.titles import title, titles

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
"""Every outcome has a sign and a word, so that no reader depends on colour."""

CRAFT_SIGN, CRAFT_WORD = "•", say("tip")
"""Those of a failed check that is worth no points, where it is not to alarm anybody."""

NOT_JUDGED = OUTCOME_WORDS["not-judged"]

DONE, EXPECTED, SEEN = say("test"), say("expected"), say("observed")
LOG, TERMINAL, HINT, ALSO = say("log"), say("terminal"), say("hint"), say("also")
"""The labels of a finding's fields."""

COLON = say(": ")
"""Between a label and what it labels."""

CRAFT_HEADING = say("Worth no points, but good to know")
UNJUDGED_NOTE = say(
    "Some checks could not be judged. This costs no points; each of them says why, and what would "
    "help."
)
NO_SANDBOX_NOTE = say(
    "note: graded without a sandbox (--sandbox none). Do this with your own program only; the "
    "result of anybody else's cannot be trusted."
)


def format_score(report: Report) -> Text:
    """The points of a report, of its maximum; no grade if it is not wholly judged."""
    points = format_points(report.points, report.max_points)
    if report.judged:
        return points
    return say("not judged ({points} so far)", points=points) if report.max_points else NOT_JUDGED


def format_verdict(report: Report) -> Text:
    """The points of a report, and whether they reach the pass mark."""
    points, mark = format_score(report), report.pass_mark
    if not report.judged:
        return points
    if report.passed:
        return say("{points}, passed (pass mark: {mark:g} %)", points=points, mark=mark)
    return say("{points}, below the pass mark of {mark:g} %", points=points, mark=mark)


def format_outcome(report: Report) -> Text:
    """:func:`format_verdict` in fewer words."""
    points = format_score(report)
    if not report.judged:
        return points
    if report.passed:
        return say("{points}, passed", points=points)
    return say("{points}, not passed", points=points)


def format_origin(report: Report) -> Text:
    """How the report was made, so that it can be made again."""
    if not report.sandbox:
        return say("Not run; grader {grader}", grader=report.grader)
    return say(
        "Python {python}, sandbox {sandbox}, grader {grader}, seed {seed}",
        python=report.python or "?",
        sandbox=report.sandbox,
        grader=report.grader,
        seed=str(report.seed),
    )


def format_unjudged(report: Report) -> Text | None:
    """Why the report is not wholly judged; None: it is."""
    return None if report.judged else report.unjudged or UNJUDGED_NOTE


def format_points(points: float, max_points: float) -> Text:
    """Points of a maximum: those of a check or of a report."""
    return say_count(
        "{points:g} of {count:g} point",
        "{points:g} of {count:g} points",
        count=max_points,
        points=points,
    )


def format_remark(entry: Entry) -> Text | None:
    """One sentence about a check's outcome: the decision, if there is one, and what was recorded.
    None: there is nothing to say, as for most passes."""
    outcome = entry.outcome
    recorded = outcome.findings[0].seen[0] if outcome.findings else outcome.because
    decided = format_decision(entry)
    if decided and recorded:
        return say("{decided}; recorded: {recorded}", decided=decided, recorded=recorded)
    return decided or recorded


def format_decision(entry: Entry) -> Text | None:
    """The sentence that states a teacher's decision, its author and reason; None: no decision."""
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


def format_adjustment(adjustment: Adjustment) -> Text:
    """What a teacher says of the submission as a whole, and who does."""
    if not adjustment.points:
        return say("{who} comments: {reason}", who=adjustment.by, reason=adjustment.reason)
    if adjustment.points > 0:
        return say_count(
            "{who} adds {count:g} point: {reason}",
            "{who} adds {count:g} points: {reason}",
            count=adjustment.points,
            who=adjustment.by,
            reason=adjustment.reason,
        )
    return say_count(
        "{who} takes off {count:g} point: {reason}",
        "{who} takes off {count:g} points: {reason}",
        count=-adjustment.points,
        who=adjustment.by,
        reason=adjustment.reason,
    )


def format_also(explanation: Explanation) -> Text | None:
    """The sentence that names the other checks with the same cause; None: there are none."""
    if not explanation.also:
        return None
    entries = (explanation.entry, *explanation.also)
    lost = sum(entry.max_points - entry.points for entry in entries)
    checks = titles(entry.name for entry in explanation.also)
    if not lost:
        return say("{checks} failed for the same reason", checks=checks)
    return say_count(
        "{checks} failed for the same reason: {count:g} point in all",
        "{checks} failed for the same reason: {count:g} points in all",
        count=lost,
        checks=checks,
    )


def format_hint(explained: ExplainedFinding) -> Text:
    """A finding's hint, or where to find it."""
    if explained.same_as:
        return say("the same as for {check}", check=title(explained.same_as))
    return explained.finding.cause.hint


def format_notes(report: Report) -> tuple[Text, ...]:
    """What a teacher says of the submission, advice about checks and about the submission, and
    decisions that were not applied."""
    said = map(format_adjustment, report.adjustments)
    of_checks = (
        say("{check}: {advice}", check=title(entry.name), advice=text)
        for entry in report.entries
        for text in entry.outcome.advice
    )
    return (*said, *of_checks, *report.advice, *report.unapplied)


def format_finding(finding: Finding, translate: Translate) -> str:
    """A finding as printable lines, each with its label."""
    parts = [
        (DONE, [finding.done.render(translate)]),
        (EXPECTED, [finding.expected.render(translate)]),
        (SEEN, [text.render(translate) for text in finding.seen]),
        (LOG, finding.log),
        (TERMINAL, finding.terminal),
        (HINT, [finding.cause.hint.render(translate)]),
    ]
    lines = []
    for label, texts in parts:
        name = label.render(translate) + COLON.render(translate)
        lines += [name + printable(text) for text in texts]
    return "\n".join(lines)


def source_label(source: str) -> Text:
    """The label of a source's lane."""
    if source == "terminal":
        return say("terminal")
    number = source.removeprefix("client ")
    return (
        say("client {number}", number=int(number))
        if number.isdigit()
        else say("{name}", name=source)
    )
