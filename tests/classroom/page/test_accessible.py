"""axe-core finds nothing on the class's page."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from report.axe import assert_accessible, debian_chromium

from classroom.page.classes import SIMILAR, mixture, text

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    with debian_chromium() as opened:
        yield opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(chromium, tmp_path: Path, width, scheme):
    path = tmp_path / "index.html"
    path.write_text(text(mixture(), SIMILAR), "utf-8")
    assert_accessible(chromium, path, width, scheme)
