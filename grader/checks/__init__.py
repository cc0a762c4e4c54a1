"""The checks: what a server must do, judged from a recorded history.

A check is a pure function from a :class:`~grader.model.history.History` to an
:class:`~grader.model.outcome.Outcome`. It runs nothing and reads no files, so stored runs can be
judged again. :class:`~grader.checks.check.Check` adds its name, points and texts.

- **Proof.** A check fails only if the history proves a fault; the finding lists the facts. A
  server's style (address, log format, encoding, buffering) never proves one.
- **Needs.** ``needs`` names the checks without which this one means nothing. If one of them fails,
  :mod:`grader.grading.judge` skips it, so no mistake is charged twice.
- **Undecided.** Where the history proves neither, the check raises :class:`Undecided`: *skipped* if
  the server's own earlier failure is the reason, *not judged* if a lost run or one of our limits
  is. Neither is a failure. ``require_play`` and ``require_within_limits`` raise it.

To add a check, write the function and its ``Check`` in the module of its family, and put it into
that module's ``CHECKS`` behind what it needs. It is then in every report; test it like its family.
"""

from grader.checks import (
    blocking,
    content,
    craft,
    departures,
    every_message,
    exact_text,
    idle,
    order,
    records,
    startup,
)
from grader.checks.check import Check, Undecided

CHECKS: tuple[Check, ...] = (
    *startup.CHECKS,
    *content.CHECKS,
    *every_message.CHECKS,
    *exact_text.CHECKS,
    *records.CHECKS,
    *order.CHECKS,
    *blocking.CHECKS,
    *idle.CHECKS,
    *departures.CHECKS,
    *craft.CHECKS,
)
"""All checks, in the order of the report; each stands behind those that it needs."""

__all__ = ["CHECKS", "Check", "Undecided"]
