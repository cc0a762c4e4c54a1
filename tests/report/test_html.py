"""The page: its layout, its content, and that untrusted text has no effect in it."""

import base64
import hashlib
import re
from collections import Counter
from html import unescape
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from checks.histories import (
    connects,
    history,
    says,
    scene,
    text,
)  # fmt: skip
from hypothesis import example, given

from grader.checks.source_code import place
from grader.grading.timeline import timelines
from grader.i18n import translator
from grader.model.outcome import failed
from grader.model.program import digest
from grader.model.text import say
from grader.report import html as page
from grader.report.html.layout import MANY, MAX_LOGS, lay_out
from grader.report.html.source import SOURCE_LINES, SOURCE_SIZE
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
from report.samples import FINDING, entry, report
from report.untrusted import untrusted_report, untrusted_text

RECORDED = Path(__file__).parent / "recorded" / "page.html"


def text_of(*scenes, **changed) -> str:
    return page.render(drawn(*scenes, **changed)).decode()


# --- the layout ---


def test_time_runs_to_the_right_and_lanes_run_downwards():
    (line,) = timelines(history(CROSSED))
    picture = lay_out(line)
    assert [lane.name for lane in picture.lanes] == ["terminal", "client 1"]
    ys = [lane.y for lane in picture.lanes] + [picture.server, *picture.logs]
    assert ys == sorted(ys)
    assert picture.logs[-1] < picture.height
    xs = [path.x for path in picture.paths]
    assert xs == sorted(xs)
    assert all(0 < path.x < picture.width for path in picture.paths)
    assert [path.typed for path in picture.paths] == [False, True, False]


def test_paths_lead_to_the_lines_of_the_log_in_their_order():
    (line,) = timelines(history(CROSSED))
    picture = lay_out(line)
    assert [mark.spot.line for mark in picture.marks] == [1, 2, 3]
    first, second, third = (mark.x for mark in picture.marks)
    assert first < second < third
    (y,) = picture.logs
    assert [path.ends for path in picture.paths] == [((second, y),), ((first, y),), ((third, y),)]
    assert [path.kind for path in picture.paths] == ["crossed", "crossed", "logged"]


def test_the_path_of_a_lost_message_has_no_end():
    (line,) = timelines(history(LOST))
    assert [(path.kind, len(path.ends)) for path in lay_out(line).paths] == [
        ("logged", 1),
        ("lost", 0),
    ]


def test_state_bars_have_no_gaps():
    (line,) = timelines(history(FINE))
    bars = lay_out(line).bars
    for one, other in pairwise(bars):
        assert one.x + one.width == pytest.approx(other.x, abs=0.02)


def test_many_logs_share_a_lane():
    names = "abcdefgh"[: MAX_LOGS + 1]
    logs = {f"{name}.log": f"{{{name}}}\n" for name in names}
    steps = [says(name, f"client {n}") for n, name in enumerate(names, 1)]
    (line,) = timelines(history(scene("together", *steps, log=logs)))
    picture = lay_out(line)
    assert len(picture.logs) == 1
    assert len(picture.marks) == len(names)


def test_a_crowd_has_thin_lanes_and_few_labels():
    (line,) = timelines(history(crowd(50)))
    picture = lay_out(line)
    assert len(picture.lanes) == 50
    assert picture.height < picture.width
    labelled = [lane.y for lane in picture.lanes if lane.labelled]
    assert min(b - a for a, b in pairwise(labelled)) >= 12
    few = lay_out(timelines(history(crowd(MANY)))[0])
    assert all(lane.labelled for lane in few.lanes)


# --- the page ---


def test_the_page_contains_the_whole_report():
    text = text_of(CROSSED, LOST, FINE, checks=("silent-client",))
    assert "not judged (8 of 33 points so far)" in text
    assert "the server exited on its own (exit status 1)" in text
    assert "早上好" in text
    assert re.search(r'<tr id="source-\d+" class="named near">', text) is None
    assert text.count('<div class="picture"') == 3
    assert text.count("<details id") == 3
    opened = re.findall(r'<details id="scene-(\d)" class="scene" open>', text)
    assert opened == ["2"], "that which shows what cost points"


def test_the_page_loads_nothing_and_runs_no_script_but_its_own():
    text = text_of(CROSSED, LOST, FINE)
    tags = Tags(text)
    assert not {"iframe", "object", "embed", "link", "img", "form"} & set(tags.found)
    assert tags.found["script"] == 1
    assert not any(name.startswith("on") or name in ("src", "style") for name in tags.attributes)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', unescape(text))
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.S)
    hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'none'; ")
    assert policy.endswith(f"; script-src 'sha256-{hashed}'")
    assert "unsafe" not in policy
    assert "http" not in re.sub(r"http-equiv", "", text)
    assert all(link.startswith("#") for link in tags.links)


@pytest.mark.parametrize("scenes", [EVERYTHING, (TWICE,)])
def test_every_link_has_a_target_and_every_id_is_unique(scenes):
    tags = Tags(text_of(*scenes))
    assert max(Counter(tags.ids).values()) == 1
    assert {link[1:] for link in tags.links} <= set(tags.ids)


def test_a_line_of_the_log_links_to_its_message():
    html = text_of(FINE)
    (message,) = timelines(history(FINE))[0].messages
    row = re.search(r'<tr id="line-1-0-1".*?</tr>', html)
    assert row
    assert f'href="#message-1-{message.name}"' in row[0]
    assert f'<tr id="message-1-{message.name}"' in html


def test_the_table_has_everything_in_the_picture():
    html = text_of(LOST, RESTLESS)
    rows = [
        unescape(re.sub(r"<[^>]*>", " ", row)) for row in re.findall(r"<tr.*?</tr>", html, re.S)
    ]
    said = [" ".join(row.split()) for row in rows]
    assert any(row.endswith("client 1 connects") for row in said)
    assert any(text("a") in row and row.endswith("line 1") for row in said)
    assert any(text("b") in row and row.endswith("✕ not in the log") for row in said)
    assert any("server it is blocked in recv ," in row for row in said)
    assert any("it used 99 ms of CPU time" in row for row in said)


def test_a_line_in_a_finding_links_to_the_program():
    traceback = finding(terminal=('  File "zhang.py", line 3, in <module>',))
    entries = (entry("starts", 5, failed(traceback)), entry("reset", 0, failed(traceback)))
    html = page.render(drawn(FINE, entries=entries)).decode()
    (named,) = re.findall(r'<tr id="source-(\d+)" class="named near">.*?</tr>', html)
    assert named == "3"
    assert re.search(r'id="source-3".*#check-starts.*#check-reset', html)


@pytest.mark.parametrize(
    "line", ['  File "/usr/lib/python3.12/socket.py", line 3, in accept', '"zhang.py", line 9999']
)
def test_a_line_of_another_file_is_no_link(line):
    html = page.render(
        drawn(FINE, entries=(entry("starts", 5, failed(finding(terminal=(line,)))),))
    ).decode()
    assert 'class="named near"' not in html
    tags = Tags(html)
    assert {link[1:] for link in tags.links} <= set(tags.ids)


@pytest.mark.parametrize("source", [b"x\n" * (2 * SOURCE_LINES), (b"x" * 499 + b"\n") * 1000])
def test_a_long_program_is_cut(source):
    html = page.render(report(source=source)).decode()
    shown = html.count('<tr id="source-')
    assert 0 < shown <= SOURCE_LINES
    assert f"{source.count(b'x' + chr(10).encode()) - shown} lines are left out" in html
    assert len(html) < SOURCE_SIZE + 200_000


def test_a_small_page_matches_its_recording():
    html = page.render(drawn(CROSSED, LOST))
    assert html.decode() == RECORDED.read_text(encoding="utf-8")


def test_the_page_in_chinese():
    text = page.render(drawn(LOST), translator("zh")).decode()
    assert '<html lang="zh-CN">' in text
    assert "运行过程" in text
    assert "What happened" not in text


USUAL = Tags(page.render(untrusted_report("x")).decode())


@example("<script>alert(1)</script>")
@example('"><img src=x onerror=alert(1)>')
@example("</script><script>alert(1)</script>")
@example("</template><!--")
@example("{{ 7*7 }}{% raw %}")
@example("</pre></td></style><style>*{display:none}")
@example("&lt;b&gt;")
@given(untrusted_text)
def test_untrusted_text_creates_no_element_and_no_attribute(word):
    html = page.render(untrusted_report(word)).decode()
    tags = Tags(html)
    assert tags.found == USUAL.found
    assert tags.attributes == USUAL.attributes
    assert not {"\x1b", "\x9b", "\u202e", "\u2067", "\0"} & set(html)


@example(b"</pre><script>")
@example(b"</script><script>alert(1)</script>\n'''</script>")
@given(untrusted_text.map(lambda word: word.encode("utf-8", "replace")))
def test_an_untrusted_log_terminal_and_program_create_no_script(data):
    made = scene("client", connects(), says("a"), log=data + b"\n" + data, terminal=data)
    html = report(timelines=timelines(history(made)), source=data)
    tags = Tags(page.render(html).decode())
    assert tags.found["script"] == 1
    assert max(Counter(tags.ids).values()) == 1


def test_a_page_in_another_language_shows_titles_and_identifiers():
    chinese = page.render(
        drawn(FINE, entries=(entry("starts", 5, failed(finding())),)), translator("zh")
    ).decode()
    assert '启动并监听</a> <small class="id">starts</small>' in chinese
    english = page.render(drawn(FINE, entries=(entry("starts", 5, failed(finding())),))).decode()
    assert 'class="id"' not in english


def test_all_files_of_a_program_are_shown():
    files = {
        "tools/log.py": b"LOG = 'x.log'\n",
        "client.py": b"x = 1\n",
        "users.csv": b"a,b",
    }
    found = failed(
        msgspec.structs.replace(
            FINDING,
            seen=(say("line {line}: {remark}", line=place("tools/log.py", 1), remark="x"),),
            terminal=('  File "tools/log.py", line 1', '  File "zhang.py", line 2'),
        )
    )
    shown = page.render(
        report(
            source=b"import tools.log\nrun()\n", files=files, entries=(entry("starts", 5, found),)
        )
    ).decode()
    assert re.findall(r"<summary>([\w./]+\.py)</summary>", shown) == [
        *("zhang.py", "tools/log.py", "client.py")
    ]
    assert re.search(r'id="source-1-1".*#check-starts', shown)
    assert re.search(r'id="source-2".*#check-starts', shown)
    assert '<a href="#source-1-1">show line 1 of tools/log.py</a>' in shown
    assert digest(b"import tools.log\nrun()\n", files)[:12] in shown
