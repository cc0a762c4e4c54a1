from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from agent import playing
from agent.playing import Run

# A busy machine is no reason to fail.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture
def drive(tmp_path: Path) -> Callable[..., Run]:
    """:func:`agent.playing.drive`, in this test's folder."""

    def in_folder(source: str, steps: str = "", **changes: Any) -> Run:
        return playing.drive(source, steps or "pass", tmp_path, **changes)

    return in_folder


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Run]:
    """:func:`agent.playing.run`, in this test's folder."""

    def in_folder(source: str, **changes: Any) -> Run:
        return playing.run(source, tmp_path, **changes)

    return in_folder
