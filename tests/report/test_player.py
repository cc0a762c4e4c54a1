"""The page's player, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from checks.histories import connects, is_stuck, says, scene, sends, thread

from grader.report import html as page
from report.browser import Browser
from report.pages import CROSSED, FINE, crowd, drawn

pytestmark = pytest.mark.browser

CLIENTS = [(name, f"client {number}") for number, name in enumerate("abcdefgh", 1)]

HELD = scene(
    "silent-client",
    *(step for name, who in CLIENTS for step in (connects(who), says(name, who))),
    sends("i", "client 2"),
    is_stuck(thread("recv", file="client 1"), source="client 2"),
    log="".join(f"{{{name}}}\n" for name in "abcdefgh"),
)  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("browser"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    made = drawn(HELD, CROSSED, FINE, crowd(50), checks=("silent-client", "arrival-order"))
    path.write_bytes(page.render(made))
    return path


SCENE = "document.querySelector('.scene')"
STORY = f"{SCENE}.querySelector('output').textContent"
COVER = f"Number({SCENE}.querySelector('.cover').getAttribute('width'))"
SOURCE = "document.querySelector('.source .now pre')?.textContent.trim() ?? ''"
LATER = f"{SCENE}.querySelectorAll('.log .later').length"


def test_at_first_everything_is_shown_and_the_story_is_at_the_fault(browser, file):
    browser.show(file, 1280)
    assert "it is blocked in recv, waiting for client 1" in browser.find(STORY)
    assert browser.find(COVER) == 0
    assert browser.find(LATER) == 0
    assert browser.find(SOURCE) == "data = c.recv(1024)"


def test_arrows_move_picture_story_log_and_program_together(browser, file):
    browser.show(file, 1280)
    browser.find(f"{SCENE}.querySelector('summary').focus()")
    last = browser.find(f"{SCENE}.querySelectorAll('.messages [data-x]').length")
    for _ in range(last):
        browser.press("ArrowLeft")
    assert browser.find(STORY).startswith(f"1/{last} ")
    assert browser.find(COVER) > 0
    assert browser.find(LATER) == 8
    assert browser.find(SOURCE) == ""
    before = browser.find(COVER)
    for _ in range(2):
        browser.press("ArrowRight")
    assert browser.find(STORY).startswith(f"3/{last} ")
    assert "line 1" in browser.find(STORY)
    assert browser.find(COVER) < before
    assert browser.find(SOURCE) == "data = c.recv(1024)"
    for _ in range(last):
        browser.press("ArrowRight")
    assert browser.find(COVER) == 0
    assert browser.find(LATER) == 0


def test_play_goes_on_by_itself_until_the_end_or_a_pause(browser, file):
    browser.show(file, 1280)
    # The page's own clock, so that the test waits for nothing.
    browser.find("window.setInterval = (tick) => { window.tick = tick; return 1; }")
    button = f"{SCENE}.querySelector('.player button:nth-of-type(2)')"
    assert browser.find(f"{button}.textContent") == "play"
    browser.find(f"{button}.click()")
    assert browser.find(f"{button}.textContent") == "pause"
    assert browser.find(STORY).startswith("1/")
    browser.find("tick()")
    assert browser.find(STORY).startswith("2/")
    browser.find(f"{button}.click()")
    assert browser.find(f"{button}.textContent") == "play"
    browser.find(f"{button}.click()")
    browser.find("for (let n = 0; n < 99; n++) tick()")
    assert browser.find(f"{button}.textContent") == "play"
    assert browser.find(COVER) == 0


SEEN = """[...document.querySelectorAll('.scene[open] .picture')].map(picture => {
  const mark = picture.querySelector('.fault-mark .flag').getBoundingClientRect();
  const frame = picture.getBoundingClientRect();
  const labels = picture.firstElementChild.getBoundingClientRect();
  return mark.left >= labels.right && mark.right <= frame.right;
})"""
SIZES = """[...document.querySelectorAll('.scene svg text')]
  .map(text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"""


def test_on_a_phone_the_fault_is_in_view_and_labels_can_be_read(browser, file):
    browser.show(file, 390)
    seen = browser.find(SEEN)
    assert len(seen) == 2
    assert all(seen)
    browser.find("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert browser.find(f"Math.min(...{SIZES})") >= 12


def test_a_line_of_the_program_that_is_marked_is_not_shifted(browser, file):
    browser.show(file, 1280)
    lefts = "[...document.querySelectorAll('.source pre')].map(e => e.getBoundingClientRect().left)"
    assert len(set(browser.find(lefts))) == 1


def test_everything_is_reached_by_keyboard_in_under_a_hundred_stops(browser, file):
    browser.show(file, 1280)
    browser.find("window.reached = new Set()")
    for _ in range(99):
        browser.press("Tab")
        browser.find("void reached.add(document.activeElement)")
    assert browser.find("reached.has(document.body)"), "the last stop is behind"
    assert browser.find("reached.size") > 10


def test_without_scripts_the_page_is_complete(browser, file, tmp_path):
    path = tmp_path / "report.html"
    path.write_bytes(file.read_bytes().replace(b"<script>", b"<script type='text/plain'>"))
    browser.show(path, 1280)
    assert browser.find("document.querySelectorAll('.player').length") == 0
    assert browser.find("document.querySelector('.scene[open] .fault-mark').checkVisibility()")


def test_no_other_script_runs(browser, file, tmp_path):
    path = tmp_path / "report.html"
    evil = b"<script>window.evil = 1</script><img src='x.png' onerror='window.evil = 2'></main>"
    path.write_bytes(file.read_bytes().replace(b"</main>", evil))
    seen = len(browser.problems)
    browser.show(path, 1280)
    assert browser.find("window.evil ?? 0") == 0
    assert len(browser.problems) > seen, "the browser has refused it"
    del browser.problems[seen:]
