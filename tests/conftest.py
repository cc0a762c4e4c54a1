"""What all tests share: a Docker Engine where there is one, and a loud word where there is none."""

import gc
import os
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from grader.sandbox import Sandbox

# A machine that is busy is no reason for a test to fail.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

NEEDS_ENGINE = "docker"


def engine_problem() -> str | None:
    """Why no Docker Engine can be used; None: one can."""
    from grader.sandbox import SandboxError
    from grader.sandbox.engine import connect

    with warnings.catch_warnings():
        # A connection that failed is closed by the garbage collector, which complains.
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            connect().close()
        except SandboxError as error:
            return str(error)
        finally:
            gc.collect()
    return None


def required() -> bool:
    return os.environ.get("GRADER_REQUIRE_DOCKER", "") not in ("", "0")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        # A file's tests stay together: they share a container's image, or a port. The gallery,
        # half of all the time, is spread over the workers.
        if item.path.name != "test_gallery.py":
            item.add_marker(pytest.mark.xdist_group(str(item.path)))
    needing = [item for item in items if item.get_closest_marker(NEEDS_ENGINE)]
    if not needing or required():
        return
    problem = engine_problem()
    if problem is None:
        return
    for item in needing:
        item.add_marker(pytest.mark.skip(reason=problem))
    config.stash[_untested] = len(needing)


_untested = pytest.StashKey[int]()


@pytest.fixture(scope="session")
def containers() -> Iterator["Sandbox"]:
    """A sandbox of containers."""
    from grader.sandbox import docker, image

    client = docker.connect()
    yield docker.DockerSandbox(client, image.ensure(client, lambda _: None))
    client.close()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return  # its controller tells
    count = str(config.stash.get(_untested, 0))
    if config.getoption("numprocesses", None) and not required() and engine_problem():
        count = "the"  # only the workers have collected them
    if count != "0":
        print(  # noqa: T201
            f"\nNOT TESTED: no Docker Engine answers, so {count} tests in containers were left "
            "out. With GRADER_REQUIRE_DOCKER=1 they fail instead."
        )
