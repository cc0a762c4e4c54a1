"""The names of files in archives and exports: how they are decoded, and which are refused."""

import re
import unicodedata

from grader.errors import UserError
from grader.model.text import say

LONGEST = 200
"""Most bytes of one part of a path, in UTF-8. File systems allow 255."""

DEEPEST = 20
"""Most parts of a path."""

_DRIVE = re.compile(r"[A-Za-z]:")
_FORBIDDEN = re.compile('[\x00-\x1f\x7f<>:"|?*\ud800-\udfff]')
"""What some file system does not allow in a name."""

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\..*)?", re.IGNORECASE)
"""The names of devices on Windows."""


class UnsafeNameError(UserError):
    """A path leads out of its folder, or some system cannot store it."""


def decode_name(raw: bytes) -> str:
    """A name of which only the bytes are known. Chinese systems write UTF-8 or GBK."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def safe_parts(name: str) -> tuple[str, ...]:
    """The parts of the path ``name``, none of which leads anywhere but down.

    Names are normalized (NFC), because macOS and others spell the same one differently. A
    character that some file system forbids becomes ``_``.

    Raises:
        UnsafeNameError: it is absolute, has a drive or ``..``, names a device, is empty, or is too
            long or too deep.
    """
    name = name.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name):
        raise UnsafeNameError(say("its path is absolute"))
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in (part.rstrip(" ") for part in parts):
        raise UnsafeNameError(say("its path leads out of its folder"))
    if not parts:
        raise UnsafeNameError(say("it has no name"))
    if len(parts) > DEEPEST:
        raise UnsafeNameError(say("it lies more than {count} folders deep", count=DEEPEST))
    return tuple(map(_safe_part, parts))


def _safe_part(part: str) -> str:
    part = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", part))
    part = part.rstrip(" .") or "_"  # Windows drops these.
    if _RESERVED.fullmatch(part):
        raise UnsafeNameError(say("it has the name of a device on Windows"))
    if len(part.encode()) > LONGEST:
        raise UnsafeNameError(say("its name is longer than {count} bytes", count=LONGEST))
    return part
