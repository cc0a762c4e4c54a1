"""The page in a real browser: several widths, light and dark mode, keyboard, print."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from checks.histories import history

from grader.grading.timeline import timelines
from grader.model.outcome import failed
from grader.report import html as page
from report.browser import CONTRAST, TOO_WIDE, WIDTHS, Browser
from report.pages import EVERYTHING, SOURCE, TWICE, crowd, finding
from report.samples import entry, report
from report.untrusted import untrusted_report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("browser"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = finding(terminal=('  File "zhang.py", line 3, in <module>',))
    drawn = report(
        timelines=timelines(history(*EVERYTHING, crowd(50))) + timelines(history(TWICE)),
        source=SOURCE + b"x = 1  # " + b"long" * 200,
        entries=(*report().entries, entry("reset", 0, failed(named))),
    )
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_bytes(page.render(drawn))
    return path


OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows_and_the_console_stays_empty(browser, file, width, dark):
    browser.show(file, width, dark=dark)
    assert browser.find("innerWidth") == width
    browser.find(OPEN_ALL)
    assert browser.find(TOO_WIDE) <= 0
    assert browser.problems == []


@pytest.mark.parametrize("width", WIDTHS)
def test_untrusted_text_does_not_overflow(browser, tmp_path, width):
    path = tmp_path / "report.html"
    path.write_bytes(page.render(untrusted_report("<b>" + "早a_" * 400)))
    browser.show(path, width)
    browser.find(OPEN_ALL)
    assert browser.find(TOO_WIDE) <= 0
    assert browser.problems == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("selector", "least"),
    [
        ("body", 7), (".asks", 4.5), ("h3", 4.5), ("svg a.logged", 3), ("svg a.lost", 3),
        ("svg a.crossed", 3), ("svg a.repeated", 3),
    ],
)  # fmt: skip
def test_everything_has_enough_contrast(browser, file, dark, selector, least):
    browser.show(file, 1280, dark=dark)
    asked = CONTRAST.replace("SELECTOR", repr(selector)).replace("PROPERTY", "'color'")
    assert browser.find(asked) >= least
    paper = browser.find("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") is not dark


def test_a_message_leads_to_its_line_and_back(browser, file):
    browser.show(file, 1280)
    click = "dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))"
    browser.find(f"document.querySelector('svg a').{click}")
    assert browser.find("document.querySelector(':target').matches('.log tr')")
    assert browser.find("document.querySelector(':target').checkVisibility()"), "it is still folded"
    browser.find(f"document.querySelector(':target a').{click}")
    assert browser.find("document.querySelector(':target').matches('.messages tr')")
    assert browser.find("document.querySelector(':target').checkVisibility()"), "it is still folded"


def test_the_printed_page_is_black_on_white_and_cuts_off_no_picture(browser, file):
    browser.show(file, 718, dark=True, paper=True)  # A4 without its margins
    assert browser.find("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.find("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    browser.find(OPEN_ALL)
    assert browser.find(TOO_WIDE) <= 0
    pictures = "[...document.querySelectorAll('.picture')]"
    assert browser.find(f"Math.max(...{pictures}.map(e => e.scrollWidth - e.clientWidth))") <= 0
