"""The checks: pure functions from a history to an outcome, in the order in which they are told."""

from grader.checks import blocking, content, craft, departures, idle, order, records, startup
from grader.checks.check import Check, Undecided

CHECKS: tuple[Check, ...] = (
    *startup.CHECKS,
    *content.CHECKS,
    *records.CHECKS,
    *order.CHECKS,
    *blocking.CHECKS,
    *idle.CHECKS,
    *departures.CHECKS,
    *craft.CHECKS,
)

__all__ = ["CHECKS", "Check", "Undecided"]
