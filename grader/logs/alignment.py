"""Aligns nonces with the runs of their letters that a log has in place of whole ones.

A server with a small receive buffer cuts a message into several records; one that joins what
arrives together cuts at other places. What is left of the nonces are runs of their letters.
"""

import bisect
from collections.abc import Iterable, Sequence
from itertools import chain, islice

from grader.logs.nonces import RUN, Piece, letter_runs
from grader.logs.streams import LogStream
from grader.model.history import Message
from grader.model.plan import NONCE_LENGTH

PIECES = 100_000
"""Runs of letters in which cut messages are looked for, from the log's start. A server that reads
byte by byte leaves a thousand; a flood has more, and would take minutes."""

RUNS = 200_000
"""Runs of letters in which a long text is looked for, from where its nonce is. A text of 64 KiB
that is read byte by byte leaves 65,536, and as many again for each such letter in a prefix."""

WAYS = 32
"""Prefix lengths that :func:`longest_prefix` follows at once, the longest ones. A record's own
prefix that happens to fit adds one, so a right log has two or three that matter; without a bound,
each run costs as much as the text is long."""

_STRAY = 2
"""Letters from elsewhere that may happen to look like pieces of a nonce."""


def longest_prefix(data: bytes, text: str) -> int:
    """Return how many of the first characters of ``text`` are in ``data``, in order.

    ``text`` begins with a nonce and consists of nonce letters and spaces (which do not count). It
    may be in any number of pieces, with the prefixes of records in between, and right between the
    letters of others before it and behind it.
    """
    letters = text.replace(" ", "").encode()
    skipped = len(text) - len(letters)
    nonce = letters[:NONCE_LENGTH]
    reached = {0}
    for run in islice(RUN.finditer(data, _start(data, nonce)), RUNS):
        piece = run[0].lower()
        longer = [at + len(piece) for at in reached if letters.startswith(piece, at)]
        if len(piece) > NONCE_LENGTH:
            # Others' letters may stand right before the text, or right behind it.
            begun = piece[max(0, piece.find(nonce)) :]
            if letters.startswith(begun):
                longer.append(len(begun))
            ends = (letters[at:] for at in reached if at + len(piece) > len(letters))
            if begun.startswith(letters) or any(map(piece.startswith, ends)):
                return len(text)
        reached.update(longer)
        if len(letters) in reached:
            return len(text)
        if len(reached) > WAYS:
            # A record may begin again with the text, or behind its nonce.
            ways = sorted(reached)
            reached = {*ways[:2], *ways[-WAYS // 2 :]}
    most = max(reached)
    return most + skipped if most else 0


def _start(data: bytes, nonce: bytes) -> int:
    """Return where to begin: at the first whole ``nonce``, else at the beginning."""
    found = (data.find(form) for form in (nonce, nonce.upper()))
    return min((at for at in found if at >= 0), default=0)


def align_pieces(
    stream: LogStream, messages: Sequence[Message], letters_sent: int
) -> dict[str, tuple[int, int]]:
    """Find messages that a small receive buffer has cut into several records.

    Returns, for each message that is there (by name), the first and the last offset at which it
    may begin: pieces can often be put together in several ways.

    All pieces of a message but the last have one size and stand equally far from the ends of
    their records, in order, perhaps with pieces of others in between. There are no more of them
    than were sent (``letters_sent`` letters in all), and none of a message precedes those of one
    that had settled before it was sent. Anything looser would compose a lost message from the
    letters of other records, or from letters that were written in order to be found.
    """
    kinds: dict[tuple[int, int], list[Piece]] = {}
    latest: dict[bytes, int] = {}
    for start, letters in islice(letter_runs(stream.data, 1), PIECES):
        latest[letters] = start
        kind = len(letters), stream.record_end(start) - (start + len(letters))
        kinds.setdefault(kind, []).append((start, letters))
    shaped = [
        (size, pieces)
        for (size, _), pieces in kinds.items()
        if size < NONCE_LENGTH
        and NONCE_LENGTH // size <= len(pieces) <= letters_sent // size + _STRAY
    ]
    beginning: dict[bytes, list[int]] = {}
    """The kinds that hold each piece. Only those that hold a nonce's first one may hold it."""
    for number, (_, pieces) in enumerate(shaped):
        for letters in {letters for _, letters in pieces}:
            beginning.setdefault(letters, []).append(number)
    found: dict[str, tuple[int, int]] = {}
    ends: list[tuple[Message, int]] = []
    for message in sorted(messages, key=lambda message: message.sent):
        nonce = message.nonce.encode()
        after = max(
            (end for m, end in ends if m.settled is not None and m.settled < message.sent),
            default=-1,
        )
        holding = (beginning.get(nonce[:size], ()) for size in range(1, NONCE_LENGTH))
        for number in sorted(chain.from_iterable(holding)):
            size, pieces = shaped[number]
            chained = _chain(nonce, size, pieces, latest, after)
            if chained is not None:
                first, last, end = chained
                found[message.name] = first, last
                ends.append((message, end))
                break
    return found


def _chain(
    nonce: bytes, size: int, pieces: list[Piece], latest: dict[bytes, int], after: int
) -> tuple[int, int, int] | None:
    """Chain ``pieces`` of ``size`` behind the offset ``after`` into ``nonce``.

    Returns the first and the last offset at which the nonce may begin, and where the last piece
    of that size begins in the earliest chain; None if there is no chain. ``latest`` is the last
    offset of each run of letters.
    """
    if size >= len(nonce):
        return None
    wanted = [nonce[at : at + size] for at in range(0, len(nonce), size)]
    end = latest.get(wanted.pop(), -1) if len(wanted[-1]) < size else None
    pieces = pieces[bisect.bisect_right(pieces, (after + 1, b"")) :]
    if end is not None:
        pieces = pieces[: bisect.bisect_left(pieces, (end, b""))]
    forwards = _follow(wanted, pieces)
    if not forwards:
        return None
    backwards = _follow(wanted[::-1], reversed(pieces))
    return forwards[0], backwards[-1], forwards[-1]


def _follow(wanted: list[bytes], pieces: Iterable[Piece]) -> list[int]:
    """Return the first offsets at which ``wanted`` occur one after the other; empty if they do
    not."""
    offsets: list[int] = []
    for offset, piece in pieces:
        if piece == wanted[len(offsets)]:
            offsets.append(offset)
            if len(offsets) == len(wanted):
                return offsets
    return []
