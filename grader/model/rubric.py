"""A teacher's settings: points, accepted multiplexers, limits, the pass mark."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from grader.model.numbers import Percentage, Points
from grader.model.plan import Limits

Multiplexer = Literal["select", "poll", "epoll"]
Python = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(3\.(1[1-9]|[2-9][0-9])(\.[0-9]{1,3})?"
        r"|(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9._/:@-]{0,250}|)$"
    ),
]
"""A version of Python from 3.11 on, or the name of an image; empty: any."""


class Rubric(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rubric, with the keys of its TOML file. Omitted keys have the defaults below."""

    points: Mapping[str, Points] = {}
    """The checks whose points the rubric overrides, with their new points. A check worth 0 is shown
    but does not count."""
    multiplexers: tuple[Multiplexer, ...] = ("select",)
    """System calls that ``waits-in-select`` accepts (``selectors`` uses one of them)."""
    pass_mark: Percentage = 60
    """The percentage of points that must be reached for exit status 0."""
    python: Python = ""
    """The Python that runs the programs: a version, such as ``3.13``, or an image that has one,
    which takes Docker. Empty: the grader chooses."""
    limits: Limits = Limits()
