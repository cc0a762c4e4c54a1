"""What a check says: its outcome, and the finding or reason that explains it."""

from typing import Literal

import msgspec

from grader.model.text import Text

OutcomeName = Literal["pass", "fail", "skipped", "not-judged"]


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A failure as data, so that every report tells the same."""

    done: Text
    """What was asked of the server."""
    expected: Text
    seen: tuple[Text, ...]
    """What happened instead: facts."""
    log: tuple[str, ...] = ()
    """The lines of the log that show it, decoded as well as can be. A stranger's text."""
    terminal: tuple[str, ...] = ()
    """The last lines of the server's terminal, where they tell something. A stranger's text."""
    hint: Text
    """The lesson it belongs to, never the solution."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One check's outcome."""

    outcome: OutcomeName
    findings: tuple[Finding, ...] = ()
    """Of a failure: at least one."""
    because: Text | None = None
    """Why it was skipped, or could not be judged; or what a passed check has seen."""
    advice: tuple[Text, ...] = ()
    """Worth knowing, and no fault."""


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a teacher has decided of a check, whatever was recorded: an outcome, or points."""

    outcome: Literal["pass", "fail"] | None = None
    """None: the points are decided."""
    points: float | None = None
    """None: the outcome is decided."""
    reason: str
    by: str
    """Whose decision it is."""


def passed(because: Text | None = None, *advice: Text) -> Outcome:
    """It holds."""
    return Outcome(outcome="pass", because=because, advice=advice)


def failed(*findings: Finding) -> Outcome:
    """It is proved not to hold."""
    return Outcome(outcome="fail", findings=findings)


def skipped(because: Text) -> Outcome:
    """Something that it needs has failed."""
    return Outcome(outcome="skipped", because=because)


def not_judged(because: Text) -> Outcome:
    """It could not be decided, by no fault of the submission's."""
    return Outcome(outcome="not-judged", because=because)
