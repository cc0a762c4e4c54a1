"""Why a file that was handed in is not run."""

from typing import Literal, get_args

import msgspec

LARGEST = 100 << 10
"""Most bytes of a program. The model answer has 3,000. Parsing takes a thousand times a program's
size in memory: 100 MiB at most."""

MAX_ENTRIES = 10_000
"""Most files and folders in a student's folder; one with more is not graded."""

UngradableReason = Literal[
    "word-document",
    "office-document",
    "notebook",
    "archive",
    "pdf",
    "picture",
    "lfs-pointer",
    "other-file",
    "no-program",
    "several-programs",
    "too-many-files",
    "large-program",
    "reserved-name",
    "same-name",
    "unreadable",
]
"""Why a hand-in cannot be graded as it is. It may hold a right program, so it has no grade."""

RefusalReason = (
    Literal[
        "link", "not-a-file", "too-large", "empty", "not-text", "wrong-encoding", "unknown-encoding"
    ]
    | UngradableReason
)


class Refusal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why what was handed in is not run. It earns no points or, if it is :attr:`ungradable`, has no
    grade."""

    reason: RefusalReason
    file: str
    """Its name, from the folder that is graded. Untrusted."""
    encoding: str = ""
    """The encoding that the file should have, as the program or Python says."""
    line: int = 0
    """The first line that is not in that encoding."""
    problem: str = ""
    """What Python says about an unknown encoding, or the system about what cannot be read."""
    files: tuple[str, ...] = ()
    """The first of several programs, or those that have the same name. Untrusted."""
    more: int = 0
    """How many programs ``files`` leaves out."""

    @property
    def ungradable(self) -> bool:
        """Whether nothing can be said of the program, because it could not be found."""
        return self.reason in _UNGRADABLE


_UNGRADABLE = get_args(UngradableReason)
