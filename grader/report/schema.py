"""The schema of the JSON report: ``docs/report.schema.json`` is made of it."""

from typing import Any

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


class JsonCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One check's part."""

    id: str
    outcome: OutcomeName
    points: float
    possible: float
    asks: str
    because: str | None
    """Why it was skipped or could not be judged, or what a passed check has seen."""
    findings: list[JsonFinding]
    advice: list[str]


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
