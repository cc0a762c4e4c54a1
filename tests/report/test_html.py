"""The page: what it holds, that it needs nothing else, and that a stranger makes nothing of it."""

import html.parser
import re
import shutil
import subprocess
from collections import Counter
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest
from checks.histories import (
    connects,
    ends,
    history,
    is_stuck,
    leaves,
    right,
    says,
    scene,
    sends,
    types,
)  # fmt: skip
from hypothesis import example, given

from grader.checks.timeline import timelines
from grader.language import translator
from grader.report import html as page
from grader.report.html.layout import MANY, lay_out
from report.samples import report
from report.test_terminal import hostile, nasty

SOURCE = b"import socket\nwhile True:\n    data = c.recv(1024)\n"


def drawn(*scenes, **changed):
    return report(timelines=timelines(history(*scenes)), source=SOURCE, **changed)


CROSSED = scene(
    "together", connects(), says("a"), types("b"), says("c"), log="{b}\n{a}\n{c}\n"
)  # fmt: skip
LOST = scene("silent-client", connects(), says("a"), sends("b"), is_stuck(), log="{a}\n")
FINE = scene("newcomer", connects(), says("a"), leaves(), log="{a}\n")


class Tags(html.parser.HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found[tag] += 1
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.links.append(value)


def text_of(*scenes, **changed) -> str:
    return page.render(drawn(*scenes, **changed)).decode()


# --- the timeline ---


def test_a_timeline_is_what_happened_in_order():
    (line,) = timelines(history(FINE))
    assert [step.kind for step in line.steps] == [
        "start", "connect", "settle", "send", "settle", "leave", "settle", "stop"
    ]  # fmt: skip
    assert line.sources == ("client 1",)
    assert [(m.line, m.crossed) for m in line.messages] == [(1, False)]
    assert not line.faulty
    assert [span.state for span in line.spans] == [
        "sleeps", "works", "sleeps", "works", "sleeps", "works", "sleeps", "works"
    ]  # fmt: skip


def test_what_is_lost_or_crossed_is_marked():
    crossed, lost = timelines(history(CROSSED, LOST))
    assert [m.crossed for m in crossed.messages] == [True, True, False]
    assert [m.line for m in lost.messages] == [1, None]
    assert crossed.faulty
    assert lost.faulty
    assert "it sleeps in `recv`" in str(lost.remark)
    assert lost.spans[-1].state == "sleeps"


def test_a_server_that_ended_is_gone():
    (line,) = timelines(history(scene("client", connects(), says("a"), ends(1), log="{a}\n")))
    assert line.spans[-1].state == "gone"


def test_every_scenario_of_a_right_server_is_drawn():
    assert [line.scenario for line in timelines(right())] == [
        "terminal", "client", "together", "silent-client", "newcomer", "departure"
    ]  # fmt: skip
    assert not any(line.faulty for line in timelines(right()))


# --- the layout ---


def test_time_runs_to_the_right_and_rows_lie_below_each_other():
    (line,) = timelines(history(CROSSED))
    picture = lay_out(line)
    assert [row.name for row in picture.rows] == ["terminal", "client 1"]
    ys = [row.y for row in picture.rows] + [picture.server, picture.log]
    assert ys == sorted(ys)
    assert picture.log < picture.height
    xs = [way.x for way in picture.ways]
    assert xs == sorted(xs)
    assert all(0 < way.x < picture.width for way in picture.ways)
    assert [way.typed for way in picture.ways] == [False, True, False]


def test_lines_of_the_log_stand_in_their_order_and_messages_lead_to_them():
    (line,) = timelines(history(CROSSED))
    picture = lay_out(line)
    assert [number for _, number in picture.ticks] == [1, 2, 3]
    places = [x for x, _ in picture.ticks]
    assert places == sorted(places)
    assert [way.end for way in picture.ways] == [places[1], places[0], places[2]]
    assert [way.kind for way in picture.ways] == ["crossed", "crossed", "logged"]


def test_what_is_lost_leads_nowhere():
    (line,) = timelines(history(LOST))
    assert [(way.kind, way.end is None) for way in lay_out(line).ways] == [
        ("logged", False),
        ("lost", True),
    ]


def test_bars_follow_one_another_without_a_gap():
    (line,) = timelines(history(FINE))
    bars = lay_out(line).bars
    for one, other in pairwise(bars):
        assert one.x + one.width == pytest.approx(other.x, abs=0.02)


def crowd(count: int):
    clients = [f"client {number + 1}" for number in range(count)]
    names = [f"{letter}{n}" for n in range(3) for letter in "abcdefghijklmnopqrstuvwxyz"]
    steps = [connects(client) + says(name, client) for client, name in zip(clients, names)]  # noqa: B905
    log = "".join(f"{{{name}}}\n" for name in names[:count])
    return scene("crowd", *steps, log=log)


def test_a_crowd_is_legible():
    (line,) = timelines(history(crowd(50)))
    picture = lay_out(line)
    assert len(picture.rows) == 50
    assert picture.height < picture.width
    labelled = [row.y for row in picture.rows if row.labelled]
    assert min(b - a for a, b in pairwise(labelled)) >= 12
    few = lay_out(timelines(history(crowd(MANY)))[0])
    assert all(row.labelled for row in few.rows)


# --- the page ---


def test_the_page_says_what_the_report_says():
    text = text_of(CROSSED, LOST, FINE)
    assert "<strong>8</strong> / 23" in text
    assert "the server ended by itself (exit status 1)" in text
    assert "早上好" in text
    assert re.search(r'<tr id="source-\d+" class="named">', text) is None
    assert text.count("<svg") == 3
    assert text.count("<details id") == 3
    opened = re.findall(r'<details id="scene-(\d)" open>', text)
    assert opened == ["1", "2"], "those in which something went wrong"


def test_the_page_needs_nothing_else_and_runs_nothing():
    text = text_of(CROSSED, LOST, FINE)
    tags = Tags(text)
    assert not {"script", "iframe", "object", "embed", "link", "img", "form"} & set(tags.found)
    assert not any(name.startswith("on") or name in ("src", "style") for name in tags.attributes)
    assert "default-src 'none'; style-src 'sha256-" in unescape(text)
    assert "http" not in re.sub(r"http-equiv", "", text)
    assert all(link.startswith("#") for link in tags.links)


def test_every_link_has_a_target_and_every_id_is_one():
    tags = Tags(text_of(CROSSED, LOST, FINE))
    assert max(Counter(tags.ids).values()) == 1
    assert {link[1:] for link in tags.links} <= set(tags.ids)


def test_the_line_that_a_finding_names_leads_to_the_program():
    from grader.model.outcome import failed
    from report.samples import FINDING, entry

    told = drawn(FINE, entries=(entry("starts", 5, failed(FINDING)),))
    assert 'id="source-9"' not in page.render(told).decode()  # it has only four lines
    finding = type(FINDING)(
        **{f: getattr(FINDING, f) for f in FINDING.__struct_fields__}
        | {"terminal": ('File "zhang.py", line 3, in <module>',)}
    )
    text = page.render(drawn(FINE, entries=(entry("starts", 5, failed(finding)),))).decode()
    assert '<tr id="source-3" class="named">' in text
    assert '<a href="#check-starts">starts</a>' in text


def test_the_page_in_chinese():
    text = page.render(drawn(LOST), translator("zh")).decode()
    assert '<html lang="zh-CN">' in text
    assert "发生了什么" in text
    assert "What happened" not in text


USUAL = Tags(page.render(hostile("x")).decode())


@example("<script>alert(1)</script>")
@example('"><img src=x onerror=alert(1)>')
@example("{{ 7*7 }}{% raw %}")
@example("</pre></td></style><style>*{display:none}")
@example("&lt;b&gt;")
@given(nasty)
def test_a_stranger_makes_no_element_and_no_attribute(word):
    told = page.render(hostile(word)).decode()
    tags = Tags(told)
    assert tags.found == USUAL.found
    assert tags.attributes == USUAL.attributes
    assert not {"\x1b", "\x9b", "\u202e", "\u2067", "\0"} & set(told)


@example(b"</pre><script>")
@given(nasty.map(lambda word: word.encode("utf-8", "replace")))
def test_nor_does_a_log_a_terminal_or_a_program(data):
    made = scene("client", connects(), says("a"), log=data + b"\n" + data, terminal=data)
    told = report(timelines=timelines(history(made)), source=data)
    tags = Tags(page.render(told).decode())
    assert "script" not in tags.found
    assert max(Counter(tags.ids).values()) == 1


# --- in a browser ---

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MEASURE = (
    "<script>document.title = [innerWidth, document.documentElement.scrollWidth].join()</script>"
)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
@pytest.mark.parametrize("width", [500, 1280])
def test_nothing_runs_over_the_pages_edge(tmp_path: Path, width: int):
    text = text_of(CROSSED, LOST, FINE, crowd(50))
    file = tmp_path / "page.html"
    # The page's own policy runs no script; so this copy goes without it.
    file.write_text(re.sub(r"<meta http-equiv[^>]*>", "", text) + MEASURE, "utf-8")
    done = subprocess.run(
        [
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
            f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900",
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )  # fmt: skip
    measured = re.search(r"<title>(\d+),(\d+)</title>", done.stdout)
    assert measured, done.stderr
    inner, needed = map(int, measured.groups())
    assert needed <= inner
