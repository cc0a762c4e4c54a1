"""Sandboxes for all tests, and a notice at the end about tests skipped for lack of one."""

import gc
import os
import re
import warnings
import zlib
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from grader.sandbox import Sandbox

# A machine that is busy is no reason for a test to fail, nor are examples that a change has nothing
# to do with: each run tries the same. `--hypothesis-profile search` tries others.
settings.register_profile("patient", deadline=None, derandomize=True)
settings.register_profile("quick", deadline=None, max_examples=25, derandomize=True)
settings.register_profile("search", deadline=None)
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


COSTLY = ("browser", "copy", "image_name", "root_folder")
"""Fixtures that take long to set up. With ``--dist loadgroup``, one worker runs all tests that
share one."""


LISTED = re.compile(
    r"mark\.(slow|docker|namespaces|sandbox|browser)|^from hypothesis", re.MULTILINE
)
"""The text by which the Makefile finds the files of tests that `make unit` leaves out."""


@pytest.hookimpl(tryfirst=True, specname="pytest_collection_modifyitems")
def pytest_hold_that_make_test_finds_all(items: list[pytest.Item]) -> None:
    marked = {
        item.path
        for item in items
        if any(item.get_closest_marker(name) for name in ("slow", *PROBLEMS))
        or getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    }
    for path in sorted(marked):
        if path.match("test_*.py") and not LISTED.search(path.read_text("utf-8")):
            raise pytest.UsageError(f"`make test` does not find {path}: see SLOW in the Makefile")


# First, because xdist reads the groups in its own hook.
@pytest.hookimpl(tryfirst=True, specname="pytest_collection_modifyitems")
def pytest_group_by_costly_fixture(items: list[pytest.Item]) -> None:
    for item in items:
        for name in COSTLY:
            if name in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group(name))
                item.add_marker(pytest.mark.long)


# Last, so that what is deselected is not probed for.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[_skipped] = skipped = {}
    for need, problem in PROBLEMS.items():
        needing = [item for item in items if item.get_closest_marker(need)]
        if needing and not required(need) and (reason := problem()):
            for item in needing:
                item.add_marker(pytest.mark.skip(reason=reason))
            skipped[need] = (len(needing), reason)
    items.sort(key=place_in_order)


def place_in_order(item: pytest.Item) -> tuple[bool, int]:
    """Long tests first: all workers wait for the last one, so it should be a short one. Long ones
    are mixed, so that programs that compute run beside those that wait; groups stay together."""
    if not item.get_closest_marker("long"):
        return True, 0
    group = item.get_closest_marker("xdist_group")
    return False, zlib.crc32((group.args[0] if group else item.nodeid).encode())


_skipped = pytest.StashKey[dict[str, tuple[int, str]]]()
"""By marker, how many tests are skipped, and why."""


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send what was skipped from a worker to its controller, which collects no tests itself."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["skipped"] = session.config.stash.get(_skipped, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker skipped. All of them collect the same tests."""
    node.config.stash[_skipped] = getattr(node, "workeroutput", {}).get("skipped", {})


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
        used, by = max((cost["processor"], name) for cost, name in costs)
        took, during = max((cost["took"], name) for cost, name in costs)
        terminalreporter.line(
            f"{len(costs)} attacks: the grader took {peak >> 20} MiB at most ({of}),"
            f" {used:.1f} s of processor time ({by}), and {took:.0f} s in all ({during})"
        )


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Print which tests were skipped for lack of what they need."""
    if hasattr(config, "workerinput"):
        return  # the controller prints it
    for need, (count, reason) in config.stash.get(_skipped, {}).items():
        print(  # noqa: T201
            f"\nNOT TESTED: {reason} Tests skipped for lack of {need}: {count}. With "
            f"GRADER_REQUIRE_{need.upper()}=1 they fail instead."
        )
