"""axe-core finds nothing on the page, and the page asks for nothing outside of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from checks.histories import history

from grader.grading.timeline import timelines
from grader.i18n import translator
from grader.model.outcome import Decision, failed
from grader.model.report import Report
from grader.model.text import UNTRANSLATED
from grader.report import html as page
from report.axe import assert_accessible, debian_chromium
from report.pages import EVERYTHING, TWICE, crowd, drawn, finding
from report.samples import entry
from report.untrusted import untrusted_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    with debian_chromium() as opened:
        yield opened


def full_report() -> Report:
    named = finding(terminal=('  File "zhang.py", line 3, in <module>',))
    decided = entry("burst", 5, failed(named))
    made = drawn(*EVERYTHING, crowd(50), checks=("silent-client", "arrival-order", "every-message"))
    fields = {name: getattr(made, name) for name in made.__struct_fields__}
    fields["timelines"] += timelines(history(TWICE))
    fields["entries"] += (
        entry("reset", 0, failed(named)),
        type(decided)(
            name=decided.name,
            asks=decided.asks,
            lesson=decided.lesson,
            max_points=5,
            outcome=decided.outcome,
            decision=Decision(outcome="pass", reason="shown in class", by="Wang"),
        ),
    )
    return Report(**fields)


REPORTS = {"full": full_report(), "untrusted": untrusted_report("<script>x</script>" + "早a_" * 90)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", REPORTS)
def test_axe_finds_nothing(chromium, tmp_path: Path, name, width, scheme):
    path = tmp_path / "report.html"
    translate = translator("zh") if width == 390 else UNTRANSLATED
    path.write_bytes(page.render(REPORTS[name], translate))
    assert_accessible(chromium, path, width, scheme)


def test_a_picture_is_printed_with_its_heading(chromium, tmp_path: Path):
    path = tmp_path / "report.html"
    path.write_bytes(page.render(REPORTS["full"]))
    with chromium.new_context(viewport={"width": 718, "height": 1000}) as context:
        opened = context.new_page()
        opened.goto(path.as_uri())
        opened.emulate_media(media="print")
        kept = opened.evaluate(
            "[...document.querySelectorAll('.scene > summary, h2')]"
            ".every(each => getComputedStyle(each).breakAfter === 'avoid')"
        )
        whole = opened.evaluate(
            "[...document.querySelectorAll('figure')]"
            ".every(each => getComputedStyle(each).breakInside === 'avoid')"
        )
        printed = opened.pdf(format="A4")
    assert kept
    assert whole
    assert printed.count(b"/Type /Page\n") <= 6
