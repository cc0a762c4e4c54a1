"""The schema of the JSON report, published as ``docs/report.schema.json``."""

from typing import Annotated, Any, Literal

import msgspec

from grader.model.numbers import Change, Number, Percentage, Points, Sum
from grader.model.outcome import OutcomeName
from grader.model.report import VERSION


class JsonFinding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a check failed."""

    done: str
    """What was done to the server."""
    expected: str
    seen: Annotated[list[str], msgspec.Meta(min_length=1)]
    """What happened instead, as facts."""
    log: list[str]
    """The lines of the log that show it. Untrusted text."""
    terminal: list[str]
    """The last lines of the server's terminal. Untrusted text."""
    hint: str
    cause: str = ""
    """The name of what is to blame, the same in every language; the hint points to it. Missing in
    reports of earlier versions."""


class JsonDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A teacher's decision that replaces the recorded outcome."""

    recorded: OutcomeName
    outcome: Literal["pass", "fail"] | None
    """Null if the points are decided."""
    points: Points | None
    """Null if the outcome is decided."""
    reason: str
    by: str
    time: str = ""
    """When, in ISO 8601 with an offset; empty: unknown."""


class JsonAdjustment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a teacher says of the submission as a whole."""

    points: Change
    """Included in the report's points; 0: it is a comment only."""
    reason: str
    by: str
    time: str
    """When, in ISO 8601 with an offset; empty: unknown."""


class JsonCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One check's part of the report."""

    id: str
    outcome: OutcomeName
    """The effective outcome: the decided one if there is one, else the recorded one."""
    points: Points
    possible: Points
    asks: str
    because: str | None
    """Why it was skipped or could not be judged, or what was observed when it passed."""
    findings: list[JsonFinding]
    """As recorded, even if a decision replaces the outcome."""
    advice: list[str]
    decision: JsonDecision | None = None
    skipped_for: str = ""
    """The check that failed, and that this one needs; empty: that is not why it was skipped, or it
    was not skipped. Missing in reports of earlier versions."""


class JsonCause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to blame for the failure of some checks."""

    cause: str
    """As in the first findings of these checks; empty if there are none."""
    hint: str
    """That of the first check."""
    checks: list[str]
    """The checks that failed for it, the one that lost most points first."""
    lost: Sum
    """The points that they lost, with those of the checks that were skipped for them."""


class JsonReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One submission's report. ``version`` increases when a field changes or is removed."""

    version: int
    submission: str
    points: Sum
    possible: Sum
    """Excludes checks that could not be judged."""
    judged: bool
    """Whether every check that is worth points was judged."""
    passed: bool
    pass_mark: Percentage
    """Percent."""
    checks: list[JsonCheck]
    causes: list[JsonCause] = []
    """Why checks failed, in the order in which to read about it: the cause that cost most first.
    Missing in reports of earlier versions."""
    scenarios: dict[str, Number]
    """How many times each scenario was run."""
    advice: list[str]
    unapplied: list[str] = []
    """Decisions about this submission that were not applied, and why."""
    adjustments: list[JsonAdjustment] = []
    """What a teacher says of the submission as a whole. Missing in reports of earlier versions."""
    sandbox: str
    python: str
    grader: str
    seed: int
    run: str


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of version :data:`VERSION`."""
    made = msgspec.json.schema(JsonReport)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A report of grade, version {VERSION}",
        **made,
    }
