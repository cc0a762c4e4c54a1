"""The pytest plugin's entry point: its options, and the rest only once grading is requested.

pytest loads this module in every project of an environment that select-grader is installed in.
Such a project may have a ``grader.py`` of its own, which ``import grader`` must find. So this
module stands outside the package ``grader``, and imports it only if the setting ``grade`` names
folders or ``--grade`` is given. All options and settings begin with ``grade``, so that they do not
collide with those of other plugins.
"""

from pathlib import Path

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
        pytest.UsageError: a ``conftest.py`` is among the programs; pytest would execute it.
    """
    options = early_config.known_args_namespace
    if options.grade or early_config.getini("grade"):
        from grader.pytest_plugin import GradingPlugin, refuse_conftests

        refuse_conftests(early_config)
        early_config.pluginmanager.register(GradingPlugin(early_config), "select-grader-grading")
