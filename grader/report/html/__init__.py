"""The report as an HTML page: one file, which loads nothing else.

Its script only plays the pictures step by step; the page is complete without it. The content
security policy allows this script and no other.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

import jinja2
import msgspec

from grader.model.plan import NONCE_ALPHABET
from grader.model.report import Report, Verdict
from grader.model.text import UNTRANSLATED, Text, Translate, say, say_count, visible
from grader.model.timeline import Drawn, Fault, LogLine, Timeline
from grader.report.explanations import Explanation, explain
from grader.report.html.heading import NOTHING_KNOWN as NOTHING_KNOWN
from grader.report.html.heading import Attempt as Attempt
from grader.report.html.heading import PageHeading as PageHeading
from grader.report.html.heading import render_heading
from grader.report.html.heading import replace_heading as replace_heading
from grader.report.html.layout import Picture, lay_out
from grader.report.html.markup import names_lesson, to_html, to_plain
from grader.report.html.source import anchor, shown_files
from grader.report.html.table import SERVER, TableRow, table_rows
from grader.report.labels import (
    COLON,
    CRAFT_HEADING,
    NO_SANDBOX_NOTE,
    NOT_JUDGED,
    OUTCOME_SIGNS,
    OUTCOME_WORDS,
    format_adjustment,
    format_also,
    format_decision,
    format_hint,
    format_origin,
    format_points,
    format_remark,
    format_score,
    format_unjudged,
    source_label,
)
from grader.report.scenarios import SCENARIOS
from grader.report.titles import identifier, title, titles

_NONCE = re.compile(f"[{NONCE_ALPHABET}]{{8,}}")

STYLE = Path(__file__).parent / "style.css"
"""The style sheet. The class's page uses it too."""

SCRIPT = STYLE.with_name("script.js")


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """A timeline, with everything that its section of the page shows."""

    number: int
    timeline: Timeline
    about: Text | None
    """What the scenario asks of a server; None: the scenario is unknown."""
    open: bool
    """Whether it explains what cost points, and is unfolded."""
    picture: Picture
    sources: dict[str, Text]
    messages: dict[str, Drawn]
    """By name."""
    table: tuple[TableRow, ...]
    checks: tuple[str, ...]
    """The checks whose faults it shows."""
    notes: tuple[tuple[Text, Text], ...]
    """Below the picture: its faults, each with its checks; without any, what the server was seen to
    do while it was watched."""

    def written(self, line: LogLine) -> int:
        """The step by which a line that holds messages was in its log."""
        return min(self.messages[name].written for name in line.messages)


LANGUAGE = say("en")
"""The value of HTML's ``lang``; each catalogue translates it to its own language tag."""

_TAG = re.compile(rb'<html lang="([A-Za-z]+)')

LARGEST = 64 << 20
"""Bytes of a page that is read again. The pages of runs have one or two million."""

HEAD = 200
"""Bytes at the beginning of a page that hold its language."""


def language_of(head: bytes) -> str:
    """The language of a page that begins with ``head``, such as ``zh``; empty if unknown."""
    found = _TAG.search(head[:HEAD])
    return found[1].decode().lower() if found else ""


VERDICTS: dict[Verdict, Text] = {
    "passed": say("passed"),
    "below": say("below the pass mark"),
    "not-judged": NOT_JUDGED,
}


def render(
    report: Report,
    translate: Translate = UNTRANSLATED,
    heading: PageHeading = NOTHING_KNOWN,
) -> bytes:
    """The page of a report, in UTF-8."""
    files = tuple(shown_files(report))
    explanations = explain(report)
    scenes = _make_scenes(report, explanations)
    style, script = STYLE.read_text("utf-8"), SCRIPT.read_text("utf-8")
    failed = [e for e in explanations if e.entry.effective_outcome == "fail"]
    page = (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            language=to_plain(LANGUAGE, translate),
            style=style,
            script=script,
            policy=content_policy(style, script),
            heading=render_heading(heading, report.submission, translate),
            points=format_score(report),
            verdict=VERDICTS[report.verdict],
            facts=tuple(_facts(report)),
            scored=[entry for entry in report.entries if entry.max_points],
            craft=[entry for entry in report.entries if not entry.max_points],
            failed=[each for each in failed if each.entry.max_points],
            failed_craft=[each for each in failed if not each.entry.max_points],
            decided=[each for each in explanations if each not in failed],
            detailed={each.entry.name for each in explanations},
            scenes=scenes,
            pictures={check: scene.number for scene in scenes for check in scene.checks},
            senders=partial(_senders, _sources_by_nonce(report)),
            files=files,
            anchor=partial(anchor, {file.path: file for file in files}),
            say=lambda template, **values: to_html(say(template, **values), translate),
            say_count=lambda *forms, **values: to_html(say_count(*forms, **values), translate),
            translated=lambda text: to_html(text, translate),
            plain=lambda text: to_plain(text, translate),
            visible=visible,
            names_lesson=names_lesson,
            title=lambda name: to_html(title(name), translate),
            identifier=lambda name: identifier(name, translate),
            listed=lambda found: to_html(say("{checks}", checks=titles(found)), translate),
            format_adjustment=format_adjustment,
            format_remark=format_remark,
            format_also=format_also,
            format_decision=format_decision,
            format_hint=format_hint,
            format_points=format_points,
            colon=COLON,
            comma=say(", "),
            craft_heading=CRAFT_HEADING,
            no_sandbox_note=NO_SANDBOX_NOTE,
            unjudged=format_unjudged(report),
            origin=format_origin(report),
            signs=OUTCOME_SIGNS,
            words=OUTCOME_WORDS,
        )
    )
    return page.encode("utf-8", "replace")


def content_policy(style: str, script: str) -> str:
    """The policy of a page with this style sheet and this script, which allows nothing else."""
    return (
        f"default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"style-src {_hash(style)}; script-src {_hash(script)}"
    )


def _hash(text: str) -> str:
    """The source expression that allows an inline script or style in a policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _facts(report: Report) -> Iterator[Text]:
    """What identifies the report: its pass mark, when it was made, and of which program."""
    yield say("pass mark: {percent:g} %", percent=report.pass_mark)
    if report.graded:
        yield say("graded: {time}", time=report.graded[:16].replace("T", " "))
    if report.source:
        yield say("program: {digest} (SHA-256)", digest=report.sha256[:12])


def _make_scenes(report: Report, explanations: list[Explanation]) -> list[Scene]:
    failing = {e.name for e in report.entries if e.effective_outcome == "fail"}
    leading = {e.entry.name for e in explanations if e.first and e.entry.max_points} & failing
    return [
        _make_scene(number, timeline, failing, leading)
        for number, timeline in enumerate(report.timelines, 1)
    ]


def _make_scene(number: int, timeline: Timeline, failing: set[str], leading: set[str]) -> Scene:
    faults = tuple(
        msgspec.structs.replace(fault, checks=checks)
        for fault in timeline.faults
        if (checks := tuple(check for check in fault.checks if check in failing))
        or not fault.checks
    )
    timeline = msgspec.structs.replace(timeline, faults=faults)
    checks = tuple(dict.fromkeys(check for fault in faults for check in fault.checks))
    seen = {str(span.what): span.what for span in timeline.spans if span.seen}
    return Scene(
        number=number,
        timeline=timeline,
        about=SCENARIOS.get(timeline.scenario),
        open=not leading.isdisjoint(checks),
        picture=lay_out(timeline),
        sources={name: source_label(name) for name in timeline.sources},
        messages={message.name: message for message in timeline.messages},
        table=tuple(table_rows(timeline)),
        checks=checks,
        notes=tuple((_whose(fault), fault.what) for fault in faults)
        or tuple((SERVER, what) for what in seen.values()),
    )


def _whose(fault: Fault) -> Text:
    """The checks of a fault, or the server if there are none."""
    return say("{checks}", checks=titles(fault.checks)) if fault.checks else SERVER


def _sources_by_nonce(report: Report) -> dict[str, str]:
    """By nonce, who sent it. No two messages of a run have the same."""
    return {
        nonce[0]: message.source
        for timeline in report.timelines
        for message in timeline.messages
        if (nonce := _NONCE.match(message.text))
    }


def _senders(sources: dict[str, str], line: str) -> list[Text]:
    """Who sent what is in a line of a log."""
    found = dict.fromkeys(sources[n] for n in _NONCE.findall(line) if n in sources)
    return [source_label(name) for name in list(found)[:8]]


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
