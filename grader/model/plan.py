"""What the agent is asked to do: the submission's source, the nonces, the limits."""

import random
from itertools import pairwise
from typing import Annotated

import msgspec

VERSION = 1
"""The version of the plan and of the events; an agent refuses a plan of another one."""

NONCE_ALPHABET = "jqxz"
"""Letters that log prefixes hardly use (no digit, no hexadecimal digit, no common word of
them), so that one message's text can be picked out of any record format."""

NONCE_FIRST = "jz"
"""Letters that a nonce begins with: a ``q`` or an ``x`` there is what ends many a program."""

NONCE_LENGTH = 16
"""Two billion nonces are possible. No log holds one by chance; nor does one that is filled with
these letters, as far as it is kept: with twelve, 16 MiB could hold them all."""

NONCE_COUNT = 400
"""More than the scenarios send, each played twice."""

MIB = 1 << 20

_Patience = Annotated[float, msgspec.Meta(ge=0.5, le=3600)]
_Total = Annotated[float, msgspec.Meta(ge=10, le=86_400)]
_Count = Annotated[int, msgspec.Meta(ge=16, le=1 << 20)]
_Bytes = Annotated[int, msgspec.Meta(ge=1 << 16, le=1 << 40)]
_Memory = Annotated[int, msgspec.Meta(ge=64 * MIB, le=1 << 50)]
"""Below these a right server would suffer: that is no limit, but a mistake."""


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a submission may use. A limit that is hit never fails a check about something else."""

    patience: _Patience = 4.0
    """Seconds that a server may leave its input unread before it is given up, where the
    kernel cannot prove that it never will read it. A human at a terminal gives up sooner."""
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
    """Bytes in one file. A whole run logs a few KiB; a flood reaches this in a second."""
    disk: Annotated[int, msgspec.Meta(ge=MIB, le=1 << 40)] = 64 * MIB
    """Bytes in all files of one folder tree; of those that a program names near the root, in all
    together."""
    terminal: _Bytes = 64 * 1024
    """Bytes of the terminal's output that are kept, from its beginning and from its end."""
    logs: _Bytes = 32 * MIB
    """Bytes of log files that are kept for one scenario."""


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One submission's run. What is expected of it is not in here: it is judged elsewhere."""

    version: int = VERSION
    source: bytes
    """The submission, byte for byte."""
    nonces: tuple[str, ...]
    """A supply of texts that exist nowhere else, each used at most once."""
    folders: tuple[str, ...] = ()
    """Folders that the source names and that may exist on its author's computer only;
    absolute ones, or relative to the program's folder."""
    user: int | None = None
    """The user and group id under which the submission runs; None: the agent's own."""
    namespaces: bool = False
    """Whether namespaces separate the submission from the agent, and ``user`` is its id in there;
    False: it runs as a user other than the agent."""
    root: str = "/work"
    """The folder in which the agent makes a fresh one for each scenario."""
    home: str = "/home/student"
    """The submission's ``HOME``."""
    limits: Limits = Limits()


def nonces(seed: int) -> tuple[str, ...]:
    """:data:`NONCE_COUNT` different nonces; the same ones for the same ``seed``.

    Each holds every letter, and some letter twice in a row: what becomes of either in a server
    must not depend on the seed.
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
