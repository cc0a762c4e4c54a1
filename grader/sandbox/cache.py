"""The grader's cache folder."""

import os
from pathlib import Path

APPLICATION = "select-grader"


def cache_folder() -> Path:
    """The folder for what takes long to make; it need not exist yet.

    It is the user's cache folder (on Linux below ``XDG_CACHE_HOME``, or else ``~/.cache``). For
    root it is the system's (``/var/cache``): under ``sudo`` the home folder may be another user's.
    """
    import platformdirs

    folders = platformdirs.PlatformDirs(APPLICATION, appauthor=False)
    return folders.site_cache_path if _is_root() else folders.user_cache_path


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
