"""Refuses what pytest would execute or obey among the programs that it grades.

pytest imports each ``conftest.py`` on its way, and takes its settings from the first file that
may hold some, looking from the paths that it is given upwards: a student's ``pytest.ini`` would
replace the teacher's. A plugin sees this only after pytest has obeyed such a file's ``-p`` and
``pythonpath``. Only ``pytest -c FILE`` keeps pytest from looking at all.
"""

import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import pytest

from grader.bounded import walk

SETTINGS = {
    *("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini"),
    *("pyproject.toml", "tox.ini", "setup.cfg"),
}
"""Files in which pytest may find its settings."""

MAX_NAMED = 8
"""Most files that a message lists."""


def graded_roots(config: pytest.Config, below_arguments: bool, arguments: list[str]) -> list[Path]:
    """The folders and files whose programs are graded: those of the setting ``grade``, and
    perhaps those that pytest is given."""
    roots: list[Path] = list(config.getini("grade"))
    if below_arguments:
        roots += argument_paths(config, arguments) or [config.invocation_params.dir]
    return [_absolute(root) for root in roots]


def argument_paths(config: pytest.Config, arguments: Iterable[str]) -> list[Path]:
    """The paths that pytest is given, without the names of tests."""
    here = config.invocation_params.dir
    return [_absolute(here / each.partition("::")[0]) for each in arguments]


def is_below(path: Path, root: Path) -> bool:
    """Whether ``path`` is ``root`` or in it, by its name or by where that leads."""
    return _absolute(path).is_relative_to(root) or path.resolve().is_relative_to(root.resolve())


def refuse_intruders(config: pytest.Config, *, settings_named: bool) -> None:
    """Refuse what pytest would execute or obey.

    Args:
        config: before pytest has loaded any ``conftest.py``.
        settings_named: whether the command line names the file of settings (``-c``), so that
            pytest does not look for others.

    Raises:
        pytest.UsageError: there is a ``conftest.py`` among the programs, or a file of settings, or
            pytest is given a path that passes a link.
    """
    options = config.known_args_namespace
    roots = graded_roots(config, options.grade, options.file_or_dir)
    paths = argument_paths(config, options.file_or_dir)
    for path in paths:
        # Of several, a shell may have listed them, and students may have made them.
        named = path if len(paths) > 1 and path.is_symlink() and path.is_dir() else None
        if link := named or _first_link(path, roots):
            raise pytest.UsageError(
                f"{link} is a link, and leads out of the programs that are graded. Name the file "
                "itself."
            )
    wanted = {"conftest.py"} if settings_named else {"conftest.py", *SETTINGS}
    for root in filter(Path.exists, roots):
        folder = root if root.is_dir() else root.parent
        found = (entry.path for entry in walk(folder) if entry.name in wanted)
        if intruders := sorted(islice(found, MAX_NAMED)):
            raise pytest.UsageError(_refusal(intruders))


def _first_link(path: Path, roots: Iterable[Path]) -> Path | None:
    """The first link on the way from one of ``roots`` to ``path``, if it is a folder's place."""
    for root in roots:
        if path.is_relative_to(root):
            parts = path.relative_to(root).parts
            ways = [root.joinpath(*parts[: number + 1]) for number in range(len(parts))]
            link = next((way for way in ways if way.is_symlink() and way.is_dir()), None)
            if link:
                return link
    return None


def _refusal(paths: list[str]) -> str:
    listed = ", ".join(paths)
    if any(Path(path).name == "conftest.py" for path in paths):
        return (
            f"pytest would execute what it finds outside of any sandbox: {listed}. If students "
            "handed this in, remove it or grade with `grade`; if it is yours, move it elsewhere."
        )
    return (
        f"pytest may take its settings from here: {listed}. If students handed this in, they could "
        "execute code outside of any sandbox. Name your own settings, as in `pytest -c pytest.ini`,"
        " or grade with `grade`."
    )


def _absolute(path: Path) -> Path:
    # As pytest does: not resolve, which would follow links.
    return Path(os.path.abspath(path))  # noqa: PTH100
