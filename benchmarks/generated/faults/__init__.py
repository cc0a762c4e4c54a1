"""All faults."""

from generated.faults import content
from generated.program import Fault

FAULTS: dict[str, Fault] = {each.name: each for module in (content,) for each in module.FAULTS}
"""By name."""
