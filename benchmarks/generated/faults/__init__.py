"""All faults."""

from generated.faults import content, order, serving, starting, text, waiting
from generated.program import Fault

_FAMILIES = (starting, content, text, order, serving, waiting)

FAULTS: dict[str, Fault] = {each.name: each for family in _FAMILIES for each in family.FAULTS}
"""By name."""
