"""axe-core, in the Chromium that this machine has; no browser is downloaded."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from report.browser import PATH

if TYPE_CHECKING:
    from playwright.sync_api import Browser

UNFOLD = "document.querySelectorAll('details').forEach(each => each.open = true)"


@contextmanager
def debian_chromium() -> Iterator["Browser"]:
    """A headless browser."""
    # Imported here because it takes half a second, and tests without a browser need not wait.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=PATH, args=["--no-sandbox"])
        yield opened
        opened.close()


def assert_accessible(chromium: "Browser", path: Path, width: int, scheme: str) -> None:
    """Assert that axe finds nothing on a page, folded and unfolded, that it is not wider than the
    window, and that it asks for nothing but itself."""
    from axe_playwright_python.sync_playwright import Axe

    window = {"width": width, "height": 844}
    with chromium.new_context(viewport=window, color_scheme=scheme) as context:
        opened = context.new_page()
        asked: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto(path.as_uri())
        folded = Axe().run(opened)
        opened.evaluate(UNFOLD)
        unfolded = Axe().run(opened)
        wider = opened.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert folded.violations_count == 0, folded.generate_report()
    assert unfolded.violations_count == 0, unfolded.generate_report()
    assert wider <= 0
    assert asked == [path.as_uri()]
