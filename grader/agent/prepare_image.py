"""Prepares an image, once, when it is built: what a submission may ask of a usual computer.

It serves every base, so it may count on nothing but Python's standard library.
"""

from __future__ import annotations

import compileall
import contextlib
import os
import re
import shutil

USERS = range(40_000, 41_000)
"""The user ids under which submissions run."""

LOCALES = "/usr/lib/locale"

LOCALE_NAMES = ("zh_CN", "zh_CN.utf8", "en_US.utf8")
"""Usual computers have these, and ``locale.setlocale`` fails without the one that it names."""

LEFT_OUT = (
    *("test", "tests", "idlelib", "lib2to3", "ensurepip", "tkinter", "turtledemo", "pydoc_data"),
    *("site-packages", "dist-packages"),
)
"""Folders that no server imports: to compile them takes longer than all the rest."""


def main() -> None:
    """Prepare the image in which this runs."""
    compile_all(os.path.dirname(os.__file__), os.getcwd())
    with open("/etc/passwd", "a", encoding="ascii") as file:
        file.write(passwd(USERS))
    add_locales(LOCALES)
    from .main import read_plan  # noqa: F401 (it proves that this Python will do)


def compile_all(*folders: str) -> None:
    """Compile what is not compiled yet.

    With a read-only root it would be compiled again in every process, for half a second.
    """
    left_out = re.compile(f"/({'|'.join(LEFT_OUT)})/")
    for folder in folders:
        compileall.compile_dir(folder, quiet=2, rx=left_out, workers=0)


def passwd(users: range) -> str:
    """Lines of ``/etc/passwd`` by which ``pwd.getpwuid`` knows ``users``."""
    return "".join(f"student:x:{user}:{user}::/home/student:/bin/sh\n" for user in users)


def add_locales(folder: str) -> None:
    """Give :data:`LOCALE_NAMES` that are missing the content of ``C.utf8``, where that is.

    What programs ask of them is not to fail, and UTF-8.
    """
    for name in LOCALE_NAMES:
        with contextlib.suppress(OSError):
            shutil.copytree(f"{folder}/C.utf8", f"{folder}/{name}")


if __name__ == "__main__":
    main()
