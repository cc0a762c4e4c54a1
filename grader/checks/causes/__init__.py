"""The causes that a finding may name: what is wrong with a program, as its author is told.

Each is declared once, in the module of its family, with a name that stays the same in every
language and a hint. Reports group findings by cause, and the gallery states for each wrong server
which cause its report must lead to. :class:`~grader.model.outcome.Cause` is the value itself.
"""

from grader.checks.causes import (
    craft,
    errors,
    handed_in,
    idle,
    limits,
    logs,
    names,
    serving,
    startup,
    values,
)
from grader.model.outcome import Cause

CAUSES: tuple[Cause, ...] = tuple(
    value
    for family in (handed_in, startup, errors, names, values, limits, serving, logs, idle, craft)
    for value in vars(family).values()
    if isinstance(value, Cause)
)
"""All of them, in the order of their declaration."""

__all__ = ["CAUSES"]
