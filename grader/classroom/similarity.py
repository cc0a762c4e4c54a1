"""Which submissions are the same, or nearly: told by what their authors wrote themselves.

Names that a program makes, numbers, texts and comments are put aside, since they are changed first
where something was copied. What stands in the lecture's example, or in a good part of the class,
does not count: everybody has that from the same place.
"""

import builtins
import io
import keyword
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from pathlib import Path

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import Indel

LECTURE = Path(__file__).parent / "lecture.txt"
"""The lecture's example."""

NEAR = 0.9
"""The share of their own tokens, in their order, that two programs need in common to be told of.
Among 204 servers, those that were written by themselves have less than 0.7 in common; variants of
one another, whose author changed a few lines, 0.75 and more."""

PIECE = 12
"""Tokens in a row that are the lecture's if they stand in its example: a line or two."""

OWN = 60
"""Tokens of its own that a program needs to be nearly like another: fewer are so by chance."""

LONGEST = 2000
"""Tokens of a program that are compared: of two hundred lines. It bounds the time that a stranger's
program may take; two thirds of that length are the longest that a beginner has written."""

MANY = 10
SHARE = 10
"""A piece that more than so many programs have, and more than one program in so many, was not
copied from one another."""

_PUT_ASIDE = frozenset(
    (
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    )
)
_GIVEN = frozenset((*keyword.kwlist, *dir(builtins)))
_OWN_NAME = "name"


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """Submissions each of which is the same as another one of them, or nearly."""

    names: tuple[str, ...]
    least: float
    """How much alike those are that were found to be so: from this share of their own tokens…"""
    most: float
    """…to this. Both are 1 where only names, numbers, texts and comments differ."""
    copies: tuple[tuple[str, ...], ...] = ()
    """Those among them that are the same byte for byte."""

    @property
    def same(self) -> bool:
        """Whether all of them are the same byte for byte."""
        return self.copies == (self.names,)


def find(sources: Mapping[str, bytes]) -> tuple[Alike, ...]:
    """The submissions among ``sources``, by their names, that are alike; the largest group first.

    A submission is in one group at most. No two of a group need be alike, as long as others lead
    from one to the other.
    """
    copies: dict[bytes, list[str]] = {}
    for name, source in sources.items():
        copies.setdefault(source, []).append(name)
    distinct = list(copies)
    groups = {index: [index] for index in range(len(distinct))}
    shares: dict[int, list[float]] = {index: [] for index in groups}
    for one, other, share in _near([tokens(source) for source in distinct]):
        mine, yours = groups[one], groups[other]
        shares[mine[0]].append(share)
        if mine is not yours:
            shares[mine[0]] += shares.pop(yours[0])
            mine += yours
            groups.update(dict.fromkeys(yours, mine))
    found = []
    for first, told in shares.items():
        each = [tuple(sorted(copies[distinct[index]])) for index in groups[first]]
        names = sorted(name for same in each for name in same)
        if len(names) > 1:
            found.append(
                Alike(
                    names=tuple(names),
                    least=min(told, default=1.0),
                    most=max(told, default=1.0),
                    copies=tuple(sorted(same for same in each if len(same) > 1)),
                )
            )
    return tuple(sorted(found, key=lambda each: (-len(each.names), each.names)))


def tokens(source: bytes) -> list[str]:
    """A program's tokens as they are compared, as far as Python can tell them apart."""
    text = source.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    told = list(islice(_tokens(text), LONGEST))
    # What a program makes itself may be called otherwise; what it is given may not.
    triples = zip(told, told[1:], told[2:], strict=False)
    made = {name for before, name, then in triples if (before, then) == (".", "=")}
    made.update(name for before, name in pairwise(told) if before in ("def", "class"))
    return [
        _OWN_NAME
        if each.isidentifier() and each not in _GIVEN and (before != "." or each in made)
        else each
        for before, each in pairwise(["", *told])
    ]


def _tokens(text: str) -> Iterator[str]:
    begins = True
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in _PUT_ASIDE:
                begins = begins or token.type not in (tokenize.COMMENT, tokenize.NL)
            elif token.type == tokenize.NUMBER:
                yield "0"
            elif token.type in (tokenize.NAME, tokenize.OP):
                yield token.string
            elif not begins:  # a text, or a part of one; one that begins a line is a comment
                yield '"'
            begins = begins and token.type in _PUT_ASIDE
    except (tokenize.TokenError, SyntaxError):
        return  # what follows is no Python


def _pieces(told: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(told[at : at + PIECE]) for at in range(len(told) - PIECE + 1)]


def _own(programs: Sequence[Sequence[str]]) -> list[list[str]]:
    """What is left of each when what it has from the lecture, or with many others, is taken out."""
    count = Counter(piece for told in programs for piece in set(_pieces(told)))
    many = max(MANY, len(programs) // SHARE)
    common = {piece for piece, times in count.items() if times > many}
    common.update(_pieces(tokens(LECTURE.read_bytes())))
    found = []
    for told in programs:
        taken = {
            place
            for at, piece in enumerate(_pieces(told))
            if piece in common
            for place in range(at, at + PIECE)
        }
        found.append([each for place, each in enumerate(told) if place not in taken])
    return found


def _near(programs: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, float]]:
    """Each two programs that are alike, and how much; of those that are quite the same, each with
    the first of them."""
    signs: dict[str, str] = {}
    written: dict[int, str] = {}
    whole: dict[tuple[str, ...], int] = {}
    for index, (told, own) in enumerate(zip(programs, _own(programs), strict=True)):
        first = whole.setdefault(tuple(told), index)
        if first != index:
            if own:
                yield first, index, 1.0
            continue
        if len(own) < OWN:
            continue
        # A sign for each token, as far as there are any: texts are what is compared fastest.
        for each in own:
            signs.setdefault(each, chr(0x10000 + len(signs) % 0x100000))
        sequence = "".join(signs[each] for each in own)
        for _, share, other in process.extract(
            sequence, written, scorer=Indel.normalized_similarity, score_cutoff=NEAR, limit=None
        ):
            yield other, index, share
        written[index] = sequence
