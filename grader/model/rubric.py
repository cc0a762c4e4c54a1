"""A teacher's settings: points, accepted multiplexers, limits, the pass mark."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from grader.model.plan import Limits

Multiplexer = Literal["select", "poll", "epoll"]
Points = Annotated[float, msgspec.Meta(ge=0, le=1000)]


class Rubric(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rubric, with the keys of its TOML file. Omitted keys have the defaults below."""

    points: Mapping[str, Points] = {}
    """The checks whose points the rubric overrides, with their new points. A check worth 0 is shown
    but does not count."""
    multiplexers: tuple[Multiplexer, ...] = ("select",)
    """System calls that ``waits-in-select`` accepts (``selectors`` uses one of them)."""
    pass_mark: Annotated[float, msgspec.Meta(ge=0, le=100)] = 60
    """The percentage of points that must be reached for exit status 0."""
    limits: Limits = Limits()
