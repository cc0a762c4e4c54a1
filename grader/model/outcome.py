"""The outcome of a check, and the findings or reason that explain it."""

from typing import Annotated, Any, Literal

import msgspec

from grader.model.numbers import Change, Points
from grader.model.text import Text, cut, say

_QUOTED = 120
"""Characters of a string that a hint quotes, for example a line of the program."""

OutcomeName = Literal["pass", "fail", "skipped", "not-judged"]


class Cause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What in the program is to blame for a finding."""

    name: str
    """The same in every language, for example ``opens-with-w``. Empty where it is not known: in
    reports that were stored before causes had names."""
    hint: Text
    """A question that points to the cause; never the solution."""

    def about(self, **values: Any) -> "Cause":
        """The same cause, with ``values`` for the fields of its hint. Of a long string, the hint
        quotes the beginning."""
        quoted = {
            name: cut(value, _QUOTED) if isinstance(value, str) else value
            for name, value in values.items()
        }
        return Cause(self.name, say(self.hint.template, **quoted))


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a check failed, as data that every report format renders."""

    done: Text
    """What was done to the server."""
    expected: Text
    seen: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    """What happened instead, as facts."""
    log: tuple[str, ...] = ()
    """The lines of the log that show it, decoded as far as possible. Untrusted text."""
    terminal: tuple[str, ...] = ()
    """The last lines of the server's terminal, if they help. Untrusted text."""
    cause: Cause


class Outcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The outcome of one check."""

    outcome: OutcomeName
    findings: tuple[Finding, ...] = ()
    """At least one if the outcome is ``fail``, else none."""
    because: Text | None = None
    """Why it was skipped or could not be judged, or what was observed when it passed."""
    skipped_for: str = ""
    """The check that failed, or was skipped, and that this one needs; empty: that is not why it was
    skipped, or it was not skipped."""
    advice: tuple[Text, ...] = ()
    """Worth knowing, but not a fault."""


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A teacher's decision that replaces the recorded outcome of a check: an outcome or points."""

    outcome: Literal["pass", "fail"] | None = None
    """None if the points are decided."""
    points: Points | None = None
    """None if the outcome is decided."""
    reason: str
    by: str
    """Who decided."""
    time: str = ""
    """When, in ISO 8601 with an offset; empty: unknown."""


class Adjustment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a teacher says of a submission as a whole: it is late, deserves a bonus, was copied."""

    points: Change = 0
    """Added to those of the checks; 0: it is a comment only."""
    reason: str
    by: str
    time: str = ""
    """When, in ISO 8601 with an offset; empty: unknown."""


def passed(because: Text | None = None, *advice: Text) -> Outcome:
    """The check passes."""
    return Outcome(outcome="pass", because=because, advice=advice)


def failed(*findings: Finding) -> Outcome:
    """The check fails, as ``findings`` prove."""
    return Outcome(outcome="fail", findings=findings)


def skipped(because: Text, skipped_for: str = "") -> Outcome:
    """The check is not judged, because one that it needs did not pass."""
    return Outcome(outcome="skipped", because=because, skipped_for=skipped_for)


def not_judged(because: Text) -> Outcome:
    """The check could not be decided, through no fault of the submission."""
    return Outcome(outcome="not-judged", because=because)
