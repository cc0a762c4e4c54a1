"""Why a file that was handed in is not run."""

from typing import Literal

import msgspec

LARGEST = 100 << 10
"""Most bytes of a program. The model answer has 3,000. Parsing takes a thousand times a program's
size in memory: 100 MiB at most."""

RefusalReason = Literal[
    "link", "not-a-file", "too-large", "empty", "not-text", "wrong-encoding", "unknown-encoding"
]


class Refusal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a file that was handed in is not run. It earns no points."""

    reason: RefusalReason
    file: str
    """Its name, from the folder that is graded. Untrusted."""
    encoding: str = ""
    """The encoding that the file should have, as the program or Python says."""
    line: int = 0
    """The first line that is not in that encoding."""
    problem: str = ""
    """What Python says about an unknown encoding."""
