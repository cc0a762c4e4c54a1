"""The pytest plugin's entry point: its options, and the rest only once grading is requested.

pytest loads this module in every project of an environment that select-grader is installed in.
Such a project may have a ``grader.py`` of its own, which ``import grader`` must find. So this
module stands outside the package ``grader``, and imports it only if the setting ``grade`` names
folders or ``--grade`` is given. All options and settings begin with ``grade``, so that they do not
collide with those of other plugins.
"""

import os
import shlex
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and the setting."""
    group = parser.getgroup("grade", "grading select servers")
    group.addoption("--grade", action="store_true", help="grade the programs below the given paths")
    group.addoption(
        "--grade-rubric", metavar="FILE", type=Path, help="points, limits and pass mark (TOML)"
    )
    group.addoption(
        "--grade-checks",
        metavar="FILE",
        type=Path,
        help="a Python file with your own checks; it is executed",
    )
    group.addoption(
        "--grade-sandbox",
        choices=["auto", "docker", "namespaces", "none"],
        default="auto",
        help="'none' runs programs unprotected: for your own only",
    )
    group.addoption(
        "--grade-runs", metavar="DIR", type=Path, default=Path("runs"), help="where runs are stored"
    )
    parser.addini("grade", "folders whose programs are graded", type="paths", default=[])


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Register the plugin that grades if grading is requested.

    Raises:
        pytest.UsageError: among the programs is something that pytest would execute or obey.
    """
    # One of pytest-xdist's workers gets the main process's options, and has no command line of its
    # own. The main process has checked everything by then.
    checked = vars(early_config.option).get("grade_checked", False)
    named = _names_settings(early_config)
    if not checked and not named:
        _refuse_replaced_settings(early_config)
    options = early_config.known_args_namespace
    if options.grade or early_config.getini("grade"):
        from grader.pytest_guard import refuse_intruders
        from grader.pytest_plugin import GradingPlugin

        if not checked:
            refuse_intruders(early_config, settings_named=named)
            early_config.option.grade_checked = True
        early_config.pluginmanager.register(GradingPlugin(early_config), "select-grader-grading")


def _names_settings(config: pytest.Config) -> bool:
    """Whether the command line names the file of settings. Not whether pytest was given ``-c``:
    a file of settings that pytest found can say that, too."""
    arguments = [
        *shlex.split(os.environ.get("PYTEST_ADDOPTS", "")),
        *map(str, config.invocation_params.args),
    ]
    named = [after for each, after in pairwise(arguments) if each == "-c"]
    for option in ("-c", "--config-file="):
        named += [each.removeprefix(option) for each in arguments if each.startswith(option)]
    here = config.invocation_params.dir
    paths = [os.path.abspath(here / each) for each in named if each]  # noqa: PTH100
    return str(config.inipath) in paths


def _refuse_replaced_settings(config: pytest.Config) -> None:
    """Refuse settings that pytest found among programs which other settings, further up, grade.

    Raises:
        pytest.UsageError: pytest found such settings.
    """
    if config.inipath is None:
        return
    for folder in config.inipath.parents:
        for file, graded in _settings_in(folder):
            if file != config.inipath and any(map(config.inipath.is_relative_to, graded)):
                raise pytest.UsageError(
                    f"pytest found {config.inipath}, which replaces the settings in {file}. If a "
                    "student handed it in, remove it, and name your own settings, as in "
                    f"`pytest -c {file}`."
                )


def _settings_in(folder: Path) -> Iterator[tuple[Path, list[Path]]]:
    """The files of settings in ``folder`` that have the setting ``grade``, and what it names."""
    for name, table in _TABLES:
        file = folder / name
        if file.is_file():
            # pytest itself complains about an invalid file, should it use it.
            with suppress(Exception):
                value = _read_setting(file, table)
                texts = shlex.split(value) if isinstance(value, str) else value
                yield file, [Path(os.path.abspath(folder / text)) for text in texts]  # noqa: PTH100


_TABLES = (
    ("pytest.toml", ("pytest",)),
    (".pytest.toml", ("pytest",)),
    ("pytest.ini", ("pytest",)),
    (".pytest.ini", ("pytest",)),
    ("pyproject.toml", ("tool", "pytest")),
    ("pyproject.toml", ("tool", "pytest", "ini_options")),
    ("tox.ini", ("pytest",)),
    ("setup.cfg", ("tool:pytest",)),
)
"""The files in which pytest looks for settings, and where in them those are."""


def _read_setting(file: Path, table: tuple[str, ...]) -> Any:
    if file.suffix != ".toml":
        from iniconfig import IniConfig

        return IniConfig(str(file)).get(table[0], "grade") or ""
    found: Any = tomllib.loads(file.read_text(encoding="utf-8"))
    for name in table:
        found = found[name]
    return found.get("grade", "")
