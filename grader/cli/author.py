"""Who uses the command line."""

import getpass
import shutil
import subprocess


def author() -> str:
    """The user's name: git's, else the account's. Empty: neither is known."""
    return _from_git() or _from_account()


def _from_git() -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    try:
        done = subprocess.run(
            [git, "config", "user.name"], capture_output=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip()


def _from_account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""  # The account has no name, as in some containers.
