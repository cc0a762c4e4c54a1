"""The ranges of numbers that are read from files: one can calculate with all of them."""

from typing import Annotated

import msgspec

Number = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
"""What a kernel counts in. Of a much larger number, no quotient can be taken."""

Points = Annotated[float, msgspec.Meta(ge=0, le=1000)]
"""Of a check."""

Change = Annotated[float, msgspec.Meta(ge=-1000, le=1000)]
"""Points that are added or taken off."""

Sum = Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]
"""Points of a report."""

Percentage = Annotated[float, msgspec.Meta(ge=0, le=100)]
