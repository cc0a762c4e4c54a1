"""Finds groups of identical or similar programs.

Programs are compared as sequences of tokens. Names that a program defines, numbers, strings and
comments do not count, because a copier changes these first. Neither does code from the lecture's
example, or code that much of the class shares, because nobody copied it from one another.
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

THRESHOLD = 0.9
"""Similarity from which two programs are reported: the share of their own tokens, in order, that
they have in common. Among 204 servers, independent ones share less than 0.7, and variants by one
author 0.75 or more."""

SHINGLE = 12
"""Length of the token sequences by which common code is recognized: a line or two."""

MIN_TOKENS = 60
"""Own tokens that a program must have to be similar to another; shorter ones are so by chance."""

MAX_TOKENS = 2000
"""Tokens of a program that are compared (about 200 lines), which bounds the time that an untrusted
program can take. The longest program of a beginner had two thirds of that."""

COMMON_COUNT = 10
COMMON_FRACTION = 10
"""A shingle is common if more than ``COMMON_COUNT`` programs, and more than one in
``COMMON_FRACTION``, have it."""

_IGNORED = frozenset(
    (
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    )
)
_PYTHON_NAMES = frozenset((*keyword.kwlist, *dir(builtins)))
_OWN_NAME = "name"


class SimilarGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Submissions each of which is identical or similar to another one in the group."""

    names: tuple[str, ...]
    least: float
    """The lowest similarity (0 to 1) of two submissions that were found similar."""
    most: float
    """The highest. It is 1 if only names, numbers, strings and comments differ."""
    copies: tuple[tuple[str, ...], ...] = ()
    """Sets of submissions in the group that are identical byte for byte."""

    @property
    def identical(self) -> bool:
        """Whether all are identical byte for byte."""
        return self.copies == (self.names,)


def find_similar(sources: Mapping[str, bytes]) -> tuple[SimilarGroup, ...]:
    """Find the groups of similar programs, the largest first.

    Groups are the connected components of similarity: a submission is in one group at most, and
    two of a group may be connected only through others.

    Args:
        sources: the programs by the names of their submissions.
    """
    copies: dict[bytes, list[str]] = {}
    for name, source in sources.items():
        copies.setdefault(source, []).append(name)
    distinct = list(copies)
    groups = {index: [index] for index in range(len(distinct))}
    shares: dict[int, list[float]] = {index: [] for index in groups}
    for one, other, share in _find_pairs([tokenize_program(source) for source in distinct]):
        first, second = groups[one], groups[other]
        shares[first[0]].append(share)
        if first is not second:
            shares[first[0]] += shares.pop(second[0])
            first += second
            groups.update(dict.fromkeys(second, first))
    found = []
    for index, similarities in shares.items():
        members = [tuple(sorted(copies[distinct[member]])) for member in groups[index]]
        names = sorted(name for same in members for name in same)
        if len(names) > 1:
            found.append(
                SimilarGroup(
                    names=tuple(names),
                    least=min(similarities, default=1.0),
                    most=max(similarities, default=1.0),
                    copies=tuple(sorted(same for same in members if len(same) > 1)),
                )
            )
    return tuple(sorted(found, key=lambda each: (-len(each.names), each.names)))


def tokenize_program(source: bytes) -> list[str]:
    """The tokens of a program that are compared, up to the first that is not Python.

    Names that the program defines become one token; built-in names and those of imported modules
    stay.
    """
    text = source.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    tokens = list(islice(_tokens(text), MAX_TOKENS))
    # Attributes and functions that the program defines can be renamed; those of modules cannot.
    triples = zip(tokens, tokens[1:], tokens[2:], strict=False)
    defined = {name for before, name, then in triples if (before, then) == (".", "=")}
    defined.update(name for before, name in pairwise(tokens) if before in ("def", "class"))
    return [
        _OWN_NAME
        if each.isidentifier() and each not in _PYTHON_NAMES and (before != "." or each in defined)
        else each
        for before, each in pairwise(["", *tokens])
    ]


def _tokens(text: str) -> Iterator[str]:
    at_start = True  # of a statement
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in _IGNORED:
                at_start = at_start or token.type not in (tokenize.COMMENT, tokenize.NL)
            elif token.type == tokenize.NUMBER:
                yield "0"
            elif token.type in (tokenize.NAME, tokenize.OP):
                yield token.string
            elif not at_start:  # a string; at the start of a statement it is a docstring
                yield '"'
            at_start = at_start and token.type in _IGNORED
    except (tokenize.TokenError, SyntaxError):
        return  # the rest is not Python


def _shingles(tokens: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(tokens[at : at + SHINGLE]) for at in range(len(tokens) - SHINGLE + 1)]


def _own_tokens(programs: Sequence[Sequence[str]]) -> list[list[str]]:
    """The tokens of each program without common code and that of the lecture."""
    count = Counter(shingle for tokens in programs for shingle in set(_shingles(tokens)))
    many = max(COMMON_COUNT, len(programs) // COMMON_FRACTION)
    common = {shingle for shingle, times in count.items() if times > many}
    common.update(_shingles(tokenize_program(LECTURE.read_bytes())))
    own = []
    for tokens in programs:
        covered = {
            place
            for at, shingle in enumerate(_shingles(tokens))
            if shingle in common
            for place in range(at, at + SHINGLE)
        }
        own.append([token for place, token in enumerate(tokens) if place not in covered])
    return own


def _find_pairs(programs: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, float]]:
    """Yield the indices of each two similar programs, and their similarity.

    Programs with equal tokens are paired only with the first of them.
    """
    characters: dict[str, str] = {}
    encoded: dict[int, str] = {}
    seen: dict[tuple[str, ...], int] = {}
    for index, (tokens, own) in enumerate(zip(programs, _own_tokens(programs), strict=True)):
        first = seen.setdefault(tuple(tokens), index)
        if first != index:
            if own:
                yield first, index, 1.0
            continue
        if len(own) < MIN_TOKENS:
            continue
        # One character for each token, because rapidfuzz compares strings fastest.
        for token in own:
            characters.setdefault(token, chr(0x10000 + len(characters) % 0x100000))
        sequence = "".join(characters[token] for token in own)
        for _, share, other in process.extract(
            sequence,
            encoded,
            scorer=Indel.normalized_similarity,
            score_cutoff=THRESHOLD,
            limit=None,
        ):
            yield other, index, share
        encoded[index] = sequence
