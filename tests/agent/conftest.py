"""Fixtures that run the agent in a test's folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from agent import agent_process
from agent.agent_process import Run

# A busy machine is no reason to fail.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture
def drive(tmp_path: Path) -> Callable[..., Run]:
    """:func:`agent.agent_process.drive`, in this test's folder."""

    def in_folder(source: str, steps: str = "", **changes: Any) -> Run:
        return agent_process.drive(source, steps or "pass", tmp_path, **changes)

    return in_folder


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Run]:
    """:func:`agent.agent_process.run`, in this test's folder."""

    def in_folder(source: str, **changes: Any) -> Run:
        return agent_process.run(source, tmp_path, **changes)

    return in_folder
