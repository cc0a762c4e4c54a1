"""Sandboxes for all tests, and a notice at the end about tests skipped for lack of one."""

import gc
import os
import warnings
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from grader.sandbox import Sandbox

# A machine that is busy is no reason for a test to fail.
settings.register_profile("patient", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=25)
settings.load_profile("patient")


def engine_problem() -> str | None:
    """Why no Docker Engine can be used; None: one can."""
    from grader.sandbox import SandboxError
    from grader.sandbox.docker.engine import connect

    with warnings.catch_warnings():
        # A connection that failed is closed by the garbage collector, with a warning.
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            connect().close()
        except SandboxError as error:
            return str(error)
        finally:
            gc.collect()
    return None


def namespaces_problem() -> str | None:
    """Why programs cannot be isolated with namespaces; None: they can."""
    from grader.sandbox import SandboxError, choice

    try:
        choice.open_namespaces()
    except SandboxError as error:
        return str(error)
    return None


def any_problem() -> str | None:
    """Why there is no sandbox at all; None: there is one."""
    engine, namespaces = PROBLEMS["docker"](), PROBLEMS["namespaces"]()
    return f"{engine} {namespaces}" if engine and namespaces else None


def browser_problem() -> str | None:
    """Why no browser can be used; None: one can."""
    from report.browser import problem

    return problem()


PROBLEMS = {
    "browser": browser_problem,
    "docker": cache(engine_problem),
    "namespaces": cache(namespaces_problem),
    "sandbox": any_problem,
}
"""For each marker, why its tests cannot run here (None: they can)."""


def required(need: str) -> bool:
    return os.environ.get(f"GRADER_REQUIRE_{need.upper()}", "") not in ("", "0")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[_untested] = counts = {}
    for need, problem in PROBLEMS.items():
        needing = [item for item in items if item.get_closest_marker(need)]
        if needing and not required(need) and (reason := problem()):
            for item in needing:
                item.add_marker(pytest.mark.skip(reason=reason))
            counts[need] = len(needing)


_untested = pytest.StashKey[dict[str, int]]()


@pytest.fixture(scope="session")
def containers() -> Iterator["Sandbox"]:
    """The Docker sandbox."""
    from grader.sandbox.docker import engine, image, sandbox

    client = engine.connect()
    yield sandbox.DockerSandbox(client, image.ensure(client, lambda _: None))
    client.close()


@pytest.fixture(scope="session")
def namespaces() -> "Sandbox":
    """The namespaces sandbox."""
    from grader.sandbox import choice

    return choice.open_namespaces()


@pytest.fixture(scope="session")
def sandboxes(request: pytest.FixtureRequest) -> "list[Sandbox]":
    """The sandboxes that this machine supports, the strongest first."""
    fixtures = {"docker": "containers", "namespaces": "namespaces"}
    return [
        request.getfixturevalue(name) for need, name in fixtures.items() if not PROBLEMS[need]()
    ]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the most memory and time that any attack cost the grader."""
    costs = [
        (dict(report.user_properties), report.nodeid.partition("[")[2].rstrip("]"))
        for report in terminalreporter.stats.get("passed", ())
        if "peak" in dict(report.user_properties) and report.when == "call"
    ]
    if costs:
        peak, of = max((cost["peak"], name) for cost, name in costs)
        took, by = max((cost["took"], name) for cost, name in costs)
        terminalreporter.line(
            f"{len(costs)} attacks: the grader took {peak >> 20} MiB at most ({of}), and"
            f" {took:.0f} s ({by})"
        )


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return  # the controller prints the notice
    counts: dict[str, object] = dict(config.stash.get(_untested, {}))
    if config.getoption("numprocesses", None):
        # Only the workers have collected them.
        counts = {
            need: "the"
            for need, problem in PROBLEMS.items()
            if not required(need) and problem() is not None
        }
    for need, count in counts.items():
        print(  # noqa: T201
            f"\nNOT TESTED: {PROBLEMS[need]()} So {count} tests that need {need} were left "
            f"out. With GRADER_REQUIRE_{need.upper()}=1 they fail instead."
        )
