"""Encodings and escapes: from bytes to text, and the ways in which a log may spell a text."""

import codecs
import io
import json
import re
from collections.abc import Collection

from grader.logs.lengths import records_of


def decode(data: bytes, *, cut: bool = False) -> str:
    """Decode as UTF-8, else as GBK, else as UTF-8 with escapes for what is invalid.

    ``cut``: the last character may be incomplete, and is then dropped.
    """
    for encoding in ("utf-8", "gbk"):
        try:
            return codecs.getincrementaldecoder(encoding)().decode(data, not cut)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "backslashreplace")


_FORMATS = {
    b"SQLite format 3\0": "SQLite",
    b"\x37\x7f\x06\x82": "SQLite",  # its write-ahead log
    b"\x37\x7f\x06\x83": "SQLite",
    b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7": "SQLite",  # its rollback journal
    b"\x1f\x8b\x08": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"PK\3\4": "zip",
}


def format_of(data: bytes) -> str | None:
    """Return the name of a format that no text editor shows; None: the data may be a text.

    A log is a text that people read in an editor, in any encoding and with any bytes between its
    records. A database or a compressed file is not one, whatever it holds.
    """
    return next((name for start, name in _FORMATS.items() if data.startswith(start)), None)


def narrow(data: bytes) -> bytes:
    """Return ``data`` in an encoding that spells ASCII as ASCII: UTF-16 becomes UTF-8.

    Of what is no text (:func:`format_of`), nothing is left.

    Of a file that consists of records behind their lengths (:mod:`.lengths`), the records are left,
    with a line end behind each. Zero bytes in any other data (between a binary log's records, or at
    their ends) become line ends, one for each run of them: no text contains them, and no editor
    shows them.
    """
    if format_of(data):
        return b""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _from_utf16(data, "utf-16")
    # ASCII in UTF-16-LE has its zero bytes at the odd offsets and nowhere else.
    even, odd = (data[0::2].count(0), data[1::2].count(0)) if b"\0" in data else (0, 0)
    if 4 * max(even, odd) >= max(1, len(data) // 2) and 10 * min(even, odd) <= max(even, odd):
        text = _from_utf16(data, "utf-16-le" if odd > even else "utf-16-be")
        # Short records, each with a zero behind it, may have their zeros so, too. But the letters
        # of a nonce never stand side by side in UTF-16, and line ends are characters of it.
        if _IN_A_LOG.search(text) and not _NONCE.search(data):
            return text.replace("\ufeff".encode(), b"")
    if records := records_of(data):
        return b"".join(each if each.endswith(_LINE_ENDS) else each + b"\n" for each in records)
    while b"\0\0" in data:
        data = data.replace(b"\0\0", b"\0")
    return data.replace(b"\0", b"\n")


def _from_utf16(data: bytes, encoding: str) -> bytes:
    """Return UTF-16 as UTF-8; nothing of what has more than :data:`_MOST_INVALID` places that are
    no text."""
    # A text takes up to four bytes for each character: so it is never there as a whole.
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    decoded, invalid = io.BytesIO(), 0
    for at in range(0, len(data), _PORTION):
        text = decoder.decode(data[at : at + _PORTION], at + _PORTION >= len(data))
        invalid += text.count("\ufffd")
        if invalid > _MOST_INVALID:
            return b""
        decoded.write(text.encode())
    return decoded.getvalue()


_PORTION = 1 << 18
"""Bytes that are decoded at once."""

_MOST_INVALID = 1 << 16
"""Invalid characters of a file in UTF-16. Each takes a hundred times as long as a valid one."""

_LINE_ENDS = b"\n", b"\r"
_NONCE = re.compile(rb"[jqxz]{16}", re.IGNORECASE)
_IN_A_LOG = re.compile(rb"[\r\n]|" + _NONCE.pattern, re.IGNORECASE)
"""A line end or a nonce: what any file of a log has, if it is read as it was written."""


ENCODINGS = "utf-8", "gbk"
"""In which a log may be, apart from UTF-16, which is read as UTF-8 (:func:`narrow`)."""


def spellings(text: str, encodings: Collection[str] = ENCODINGS) -> set[bytes]:
    """Return every form of ``text`` that reads back exactly in a log in one of ``encodings``.

    UTF-8, GBK, XML character references, and what ``json`` or ``repr`` make of the text or of its
    bytes, escaped up to three times, as by ``repr`` within ``repr`` within ``json``. (For UTF-16,
    search the :func:`narrow` data.)
    """
    utf8, gbk = text.encode(), text.encode("gbk", "replace")
    escaped = {
        json.dumps(text)[1:-1].encode(),
        ascii(text)[1:-1].encode(),
        repr(utf8)[2:-1].encode(),
        repr(gbk)[2:-1].encode(),
    }
    references = text.encode("ascii", "xmlcharrefreplace")
    again = {form.replace(b"\\", b"\\" * times) for form in escaped for times in (1, 2, 4)}
    encoded = {text.encode(encoding, "replace") for encoding in encodings}
    return {*encoded, references, *again}
