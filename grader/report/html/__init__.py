"""The report as a page: one file, which needs nothing else, and no scripts."""

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jinja2
import msgspec

from grader.model.outcome import Finding
from grader.model.report import Report
from grader.model.text import UNTRANSLATED, Text, Translate, say, say_count, visible
from grader.model.timeline import Drawn, Timeline
from grader.report.html.layout import Picture, lay_out, source_label
from grader.report.html.table import TableRow, table_rows
from grader.report.labels import (
    CRAFT_HEADING,
    NO_SANDBOX_NOTE,
    OUTCOME_SIGNS,
    OUTCOME_WORDS,
    UNJUDGED_NOTE,
    detailed_entries,
    format_decision,
    format_points,
    format_remark,
    format_score,
)

SOURCE_LINES = 1500
"""Lines of a submission that are shown."""

SOURCE_SIZE = 150_000
"""Characters of a submission that are shown: ten times the longest that a student has written, and
with all else that a page may hold still less than a megabyte."""

_FRAME = re.compile(r'File "([^"]*)", line (\d+)')


STYLE = Path(__file__).parent / "style.css"
"""How it looks."""


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """A timeline with its picture."""

    number: int
    timeline: Timeline
    picture: Picture
    sources: dict[str, Text]
    messages: dict[str, Drawn]
    """The messages, by their names."""
    table: tuple[TableRow, ...]
    asleep: tuple[Text, ...]
    """What the server was seen doing, each once."""


LANGUAGE = say("en")
"""The page's language, as HTML's ``lang`` has it: each catalogue names its own."""


def render(report: Report, translate: Translate = UNTRANSLATED) -> bytes:
    """The page of one report."""
    scenes = [_scene(number, timeline) for number, timeline in enumerate(report.timelines, 1)]
    source, left_out = _source(report)
    asked = [entry for entry in report.entries if entry.max_points]
    craft = [entry for entry in report.entries if not entry.max_points]
    style = STYLE.read_text("utf-8")
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            language=_translated(LANGUAGE, translate),
            style=style,
            policy=f"default-src 'none'; style-src 'sha256-{hashed}'",
            points=format_score(report),
            groups=[group for group in (asked, craft) if group],
            detailed=detailed_entries(report),
            scenes=scenes,
            source=source,
            left_out=left_out,
            named=_named_lines(report),
            say=lambda template, **values: _translated(say(template, **values), translate),
            say_count=lambda *forms, **values: _translated(say_count(*forms, **values), translate),
            translated=lambda text: _translated(text, translate),
            visible=visible,
            format_remark=format_remark,
            format_decision=format_decision,
            format_points=format_points,
            craft_heading=CRAFT_HEADING,
            no_sandbox_note=NO_SANDBOX_NOTE,
            unjudged_note=UNJUDGED_NOTE,
            signs=OUTCOME_SIGNS,
            words=OUTCOME_WORDS,
        )
    )
    return page.encode("utf-8", "replace")


def _scene(number: int, timeline: Timeline) -> Scene:
    seen = {str(span.what): span.what for span in timeline.spans if span.seen}
    return Scene(
        number=number,
        timeline=timeline,
        picture=lay_out(timeline),
        sources={name: source_label(name) for name in timeline.sources},
        messages={message.name: message for message in timeline.messages},
        table=tuple(table_rows(timeline)),
        asleep=tuple(seen.values()),
    )


def _translated(text: Text, translate: Translate) -> str:
    return visible(text.render(translate))


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def _source(report: Report) -> tuple[list[str], int]:
    """The submission's lines, as text, and how many of them are left out."""
    lines = report.source.decode("utf-8-sig", "replace").split("\n")
    if lines[-1] == "":
        lines.pop()  # what is behind the last line's end is no line
    shown: list[str] = []
    size = 0
    for line in lines[:SOURCE_LINES]:
        shown.append(visible(line[:500]))
        size += len(shown[-1])
        if size > SOURCE_SIZE:
            break
    return shown, len(lines) - len(shown)


def _named_lines(report: Report) -> dict[int, tuple[str, ...]]:
    """The lines of the submission that findings name, and the checks that do."""
    found: dict[int, dict[str, None]] = {}
    for entry in report.entries:
        for finding in entry.outcome.findings:
            for number in _lines_of(finding, report.program or report.submission):
                found.setdefault(number, {})[entry.name] = None
    return {number: tuple(checks) for number, checks in found.items()}


def _lines_of(finding: Finding, program: str) -> Iterator[int]:
    for text in finding.seen:
        line = text.values.get("line")
        if isinstance(line, int):
            yield line
    for shown in finding.terminal:
        for file, line in _FRAME.findall(shown):
            # The lines of a library that it called are no lines of its own.
            if file == program:
                yield int(line[:9])
