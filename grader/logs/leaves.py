"""Leaves: the texts in a file that is JSON or XML as a whole.

Such a file may be one line from end to end, and each of its texts stands alone nevertheless.
"""

import codecs
import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple
from xml.parsers import expat

LONGEST = 1 << 18
"""Bytes of a file that is parsed. A message of 64 KiB leaves a quarter of that."""

_DEEPEST = 100
"""Elements of XML within each other."""

_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*(?:"(\s*:)?|\\?\Z)|[{}\[\]]', re.DOTALL)
_NONCE = re.compile(r"[jqxz]{16}", re.IGNORECASE)
_XML_TAG = re.compile(r"""<(/?)(?:[^<>"']|"[^"]*"|'[^']*')*?(/?)>""")
_XML_VALUE = re.compile(r""""[^"]*"|'[^']*'""")
_XML_ASIDE = re.compile(r"<\?|<!--")
"""The beginning of a processing instruction, or of a comment."""


class Leaf(NamedTuple):
    """One text, from ``start`` to ``end``."""

    start: int
    end: int
    first: int
    """Where the smallest thing that says more about it begins: an object or an element."""
    last: int
    """Where that ends."""


def find_leaves(data: bytes) -> list[Leaf]:
    """Return the leaves of a JSON or XML file, in order; empty if it is neither.

    A sequence of values or of elements will do, and so will one that was never closed.
    """
    if data.startswith(codecs.BOM_UTF8):
        data = b" " * len(codecs.BOM_UTF8) + data.removeprefix(codecs.BOM_UTF8)
    if data[:64].lstrip()[:1] not in (b"[", b"{", b'"', b"<") or len(data) > LONGEST:
        return []
    for encoding in ("utf-8", "gbk"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        found = list(_json_leaves(text) if _is_json(text) else _xml_leaves(text))
        return found if text.isascii() else _in_bytes(text, encoding, found)
    return []


def _in_bytes(text: str, encoding: str, leaves: list[Leaf]) -> list[Leaf]:
    """Count in bytes what was counted in characters."""
    places = sorted({place for leaf in leaves for place in leaf})
    sizes = (len(text[a:b].encode(encoding)) for a, b in zip([0, *places], places, strict=False))
    at = dict(zip(places, accumulate(sizes), strict=True))
    return [Leaf(*(at[place] for place in leaf)) for leaf in leaves]


# --- JSON ---


def _is_json(text: str) -> bool:
    """Whether a text is JSON: a value, or several, with or without commas between them."""
    begin = text.lstrip()
    return _are_values(begin) or (begin.startswith("[") and _are_values(begin[1:]))


def _are_values(text: str) -> bool:
    decoder, at = json.JSONDecoder(strict=False), 0
    try:
        while match := _NEXT.match(text, at):
            _, at = decoder.raw_decode(text, match.end())
    except (ValueError, RecursionError):
        return False
    return at > 0


_NEXT = re.compile(r"[\s,]*(?=[^\s,])")
"""What stands before the next value."""


def _json_leaves(text: str) -> Iterator[Leaf]:
    """Yield the strings of a JSON text, each with the object that it is a member of; a member's
    name is one only if it is a message."""
    spans: dict[int, int] = {}
    strings: list[tuple[int, int, int]] = []
    containers: list[int] = []
    for token in _JSON_TOKEN.finditer(text):
        if token[0] in "[{":
            containers.append(token.start())
        elif token[0] in "]}":
            if containers:
                spans[containers.pop()] = token.end()
        elif not token[1] or _NONCE.search(token[0]):
            inside = containers[-1] if containers else -1
            end = token.end() - 1 - len(token[1] or "")
            strings.append((token.start() + 1, end, inside))
    for start, end, inside in strings:
        if inside >= 0 and text[inside] == "{":
            yield Leaf(start, end, inside, spans.get(inside, len(text)))
        else:
            yield Leaf(start, end, start, end)


# --- XML ---


def _xml_leaves(text: str) -> Iterator[Leaf]:
    """Yield the texts and attributes of an XML text, each with the element that holds it and what
    stands beside it; none if it is no XML, or declares a document type."""
    text = _without_asides(text)
    if not text.lstrip().startswith("<") or not _is_xml(text):
        return
    tags = list(_XML_TAG.finditer(text))
    ends: dict[int, int] = {}
    parents: list[tuple[int, ...]] = []
    """The elements that each tag stands in, or opens, from the outside; by their starts."""
    path: tuple[int, ...] = ()
    top = set()
    for tag in tags:
        if tag[1]:
            ends[path[-1]] = tag.end()
            parents.append(path)
            path = path[:-1]
            continue
        if len(path) == _DEEPEST:
            return
        path = (*path, tag.start())
        top.add(path[0])
        parents.append(path)
        if tag[2]:
            ends[path[-1]] = tag.end()
            path = path[:-1]
    if len(path) > 1:
        return  # text after a name in angle brackets; in XML, at most the outermost one is open
    outermost = 1 if len(top) == 1 else 0
    for number, (tag, path) in enumerate(zip(tags, parents, strict=True)):
        for value in () if tag[1] else _XML_VALUE.finditer(tag[0]):
            start, end = tag.start() + value.start() + 1, tag.start() + value.end() - 1
            yield Leaf(start, end, path[-1], ends.get(path[-1], len(text)))
        until = tags[number + 1].start() if number + 1 < len(tags) else len(text)
        if text[tag.end() : until].strip():
            holders = path[:-1] if tag[1] or tag[2] else path
            own = holders[-2 if len(holders) - 1 > outermost else -1 :][:1]
            first, last = (own[0], ends.get(own[0], len(text))) if own else (tag.end(), until)
            yield Leaf(tag.end(), until, first, last)


def _without_asides(text: str) -> str:
    """Return ``text`` with blanks for its processing instructions and comments."""
    pieces: list[str] = []
    ends = {"<?": "?>", "<!--": "-->"}
    at = 0
    for begin in _XML_ASIDE.finditer(text):
        if begin.start() < at or begin[0] not in ends:
            continue
        end = text.find(ends[begin[0]], begin.end())
        if end < 0:
            del ends[begin[0]]  # nor does it end any later one of its kind
            continue
        end += len(ends[begin[0]])
        pieces += [text[at : begin.start()], " " * (end - begin.start())]
        at = end
    return "".join([*pieces, text[at:]])


def _is_xml(text: str) -> bool:
    parser = expat.ParserCreate()
    try:
        parser.Parse(f"<all>{text}")
    except expat.ExpatError:
        return False
    return True


class LeafRecords:
    """The leaves of a log, as its records."""

    def __init__(self, leaves: list[Leaf]) -> None:
        self._leaves = leaves
        self._starts = [leaf.start for leaf in leaves]

    def at(self, offset: int) -> tuple[int, int]:
        """Return where the record at ``offset`` begins, and its number."""
        number = bisect_right(self._starts, offset)
        if number and offset < self._leaves[number - 1].end:
            return self._leaves[number - 1].start, number
        return (self._leaves[number - 1].end if number else 0), number

    def end(self, offset: int) -> int:
        """Return where the record at ``offset`` ends."""
        number = bisect_right(self._starts, offset)
        if number and offset < self._leaves[number - 1].end:
            return self._leaves[number - 1].end
        return self._starts[number] if number < len(self._starts) else offset

    def span(self, offset: int) -> tuple[int, int]:
        """Return from where to where it says what the record at ``offset`` is."""
        number = bisect_right(self._starts, offset)
        if number and offset < self._leaves[number - 1].end:
            return self._leaves[number - 1].first, self._leaves[number - 1].last
        return offset, offset
