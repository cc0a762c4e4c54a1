"""The schema of the JSON report: ``docs/report.schema.json`` is made of it."""

from typing import Any, Literal

import msgspec

from grader.model.outcome import OutcomeName
from grader.model.report import VERSION


class JsonFinding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a check failed."""

    done: str
    """What was asked of the server."""
    expected: str
    seen: list[str]
    """What happened instead."""
    log: list[str]
    """The lines of the log that show it."""
    terminal: list[str]
    """The last lines of the server's terminal."""
    hint: str


class JsonDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a teacher has decided instead of what was recorded."""

    recorded: OutcomeName
    outcome: Literal["pass", "fail"] | None
    """Null: the points are decided."""
    points: float | None
    """Null: the outcome is decided."""
    reason: str
    by: str


class JsonCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One check's part."""

    id: str
    outcome: OutcomeName
    """The one that counts: what was decided, or else what was recorded."""
    points: float
    possible: float
    asks: str
    because: str | None
    """Why it was skipped or could not be judged, or what a passed check has seen."""
    findings: list[JsonFinding]
    """As recorded, whatever was decided."""
    advice: list[str]
    decision: JsonDecision | None = None


class JsonReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One submission's report. ``version`` grows when a field changes or goes."""

    version: int
    submission: str
    points: float
    possible: float
    """Without those of checks that could not be judged."""
    judged: bool
    """Whether every check that is worth points was."""
    passed: bool
    pass_mark: float
    """Percent."""
    checks: list[JsonCheck]
    scenarios: dict[str, int]
    """How often each was played."""
    advice: list[str]
    unapplied: list[str] = []
    """Decisions about this submission that do not count, and why."""
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
