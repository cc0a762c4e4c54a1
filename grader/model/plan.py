"""The plan: what the agent is asked to do."""

import random
from itertools import pairwise
from typing import Annotated

import msgspec

from grader.model.program import LARGEST_IN_ALL, MOST_FILES, digest, is_relative_path
from grader.model.vocabulary import ScenarioName

VERSION = 4
"""Of plans and events; 3 says of each file when it was last written. An agent refuses a plan of
another version, and events of another version are not decoded."""

NONCE_ALPHABET = "jqxz"
"""Letters that log prefixes hardly use (no digits, no hexadecimal digits, no common words), so that
a message can be found in any record format, in capitals, and cut into pieces."""

NONCE_FIRST = "jz"
"""Letters that a nonce begins with: many programs end at a ``q`` or an ``x``."""

NONCE_LENGTH = 16
"""Two billion nonces are possible, so no log contains one by chance. Not even a log that is filled
with these letters does: with a length of twelve, 16 MiB could contain every nonce."""

NONCE_COUNT = 640
"""More than all scenarios send if each is played three times."""

MIB = 1 << 20

_Patience = Annotated[float, msgspec.Meta(ge=0.5, le=3600)]
_Total = Annotated[float, msgspec.Meta(ge=10, le=86_400)]
_Count = Annotated[int, msgspec.Meta(ge=16, le=1 << 20)]
_Bytes = Annotated[int, msgspec.Meta(ge=1 << 16, le=1 << 40)]
_Memory = Annotated[int, msgspec.Meta(ge=64 * MIB, le=1 << 50)]
"""A right server needs the lower bounds."""


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The resources that a submission may use. A limit that is hit fails no check on something
    else."""

    patience: _Patience = 4.0
    """Seconds after which a server that leaves its input unread is given up, where the kernel
    cannot prove that it never will read it. A person at a terminal gives up sooner."""
    total: _Total = 120.0
    """Seconds for all scenarios of a submission. A right one needs about one."""
    memory: _Memory = 256 * MIB
    """Bytes, with no swap, tmpfs files included. A Python server uses 10 MiB."""
    processors: Annotated[float, msgspec.Meta(gt=0, le=1024)] = 2.0
    """One for the server, one for the agent."""
    processes: _Count = 64
    """Processes and threads of the submission."""
    open_files: _Count = 256
    """Enough for 50 clients and a log opened anew for each message and never closed."""
    file_size: _Bytes = 16 * MIB
    """Bytes in one file. A whole run logs a few KiB; a flood reaches the limit in a second."""
    disk: Annotated[int, msgspec.Meta(ge=MIB, le=1 << 40)] = 64 * MIB
    """Bytes in each folder tree that is writable. Those that the program names near the root share
    one limit."""
    terminal: _Bytes = 64 * 1024
    """Bytes of the terminal's output that are kept, from its beginning and from its end."""
    logs: _Bytes = 32 * MIB
    """Bytes of log files that are kept for one scenario."""


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One submission's run. What is expected of the submission is not in it."""

    version: int = VERSION
    source: bytes
    """The submission, byte for byte: the file that is run."""
    files: dict[str, bytes] = {}
    """What lies beside it, by its path from there: modules that it imports, and data."""
    nonces: tuple[str, ...]
    """Texts that exist nowhere else, each used once at most."""
    folders: tuple[str, ...] = ()
    """Folders that the source names, which may exist only on its author's computer: absolute, or
    relative to the program's folder."""
    addresses: tuple[str, ...] = ()
    """IP addresses that the source names, which only its author's computer may have."""
    user: int | None = None
    """The user and group id under which the submission runs; None: the agent's own."""
    namespaces: bool = False
    """Whether namespaces isolate the submission, and ``user`` is its id in them. False: it runs as
    a user other than the agent's."""
    alone: bool = False
    """Whether each scenario is played on a server of its own. False: on a shared one, as long as
    that makes no difference."""
    only: tuple[ScenarioName, ...] | None = None
    """The scenarios to play, besides those that decide how these are played. None: all."""
    root: str = "/work"
    """The folder in which the agent makes a fresh one for each scenario."""
    home: str = "/home/student"
    """The submission's ``HOME``."""
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        """Validate the files: a plan may come from a stranger.

        Raises:
            ValueError: a path leads elsewhere, or they are too many or too large.
        """
        if any(not is_relative_path(path) for path in self.files):
            raise ValueError("a file lies outside the program's folder")
        size = sum(map(len, self.files.values()))
        if len(self.files) >= MOST_FILES or size > LARGEST_IN_ALL:
            raise ValueError("the program has too many files")

    @property
    def sha256(self) -> str:
        """The SHA-256 that names this version of the program."""
        return digest(self.source, self.files)


def nonces(seed: int) -> tuple[str, ...]:
    """:data:`NONCE_COUNT` different nonces; the same ones for the same ``seed``.

    Each contains every letter, and some letter twice in a row, so that no server's outcome depends
    on the seed.
    """
    source = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < NONCE_COUNT:
        letters = [
            source.choice(NONCE_FIRST),
            *source.choices(NONCE_ALPHABET, k=NONCE_LENGTH - 1),
        ]
        doubled = any(one == next_one for one, next_one in pairwise(letters))
        if doubled and len(set(letters)) == len(NONCE_ALPHABET):
            found["".join(letters)] = None
    return tuple(found)
