"""Runs once, while an image is built, and adds what submissions expect of an ordinary computer.

It must work with every base image, so it relies on Python's standard library only.
"""

from __future__ import annotations

import compileall
import contextlib
import os
import re
import shutil

USERS = range(40_000, 41_000)
"""User ids of submissions."""

LOCALES = "/usr/lib/locale"

LOCALE_NAMES = ("zh_CN", "zh_CN.utf8", "en_US.utf8")
"""Ordinary computers have these locales, and ``locale.setlocale`` fails if its one is missing."""

LEFT_OUT = (
    *("test", "tests", "idlelib", "lib2to3", "ensurepip", "tkinter", "turtledemo", "pydoc_data"),
    *("site-packages", "dist-packages"),
)
"""Folders that no server imports. Compiling them would take longer than all the others."""


def main() -> None:
    """Prepare the image that this runs in."""
    compile_all(os.path.dirname(os.__file__), os.getcwd())
    with open("/etc/passwd", "a", encoding="ascii") as file:
        file.write(passwd(USERS))
    add_locales(LOCALES)
    from . import bundle

    bundle.write(bundle.FILE)  # this fails if this Python cannot run the agent


def compile_all(*folders: str) -> None:
    """Compile Python files to bytecode.

    On the read-only root file system, every process would compile them again for half a second.
    """
    left_out = re.compile(f"/({'|'.join(LEFT_OUT)})/")
    for folder in folders:
        compileall.compile_dir(folder, quiet=2, rx=left_out, workers=0)


def passwd(users: range) -> str:
    """Lines for ``/etc/passwd``, so that ``pwd.getpwuid`` finds ``users``."""
    return "".join(f"student:x:{user}:{user}::/home/student:/bin/sh\n" for user in users)


def add_locales(folder: str) -> None:
    """Create the missing :data:`LOCALE_NAMES` as copies of ``C.utf8``, if that exists.

    Programs need them to exist and to be UTF-8, no more.
    """
    for name in LOCALE_NAMES:
        with contextlib.suppress(OSError):
            shutil.copytree(f"{folder}/C.utf8", f"{folder}/{name}")


if __name__ == "__main__":
    main()
