"""The class's page in a real browser: sorted, filtered, by keyboard, at every width."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from report.browser import CONTRAST, TOO_WIDE, WIDTHS, Browser

from classroom.page.classes import SIMILAR, a_class, mixture, report_of, text

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("browser"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("class") / "index.html"
    path.write_text(text(mixture(), SIMILAR), "utf-8")
    return path


@pytest.fixture
def page(browser, file) -> Browser:
    browser.show(file, 1280)
    return browser


NAMES = """[...document.querySelectorAll('.submissions tbody tr')]
    .filter(row => row.checkVisibility()).map(row => row.cells[0].textContent)"""
HEADINGS = "[...document.querySelectorAll('.submissions thead th')]"
AS_WRITTEN = ["gu.py", "hao.py", "an.py", "bo.py", "chi.py", "dan.py", "eva.py", "fan.py"]
"""Those without a grade first."""

ALL = ["an.py", "bo.py", "chi.py", "dan.py", "eva.py", "fan.py", "gu.py", "hao.py"]


def sort(page: Browser, column: int) -> list[str]:
    page.find(f"{HEADINGS}[{column}].querySelector('button').click()")
    return page.find(NAMES)


def choose(page: Browser, field: str, value: str) -> list[str]:
    page.find(
        f"document.querySelector('[name={field}]').value = {value!r};"
        f"document.querySelector('[name={field}]')"
        ".dispatchEvent(new Event('input', {bubbles: true}))"
    )
    return page.find(NAMES)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows_and_the_console_is_empty(browser, file, width, dark):
    browser.show(file, width, dark=dark)
    browser.find("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert browser.find(TOO_WIDE) <= 0
    assert browser.problems == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_long_name_does_not_overflow(browser, tmp_path, width):
    path = tmp_path / "index.html"
    name = "<b>" + "早a_" * 60
    path.write_text(text(a_class(report_of(name), report_of(name + ".py")), []), "utf-8")
    browser.show(path, width)
    assert browser.find(TOO_WIDE) <= 0
    assert browser.problems == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    "selector",
    ["body", ".asks", ".submissions .passed .status", ".submissions .below .status", ".unapplied",
     ".decided", ".counts .not-judged strong", ".submissions a"],
)  # fmt: skip
def test_contrast_is_sufficient(browser, file, dark, selector):
    browser.show(file, 1280, dark=dark)
    asked = CONTRAST.replace("SELECTOR", repr(selector)).replace("PROPERTY", "'color'")
    assert browser.find(asked) >= 4.5


def test_a_heading_sorts_and_sets_aria_sort(page):
    assert page.find(NAMES) == AS_WRITTEN
    by_points = sort(page, 1)
    assert set(by_points[:2]) == {"gu.py", "hao.py"}  # they have none
    assert set(by_points[-2:]) == {"an.py", "eva.py"}
    assert page.find(f"{HEADINGS}.map(each => each.getAttribute('aria-sort'))") == [
        "none", "ascending", "none", "none", "none", "none"
    ]  # fmt: skip
    assert set(sort(page, 1)[-2:]) == {"gu.py", "hao.py"}
    assert page.find(f"{HEADINGS}[1].getAttribute('aria-sort')") == "descending"
    assert sort(page, 0) == ALL
    assert sort(page, 4)[:2] == ["bo.py", "chi.py"]  # a mistake in common


def test_filters_select_rows(page):
    assert choose(page, "text", " EVA") == ["eva.py"]
    assert page.find("document.querySelector('[role=status]').textContent") == "Shown: 1 of 8"
    assert choose(page, "text", "client-logged") == ["bo.py", "chi.py", "dan.py", "eva.py"]
    assert choose(page, "text", "") == AS_WRITTEN
    assert choose(page, "kind", "lost") == ["hao.py"]
    assert choose(page, "kind", "decided") == ["eva.py"]
    assert choose(page, "kind", "unapplied") == ["fan.py"]
    assert choose(page, "kind", "similar") == ["gu.py", "an.py", "bo.py", "dan.py"]
    assert choose(page, "check", "client-logged") == ["bo.py", "dan.py"]
    assert choose(page, "kind", "") == ["bo.py", "chi.py", "dan.py"]


def test_sorting_keeps_the_filter(page):
    choose(page, "check", "client-logged")
    assert sort(page, 4) == ["bo.py", "chi.py", "dan.py"]


def test_a_check_filters_those_who_failed_it(page):
    page.find("document.querySelector('[data-check=starts]').click()")
    assert page.find(NAMES) == ["fan.py"]
    assert page.find("location.hash") == "#submissions"


def test_the_keyboard_sorts_and_opens_a_mistake(page):
    page.find(f"{HEADINGS}[0].querySelector('button').focus()")
    page.press("Enter")
    assert page.find(NAMES) == ALL
    page.press("Enter")
    assert page.find(NAMES) == ALL[::-1]
    page.find("""document.querySelector('.submissions a[href="#mistake-1"]').focus()""")
    page.press("Enter")
    assert page.find("document.querySelector('#mistake-1:target').open")


def test_a_narrow_page_is_still_a_table_for_screen_readers(browser, file):
    browser.show(file, 360)
    roles = {
        each["role"]["value"]
        for each in browser._ask("Accessibility.getFullAXTree")["nodes"]
        if not each["ignored"]
    }
    assert {"table", "row", "rowheader", "columnheader", "cell"} <= roles


def test_print_is_black_on_white_without_the_form(browser, file):
    browser.show(file, 718, dark=True, paper=True)
    assert browser.find("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.find(TOO_WIDE) <= 0
    assert not browser.find("document.querySelector('.filter').checkVisibility()")
