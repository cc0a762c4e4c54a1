"""The checks: pure functions from a history to an outcome, in the order in which they are told."""

from grader.checks import content, craft, leaving, order, records, starting, waiting
from grader.checks.check import Check, Undecided

CHECKS: tuple[Check, ...] = (
    *starting.CHECKS,
    *content.CHECKS,
    *records.CHECKS,
    *order.CHECKS,
    *waiting.CHECKS,
    *leaving.CHECKS,
    *craft.CHECKS,
)

__all__ = ["CHECKS", "Check", "Undecided"]
