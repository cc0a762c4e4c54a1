"""The page: what it holds, that it needs nothing else, and that a stranger makes nothing of it."""

import re
from collections import Counter
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest
from checks.histories import (
    connects,
    history,
    says,
    scene,
    text,
)  # fmt: skip
from hypothesis import example, given

from grader.grading.timeline import timelines
from grader.i18n import translator
from grader.model.outcome import failed
from grader.report import html as page
from grader.report.html import SOURCE_LINES, SOURCE_SIZE
from grader.report.html.layout import MANY, MAX_NAMED_LOGS, lay_out
from report.pages import (
    CROSSED,
    EVERYTHING,
    FINE,
    LOST,
    RESTLESS,
    TWICE,
    Tags,
    crowd,
    drawn,
    finding,
)
from report.samples import entry, report
from report.strangers import hostile, nasty

RECORDED = Path(__file__).parent / "recorded" / "page.html"


def text_of(*scenes, **changed) -> str:
    return page.render(drawn(*scenes, **changed)).decode()


# --- the layout ---


def test_time_runs_to_the_right_and_rows_lie_below_each_other():
    (line,) = timelines(history(CROSSED))
    picture = lay_out(line)
    assert [lane.name for lane in picture.lanes] == ["terminal", "client 1"]
    ys = [lane.y for lane in picture.lanes] + [picture.server, picture.log]
    assert ys == sorted(ys)
    assert picture.log < picture.height
    xs = [path.x for path in picture.paths]
    assert xs == sorted(xs)
    assert all(0 < path.x < picture.width for path in picture.paths)
    assert [path.typed for path in picture.paths] == [False, True, False]


def test_lines_of_the_log_stand_in_their_order_and_messages_lead_to_them():
    (line,) = timelines(history(CROSSED))
    picture = lay_out(line)
    assert [mark.spot.line for mark in picture.marks] == [1, 2, 3]
    first, second, third = (mark.x for mark in picture.marks)
    assert first < second < third
    assert [path.ends for path in picture.paths] == [(second,), (first,), (third,)]
    assert [path.kind for path in picture.paths] == ["crossed", "crossed", "logged"]


def test_what_is_lost_leads_nowhere():
    (line,) = timelines(history(LOST))
    assert [(path.kind, len(path.ends)) for path in lay_out(line).paths] == [
        ("logged", 1),
        ("lost", 0),
    ]


def test_bars_follow_one_another_without_a_gap():
    (line,) = timelines(history(FINE))
    bars = lay_out(line).bars
    for one, other in pairwise(bars):
        assert one.x + one.width == pytest.approx(other.x, abs=0.02)


def test_more_logs_than_have_room_for_names_have_none():
    names = "abcdefgh"[: MAX_NAMED_LOGS + 1]
    logs = {f"{name}.log": f"{{{name}}}\n" for name in names}
    steps = [says(name, f"client {n}") for n, name in enumerate(names, 1)]
    (line,) = timelines(history(scene("together", *steps, log=logs)))
    assert {segment.name for segment in lay_out(line).segments} == {""}
    assert len(lay_out(line).segments) == len(names)


def test_a_crowd_is_legible():
    (line,) = timelines(history(crowd(50)))
    picture = lay_out(line)
    assert len(picture.lanes) == 50
    assert picture.height < picture.width
    labelled = [lane.y for lane in picture.lanes if lane.labelled]
    assert min(b - a for a, b in pairwise(labelled)) >= 12
    few = lay_out(timelines(history(crowd(MANY)))[0])
    assert all(lane.labelled for lane in few.lanes)


# --- the page ---


def test_the_page_says_what_the_report_says():
    text = text_of(CROSSED, LOST, FINE)
    assert "<strong>8</strong> / 23" in text
    assert "the server exited on its own (exit status 1)" in text
    assert "早上好" in text
    assert re.search(r'<tr id="source-\d+" class="named">', text) is None
    assert text.count("<svg") == 3
    assert text.count("<details id") == 3
    opened = re.findall(r'<details id="scene-(\d)" open>', text)
    assert opened == ["1", "2"], "those in which there is something to be seen"


def test_the_page_needs_nothing_else_and_runs_nothing():
    text = text_of(CROSSED, LOST, FINE)
    tags = Tags(text)
    assert not {"script", "iframe", "object", "embed", "link", "img", "form"} & set(tags.found)
    assert not any(name.startswith("on") or name in ("src", "style") for name in tags.attributes)
    assert "default-src 'none'; style-src 'sha256-" in unescape(text)
    assert "http" not in re.sub(r"http-equiv", "", text)
    assert all(link.startswith("#") for link in tags.links)


@pytest.mark.parametrize("scenes", [EVERYTHING, (TWICE,)])
def test_every_link_has_a_target_and_every_id_is_one(scenes):
    tags = Tags(text_of(*scenes))
    assert max(Counter(tags.ids).values()) == 1
    assert {link[1:] for link in tags.links} <= set(tags.ids)


def test_a_line_of_the_log_leads_to_the_message_that_it_holds():
    told = text_of(FINE)
    (message,) = timelines(history(FINE))[0].messages
    row = re.search(r'<tr id="line-1-0-1".*?</tr>', told)
    assert row
    assert f'href="#message-1-{message.name}"' in row[0]
    assert f'<tr id="message-1-{message.name}"' in told


def test_the_table_says_what_the_picture_shows():
    told = text_of(LOST, RESTLESS)
    rows = [
        unescape(re.sub(r"<[^>]*>", " ", row)) for row in re.findall(r"<tr.*?</tr>", told, re.S)
    ]
    said = [" ".join(row.split()) for row in rows]
    assert any(row.endswith("client 1 connects") for row in said)
    assert any(text("a") in row and row.endswith("line 1") for row in said)
    assert any(text("b") in row and row.endswith("✕ not in the log") for row in said)
    assert any("server it is blocked in `recv`" in row for row in said)
    assert any("it used 99 ms of CPU time" in row for row in said)


def test_the_line_that_a_finding_names_leads_to_the_program():
    traceback = finding(terminal=('  File "zhang.py", line 3, in <module>',))
    entries = (entry("starts", 5, failed(traceback)), entry("reset", 0, failed(traceback)))
    told = page.render(drawn(FINE, entries=entries)).decode()
    (named,) = re.findall(r'<tr id="source-(\d+)" class="named">.*?</tr>', told)
    assert named == "3"
    assert re.search(r'id="source-3".*#check-starts.*#check-reset', told)


@pytest.mark.parametrize(
    "line", ['  File "/usr/lib/python3.12/socket.py", line 3, in accept', '"zhang.py", line 9999']
)
def test_a_line_of_another_file_or_of_none_leads_nowhere(line):
    told = page.render(
        drawn(FINE, entries=(entry("starts", 5, failed(finding(terminal=(line,)))),))
    ).decode()
    assert 'class="named"' not in told
    tags = Tags(told)
    assert {link[1:] for link in tags.links} <= set(tags.ids)


@pytest.mark.parametrize("source", [b"x\n" * (2 * SOURCE_LINES), (b"x" * 499 + b"\n") * 1000])
def test_of_a_long_program_the_beginning_is_shown_and_the_rest_counted(source):
    told = page.render(report(source=source)).decode()
    shown = told.count('<tr id="source-')
    assert 0 < shown <= SOURCE_LINES
    assert f"{source.count(b'x' + chr(10).encode()) - shown} lines are left out" in told
    assert len(told) < SOURCE_SIZE + 200_000


def test_a_small_page_as_a_whole():
    told = page.render(drawn(CROSSED, LOST))
    assert told.decode() == RECORDED.read_text(encoding="utf-8")


def test_the_page_in_chinese():
    text = page.render(drawn(LOST), translator("zh")).decode()
    assert '<html lang="zh-CN">' in text
    assert "运行过程" in text
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
