"""Writes files whole or not at all."""

import secrets
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Replace ``path`` with a file that holds ``data``.

    Readers, and a process that is killed midway, see the old file or the new one, never a part.
    Two writers at once cannot mix: each writes a temporary file of its own beside ``path``, whose
    name nobody can guess and so put a link in its place.

    Raises:
        OSError: it cannot be written; ``path`` is unchanged, and the temporary file is gone.
    """
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
