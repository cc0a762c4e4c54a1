"""The report as an HTML page: one file without scripts, which loads nothing else."""

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
from grader.model.text import UNTRANSLATED, Text, Translate, cut, say, say_count, visible
from grader.model.timeline import Drawn, Timeline
from grader.report.explanations import explain
from grader.report.html.layout import Picture, lay_out, source_label
from grader.report.html.table import TableRow, table_rows
from grader.report.labels import (
    CRAFT_HEADING,
    NO_SANDBOX_NOTE,
    OUTCOME_SIGNS,
    OUTCOME_WORDS,
    format_also,
    format_decision,
    format_hint,
    format_origin,
    format_points,
    format_remark,
    format_score,
    format_unjudged,
)

SOURCE_LINES = 1500
"""How many lines of the program are shown."""

SOURCE_SIZE = 150_000
"""How many characters of the program are shown: ten times the longest homework so far, and few
enough to keep the page below a megabyte."""

_FRAME = re.compile(r'File "([^"]*)", line (\d+)')


STYLE = Path(__file__).parent / "style.css"
"""The style sheet. The class's page uses it too."""


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """A timeline, with everything that its section of the page shows."""

    number: int
    timeline: Timeline
    picture: Picture
    sources: dict[str, Text]
    messages: dict[str, Drawn]
    """By name."""
    table: tuple[TableRow, ...]
    observations: tuple[Text, ...]
    """The distinct observations of the server while it was watched."""


LANGUAGE = say("en")
"""The value of HTML's ``lang``; each catalogue translates it to its own language tag."""


def render(report: Report, translate: Translate = UNTRANSLATED) -> bytes:
    """The page of a report, in UTF-8."""
    scenes = [_make_scene(number, timeline) for number, timeline in enumerate(report.timelines, 1)]
    source, left_out = _shown_source(report)
    explanations = explain(report)
    scored = [entry for entry in report.entries if entry.max_points]
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
            groups=[group for group in (scored, craft) if group],
            explanations=explanations,
            detailed=[each.entry for each in explanations],
            scenes=scenes,
            source=source,
            left_out=left_out,
            named=_checks_by_line(report),
            say=lambda template, **values: _translated(say(template, **values), translate),
            say_count=lambda *forms, **values: _translated(say_count(*forms, **values), translate),
            translated=lambda text: _translated(text, translate),
            visible=visible,
            format_remark=format_remark,
            format_also=format_also,
            format_decision=format_decision,
            format_hint=format_hint,
            format_points=format_points,
            craft_heading=CRAFT_HEADING,
            no_sandbox_note=NO_SANDBOX_NOTE,
            unjudged=format_unjudged(report),
            origin=format_origin(report),
            signs=OUTCOME_SIGNS,
            words=OUTCOME_WORDS,
        )
    )
    return page.encode("utf-8", "replace")


def _make_scene(number: int, timeline: Timeline) -> Scene:
    seen = {str(span.what): span.what for span in timeline.spans if span.seen}
    return Scene(
        number=number,
        timeline=timeline,
        picture=lay_out(timeline),
        sources={name: source_label(name) for name in timeline.sources},
        messages={message.name: message for message in timeline.messages},
        table=tuple(table_rows(timeline)),
        observations=tuple(seen.values()),
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


def _shown_source(report: Report) -> tuple[list[str], int]:
    """The lines of the program that are shown, and how many are left out."""
    lines = report.source.decode("utf-8-sig", "replace").split("\n")
    if lines[-1] == "":
        lines.pop()  # a newline ends the last line and begins no other
    shown: list[str] = []
    size = 0
    for line in lines[:SOURCE_LINES]:
        shown.append(visible(cut(line, 500)))
        size += len(shown[-1])
        if size > SOURCE_SIZE:
            break
    return shown, len(lines) - len(shown)


def _checks_by_line(report: Report) -> dict[int, tuple[str, ...]]:
    """By line of the program, the checks whose findings name it."""
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
            # A traceback also contains lines of libraries.
            if file == program:
                yield int(line[:9])
