"""A dimension of style: one decision that a student takes, whatever else the program does."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Value:
    """One way to decide it."""

    pieces: Mapping[str, str] = field(default_factory=dict)
    """What it contributes to a program; see :mod:`generated.template`."""
    needs: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The values of other dimensions that it can be combined with, where those are not all."""
    alone: bool = False
    """Whether it changes so much that what a fault must fail no longer follows."""


@dataclass(frozen=True)
class Dimension:
    """All ways to decide it, by name. The first one is the default."""

    name: str
    values: Mapping[str, Value]

    @property
    def default(self) -> str:
        """The most ordinary value."""
        return next(iter(self.values))


def dimension(name: str, /, **values: Mapping[str, str] | Value) -> Dimension:
    """A dimension whose values contribute pieces and mostly need nothing."""
    return Dimension(
        name,
        {
            each: given if isinstance(given, Value) else Value(given)
            for each, given in values.items()
        },
    )
