"""Files that several processes read and write at once: written whole, or locked."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
        # x: a file of its own, not one that somebody else has put there, or a link.
        with part.open("xb") as file:
            file.write(data)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def locked(
    path: Path, waiting: Callable[[], None] = lambda: None, *, reentrant: bool = False
) -> Iterator[None]:
    """Hold an exclusive lock on the file ``path``, which stays behind, unlocked.

    The kernel releases the lock when its process dies, however that happens. So filelock must not
    fall back to a lock that is the mere existence of a file: a killed process would leave that.

    Args:
        path: created together with its folder if it does not exist.
        waiting: called once if another process, or another thread, holds the lock.
        reentrant: whether a thread that holds it may take it again; it must then do so each time.

    Raises:
        OSError: the file cannot be created, or its filesystem does not support locks.
    """
    # Imported here since it takes a tenth of a second, and most runs need no lock.
    from filelock import FileLock, Timeout

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    lock = FileLock(path, fallback_to_soft=False, is_singleton=reentrant)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
