"""Which scenarios have to be played for some of the checks."""

from collections.abc import Collection, Sequence

from grader.checks.check import Check
from grader.model.vocabulary import ScenarioName


def with_needs(names: Collection[str], checks: Sequence[Check]) -> tuple[Check, ...]:
    """Those of ``checks`` with these names, all that they need, and so on, in their order."""
    wanted = set(names)
    for check in reversed(checks):  # each stands behind those that it needs
        if check.name in wanted:
            wanted.update(check.needs)
    return tuple(check for check in checks if check.name in wanted)


def scenarios_for(
    names: Collection[str], checks: Sequence[Check]
) -> tuple[ScenarioName, ...] | None:
    """The scenarios of which the checks with these names, and those that they need, read plays;
    None: any."""
    found: dict[ScenarioName, None] = {}
    for check in with_needs(names, checks):
        if check.scenarios is None:
            return None
        found |= dict.fromkeys(check.scenarios)
    return tuple(found)
