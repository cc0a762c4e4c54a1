"""Tells what a file is by its first bytes, whatever its name."""

import re

from grader.model.refusal import RefusalReason

_MAGIC: tuple[tuple[bytes, RefusalReason], ...] = (
    (b"{\\rtf", "word-document"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\0", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"version https://git-lfs.github.com/spec/", "lfs-pointer"),
)

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What Office files begin with: today's, and those of before 2007."""

_TAR = slice(257, 262)

_NOTEBOOK = re.compile(rb'\s*\{.*"(?:nbformat|cells)"\s*:', re.DOTALL)

_SERVER = re.compile(
    rb"^[ \t]*(?:import[ \t][^\n]*\b|from[ \t]+)(?:socket|select|selectors|socketserver|asyncio)\b",
    re.MULTILINE,
)


def other_kind(data: bytes) -> RefusalReason | None:
    """What a file is that begins with ``data``, if that is something known that is no program."""
    if data.startswith(_ZIP):
        if b"word/" in data:
            return "word-document"
        return "office-document" if b"[Content_Types].xml" in data else "archive"
    if data.startswith(_OLE):
        return "word-document" if _in_utf_16("WordDocument") in data else "office-document"
    if data[_TAR] == b"ustar":
        return "archive"
    if data.lstrip()[:1] == b"{" and _NOTEBOOK.match(data):
        return "notebook"
    return next((reason for magic, reason in _MAGIC if data.startswith(magic)), None)


def looks_like_a_server(source: bytes) -> bool:
    """Whether a text imports what this homework's programs need."""
    return bool(_SERVER.search(source))


def _in_utf_16(text: str) -> bytes:
    return text.encode("utf-16-le")
