"""What differs between two gradings of a class, and why."""

from collections.abc import Sequence
from typing import Any

import msgspec

from grader.classroom.results import Class, Graded
from grader.model.report import Entry
from grader.model.text import UNTRANSLATED, Text, Translate, names, say
from grader.report.labels import OUTCOME_SIGNS, OUTCOME_WORDS, format_remark
from grader.runs.run import Versions

SHORT = 12
"""Digits of a hash that are told."""


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """One check that went another way. None: that grading did not have it."""

    check: str
    before: Entry | None
    after: Entry | None

    @property
    def matters(self) -> bool:
        """Whether it moves points."""
        return _earned(self.before) != _earned(self.after)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One submission whose grade is another. None: that grading did not have it."""

    submission: str
    before: Graded | None
    after: Graded | None
    moved: tuple[Moved, ...] = ()
    reasons: tuple[Text, ...]
    """What the two runs say of themselves that differs."""


def compare(before: Class, after: Class) -> tuple[Change, ...]:
    """The submissions whose points, or whose checks' outcomes, are not the same in both."""
    changes = []
    for name in sorted({*before.graded, *after.graded}):
        old, new = before.graded.get(name), after.graded.get(name)
        if old is None or new is None:
            there = say("only in the first") if new is None else say("only in the second")
            lost = (after if new is None else before).lost.get(name)
            reasons: tuple[Text, ...] = (there,) if lost is None else (there, lost)
            changes.append(Change(submission=name, before=old, after=new, reasons=reasons))
            continue
        moved = _moved(old, new)
        if moved or _sum(old) != _sum(new):
            reasons = _reasons(old, new)
            changes.append(
                Change(submission=name, before=old, after=new, moved=moved, reasons=reasons)
            )
    return tuple(changes)


def remarks(side: Class) -> tuple[Text, ...]:
    """What one of the gradings lacks, and what else should be known of it."""
    lost = (
        say("{name} is not compared. {why}", name=name, why=why) for name, why in side.lost.items()
    )
    return (*side.notes, *lost)


def _sum(one: Graded) -> tuple[float, float, bool, bool]:
    report = one.report
    return report.points, report.max_points, report.judged, report.passed


def _earned(entry: Entry | None) -> tuple[float, float]:
    return (entry.points, entry.max_points) if entry else (0.0, 0.0)


def _moved(old: Graded, new: Graded) -> tuple[Moved, ...]:
    before = {entry.name: entry for entry in old.report.entries}
    after = {entry.name: entry for entry in new.report.entries}
    pairs = ((name, before.get(name), after.get(name)) for name in {**before, **after})
    return tuple(
        Moved(check=name, before=one, after=other)
        for name, one, other in pairs
        if (one and one.effective_outcome) != (other and other.effective_outcome)
        or _earned(one) != _earned(other)
    )


def _reasons(old: Graded, new: Graded) -> tuple[Text, ...]:
    found = []
    if old.sha256 != new.sha256:
        found.append(
            say(
                "the program has changed (SHA-256 {after}… instead of {before}…)",
                before=old.sha256[:SHORT],
                after=new.sha256[:SHORT],
            )
        )
    found += _of_the_rubric(old, new)
    found += _of_decisions(old, new)
    before, after = old.versions, new.versions
    pairs: tuple[tuple[Text, object, object], ...] = (
        (say("judged by grader"), old.report.grader, new.report.grader),
        (say("run by grader"), before.grader, after.grader),
        (say("a teacher's checks:"), _checks_of(before), _checks_of(after)),
        (say("sandbox"), before.sandbox, after.sandbox),
        (say("agent and its Python:"), before.identity or "?", after.identity or "?"),
        (say("Python"), old.report.python, new.report.python),
        (say("folders made for it:"), _listed(old.folders), _listed(new.folders)),
        (say("seed"), _seed(before), _seed(after)),
    )
    found += [
        say("{what} {after} instead of {before}", what=what, before=before, after=after)
        for what, before, after in pairs
        if before != after
    ]
    if not found:
        alone = before.time == after.time
        found.append(
            say("the same run, judged otherwise by another state of the checks or of the rubric")
            if alone
            else say("another run of the same program, with the same of all that is recorded")
        )
    return tuple(found)


def _checks_of(versions: Versions) -> Text:
    if not versions.checks:
        return say("–")
    return say("{file} ({hash}…)", file=versions.checks, hash=versions.checks_hash[:SHORT])


def _listed(folders: Sequence[str]) -> Text:
    return say("{folders}", folders=names(folders)) if folders else say("–")


def _seed(versions: Versions) -> Text:
    told = say("{seed}", seed=versions.seed)
    if versions.by_chance is None:
        return told
    return say("{seed}, by chance", seed=told) if versions.by_chance else told


def _of_the_rubric(old: Graded, new: Graded) -> list[Text]:
    before = {entry.name: entry.max_points for entry in old.report.entries}
    after = {entry.name: entry.max_points for entry in new.report.entries}
    found = []
    for name in {**before, **after}:
        if name not in after:
            found.append(say("the check {check} is there no longer", check=name))
        elif name not in before:
            found.append(say("the check {check} is new", check=name))
        elif before[name] != after[name]:
            found.append(
                say(
                    "the rubric: {check} is worth {after:g} points instead of {before:g}",
                    check=name,
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
                "the rubric: {after} instead of {before} is taken",
                before=names(old.rubric.multiplexers),
                after=names(new.rubric.multiplexers),
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


def _of_decisions(old: Graded, new: Graded) -> list[Text]:
    before = {entry.name: entry.decision for entry in old.report.entries}
    after = {entry.name: entry.decision for entry in new.report.entries}
    found = []
    for name in {**before, **after}:
        one, other = before.get(name), after.get(name)
        if one == other:
            continue
        if other is not None:
            found.append(say("{who} has decided of {check}", who=other.by, check=name))
        elif one is not None:
            found.append(
                say("what {who} has decided of {check} no longer counts", who=one.by, check=name)
            )
    return found


def told(moved: Moved) -> Text:
    """One check that went another way, in a line."""
    line = say(
        "{check}: {before} → {after}",
        check=moved.check,
        before=_outcome(moved.before),
        after=_outcome(moved.after),
    )
    telling = moved.after or moved.before
    if moved.before and telling and telling.effective_outcome == "pass" and not telling.decision:
        telling = moved.before  # what failed says more than what passed
    seen = format_remark(telling) if telling else None
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


def points(one: Graded | None) -> Text:
    """A submission's points in one of the gradings."""
    if one is None:
        return say("–")
    report = one.report
    told = say("{points:g}/{possible:g}", points=report.points, possible=report.max_points)
    return told if report.judged else say("{points}, not all judged", points=told)


def as_data(changes: Sequence[Change], translate: Translate = UNTRANSLATED) -> list[dict[str, Any]]:
    """For programs: what JSON takes."""
    return [
        {
            "submission": change.submission,
            "before": _side(change.before),
            "after": _side(change.after),
            "checks": [
                {
                    "id": moved.check,
                    "before": _check(moved.before),
                    "after": _check(moved.after),
                    "told": told(moved).render(translate),
                }
                for moved in change.moved
            ],
            "reasons": [reason.render(translate) for reason in change.reasons],
        }
        for change in changes
    ]


def _side(one: Graded | None) -> dict[str, Any] | None:
    if one is None:
        return None
    report = one.report
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
