"""Compares two gradings of a class: which results differ, and why."""

from collections.abc import Sequence
from typing import Any

import msgspec

from grader.classroom.results import ClassResults, StoredResult
from grader.model.report import Entry
from grader.model.text import UNTRANSLATED, Text, Translate, names, say
from grader.report.labels import OUTCOME_SIGNS, OUTCOME_WORDS, format_remark
from grader.report.titles import title
from grader.runs.run import RunInfo

SHORT = 12
"""Digits of a hash that are shown."""


class CheckDiff(msgspec.Struct, frozen=True, kw_only=True):
    """A check whose result differs. None: that grading does not have the check."""

    check: str
    before: Entry | None
    after: Entry | None

    @property
    def changes_points(self) -> bool:
        """Whether its points differ."""
        return _earned(self.before) != _earned(self.after)


class SubmissionDiff(msgspec.Struct, frozen=True, kw_only=True):
    """A submission whose result differs. None: that grading does not have the submission."""

    submission: str
    before: StoredResult | None
    after: StoredResult | None
    checks: tuple[CheckDiff, ...] = ()
    reasons: tuple[Text, ...]
    """What else differs between the two runs, which explains the difference."""


def compare(before: ClassResults, after: ClassResults) -> tuple[SubmissionDiff, ...]:
    """Find the submissions whose points, or whose checks' outcomes, differ, sorted by name."""
    diffs = []
    for name in sorted({*before.graded, *after.graded}):
        old, new = before.graded.get(name), after.graded.get(name)
        if old is None or new is None:
            there = say("only in the first") if new is None else say("only in the second")
            lost = (after if new is None else before).lost.get(name)
            reasons: tuple[Text, ...] = (there,) if lost is None else (there, lost)
            diffs.append(SubmissionDiff(submission=name, before=old, after=new, reasons=reasons))
            continue
        checks = _compare_checks(old, new)
        if checks or _totals(old) != _totals(new):
            reasons = _reasons(old, new)
            diffs.append(
                SubmissionDiff(
                    submission=name, before=old, after=new, checks=checks, reasons=reasons
                )
            )
    return tuple(diffs)


def list_notes(side: ClassResults) -> tuple[Text, ...]:
    """The messages about one of the gradings, including those submissions that are not compared."""
    lost = (
        say("{name} is not compared. {why}", name=name, why=why) for name, why in side.lost.items()
    )
    return (*side.notes, *lost)


def _totals(result: StoredResult) -> tuple[float, float, bool, bool]:
    report = result.report
    return report.points, report.max_points, report.judged, report.passed


def _earned(entry: Entry | None) -> tuple[float, float]:
    return (entry.points, entry.max_points) if entry else (0.0, 0.0)


def _compare_checks(old: StoredResult, new: StoredResult) -> tuple[CheckDiff, ...]:
    before = {entry.name: entry for entry in old.report.entries}
    after = {entry.name: entry for entry in new.report.entries}
    pairs = ((name, before.get(name), after.get(name)) for name in {**before, **after})
    return tuple(
        CheckDiff(check=name, before=one, after=other)
        for name, one, other in pairs
        if (one and one.effective_outcome) != (other and other.effective_outcome)
        or _earned(one) != _earned(other)
    )


def _reasons(old: StoredResult, new: StoredResult) -> tuple[Text, ...]:
    found = []
    if old.sha256 != new.sha256:
        found.append(
            say(
                "the program has changed (SHA-256 {after}… instead of {before}…)",
                before=old.sha256[:SHORT],
                after=new.sha256[:SHORT],
            )
        )
    found += _rubric_changes(old, new)
    found += _decision_changes(old, new)
    before, after = old.info, new.info
    pairs: tuple[tuple[Text, object, object], ...] = (
        (say("judged by grader"), old.report.grader, new.report.grader),
        (say("run by grader"), before.grader, after.grader),
        (say("custom checks:"), _checks_of(before), _checks_of(after)),
    )
    running: tuple[tuple[Text, object, object], ...] = (
        (say("sandbox"), before.sandbox, after.sandbox),
        (say("agent and its Python:"), before.identity or "?", after.identity or "?"),
        (say("Python"), old.report.python, new.report.python),
        (say("folders created for it:"), _listed(old.folders), _listed(new.folders)),
        (say("seed"), _seed(before), _seed(after)),
    )
    if not (before.refused or after.refused):
        pairs += running
    found += [
        say("{what} {after} instead of {before}", what=what, before=before, after=after)
        for what, before, after in pairs
        if before != after
    ]
    if not found:
        same_run = before.time == after.time
        found.append(
            say("the same run, judged by another version of the checks or the rubric")
            if same_run
            else say(
                "another run of the same program; nothing that is recorded explains the difference"
            )
        )
    return tuple(found)


def _checks_of(info: RunInfo) -> Text:
    if not info.checks:
        return say("–")
    return say("{file} ({hash}…)", file=info.checks, hash=info.checks_hash[:SHORT])


def _listed(folders: Sequence[str]) -> Text:
    return say("{folders}", folders=names(folders)) if folders else say("–")


def _seed(info: RunInfo) -> Text:
    seed = say("{seed}", seed=info.seed)
    return say("{seed} (random)", seed=seed) if info.by_chance else seed


def _rubric_changes(old: StoredResult, new: StoredResult) -> list[Text]:
    before = {entry.name: entry.max_points for entry in old.report.entries}
    after = {entry.name: entry.max_points for entry in new.report.entries}
    found = []
    for name in {**before, **after}:
        if name not in after:
            found.append(say("the check {check} was removed", check=title(name)))
        elif name not in before:
            found.append(say("the check {check} is new", check=title(name)))
        elif before[name] != after[name]:
            found.append(
                say(
                    "the rubric: {check} is worth {after:g} points instead of {before:g}",
                    check=title(name),
                    before=before[name],
                    after=after[name],
                )
            )
    if old.report.pass_mark != new.report.pass_mark:
        found.append(
            say(
                "the rubric: the pass mark is {after:g} instead of {before:g} percent",
                before=old.report.pass_mark,
                after=new.report.pass_mark,
            )
        )
    if old.rubric.multiplexers != new.rubric.multiplexers:
        found.append(
            say(
                "the rubric accepts {after} instead of {before}",
                before=names(old.rubric.multiplexers),
                after=names(new.rubric.multiplexers),
            )
        )
    if old.rubric.python != new.rubric.python:
        found.append(
            say(
                "the rubric asks for Python {after} instead of {before}",
                before=old.rubric.python or say("any"),
                after=new.rubric.python or say("any"),
            )
        )
    one = msgspec.structs.asdict(old.rubric.limits)
    other = msgspec.structs.asdict(new.rubric.limits)
    found += [
        say(
            "the rubric: limits.{name} is {after} instead of {before}",
            name=name,
            before=f"{one[name]:.10g}",
            after=f"{other[name]:.10g}",
        )
        for name in one
        if one[name] != other[name]
    ]
    return found


def _decision_changes(old: StoredResult, new: StoredResult) -> list[Text]:
    before = {entry.name: entry.decision for entry in old.report.entries}
    after = {entry.name: entry.decision for entry in new.report.entries}
    found = []
    for name in {**before, **after}:
        one, other = before.get(name), after.get(name)
        if one == other:
            continue
        if other is not None:
            found.append(say("{who} decided about {check}", who=other.by, check=title(name)))
        elif one is not None:
            found.append(
                say(
                    "the decision of {who} about {check} no longer counts",
                    who=one.by,
                    check=title(name),
                )
            )
    return found


def format_check_diff(diff: CheckDiff) -> Text:
    """A check whose result differs, in a line."""
    line = say(
        "{check}: {before} → {after}",
        check=title(diff.check),
        before=_outcome(diff.before),
        after=_outcome(diff.after),
    )
    shown = diff.after or diff.before
    if diff.before and shown and shown.effective_outcome == "pass" and not shown.decision:
        shown = diff.before  # a failure is more informative than a pass
    seen = format_remark(shown) if shown else None
    return say("{line} ({seen})", line=line, seen=seen) if seen else line


def _outcome(entry: Entry | None) -> Text:
    if entry is None:
        return say("–")
    outcome = say(
        "{sign} {word}",
        sign=OUTCOME_SIGNS[entry.effective_outcome],
        word=OUTCOME_WORDS[entry.effective_outcome],
    )
    if not entry.max_points:
        return outcome
    return say(
        "{outcome} {points:g}/{possible:g}",
        outcome=outcome,
        points=entry.points,
        possible=entry.max_points,
    )


def format_points(result: StoredResult | None) -> Text:
    """A submission's points in one of the gradings."""
    if result is None:
        return say("–")
    report = result.report
    points = say("{points:g}/{possible:g}", points=report.points, possible=report.max_points)
    return points if report.judged else say("{points}, not fully judged", points=points)


def to_json(
    diffs: Sequence[SubmissionDiff], translate: Translate = UNTRANSLATED
) -> list[dict[str, Any]]:
    """The differences for programs, as values that JSON has."""
    return [
        {
            "submission": diff.submission,
            "before": _side(diff.before),
            "after": _side(diff.after),
            "checks": [
                {
                    "id": check.check,
                    "before": _check(check.before),
                    "after": _check(check.after),
                    "told": format_check_diff(check).render(translate),
                }
                for check in diff.checks
            ],
            "reasons": [reason.render(translate) for reason in diff.reasons],
        }
        for diff in diffs
    ]


def _side(result: StoredResult | None) -> dict[str, Any] | None:
    if result is None:
        return None
    report = result.report
    return {
        "points": report.points,
        "possible": report.max_points,
        "judged": report.judged,
        "passed": report.passed,
        "run": report.run,
    }


def _check(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {
        "outcome": entry.effective_outcome,
        "points": entry.points,
        "possible": entry.max_points,
    }
