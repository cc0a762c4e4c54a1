"""The grader's cache folder, and a lock for the processes that fill it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

APPLICATION = "select-grader"


def cache_folder() -> Path:
    """Where the grader keeps what takes long to make; the folder need not exist yet.

    It is the user's cache folder (on Linux below ``XDG_CACHE_HOME``, or else ``~/.cache``). For
    root it is the system's (``/var/cache``): under ``sudo`` the home folder may be another user's.
    """
    import platformdirs

    folders = platformdirs.PlatformDirs(APPLICATION, appauthor=False)
    return folders.site_cache_path if _is_root() else folders.user_cache_path


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


@contextmanager
def locked(path: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold an exclusive lock on the file ``path``, which stays behind, unlocked.

    The kernel releases the lock when its process dies, however that happens. So filelock must not
    fall back to a lock that is the mere existence of a file: a killed process would leave that.

    Args:
        path: created together with its folder if it does not exist.
        waiting: called once if another process, or another thread, holds the lock.

    Raises:
        OSError: the file cannot be created, or its filesystem does not support locks.
    """
    # Imported here since it takes a tenth of a second, and most runs need no lock.
    from filelock import FileLock, Timeout

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    lock = FileLock(path, fallback_to_soft=False)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
