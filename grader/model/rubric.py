"""What a teacher may set: points, accepted multiplexers, limits, the pass mark."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from grader.model.plan import Limits

Multiplexer = Literal["select", "poll", "epoll"]
Points = Annotated[float, msgspec.Meta(ge=0, le=1000)]


class Rubric(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rubric, as in its TOML file. What a file leaves out is as here."""

    points: Mapping[str, Points] = {}
    """Points of each check that is to have other ones than its own; 0: shown, and no more."""
    multiplexers: tuple[Multiplexer, ...] = ("select",)
    """System calls that ``waits-in-select`` takes (``selectors`` uses one of them)."""
    pass_mark: Annotated[float, msgspec.Meta(ge=0, le=100)] = 60
    """Percent of the points that must be reached for exit status 0."""
    limits: Limits = Limits()
