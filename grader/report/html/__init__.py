"""The report as a page: one file, which needs nothing else, and no scripts."""

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import msgspec

from grader.model.outcome import Finding
from grader.model.report import Entry, Report
from grader.model.text import Text, Translate, printable, say
from grader.model.timeline import Timeline
from grader.report.html.layout import lay_out, name_of
from grader.report.words import SIGNS, WORDS, decision, failures, points, remark

SOURCE_LINES = 1500
"""Lines of a submission that are shown."""

_LINE = re.compile(r'File "[^"]*", line (\d+)')


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """A timeline with its picture."""

    number: int
    timeline: Timeline
    picture: Any
    sources: dict[str, Text]


LANGUAGE = say("en")
"""The page's language, as HTML's ``lang`` has it: each catalogue names its own."""


def render(report: Report, translate: Translate = str) -> bytes:
    """The page of one report."""
    scenes = [
        Scene(
            number=number,
            timeline=timeline,
            picture=lay_out(timeline),
            sources={name: name_of(name) for name in timeline.sources},
        )
        for number, timeline in enumerate(report.timelines, 1)
    ]
    asked = [entry for entry in report.entries if entry.possible]
    craft = [entry for entry in report.entries if not entry.possible]
    style = (Path(__file__).parent / "style.css").read_text("utf-8")
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            language=_told(LANGUAGE, translate),
            style=style,
            policy=f"default-src 'none'; style-src 'sha256-{hashed}'",
            points=points(report),
            groups=[group for group in (asked, craft) if group],
            failed=failures(report),
            scenes=scenes,
            source=_source(report),
            named=_named_lines(report.entries),
            say=lambda template, **values: _told(say(template, **values), translate),
            told=lambda text: _told(text, translate),
            show=printable,
            remark=remark,
            decision=decision,
            signs=SIGNS,
            words=WORDS,
        )
    )
    return page.encode("utf-8", "replace")


def _told(text: Text, translate: Translate) -> str:
    return printable(text.render(translate))


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def _source(report: Report) -> list[str]:
    """The submission's lines, as text."""
    text = report.source.decode("utf-8-sig", "replace")
    return [printable(line[:500]) for line in text.split("\n")[:SOURCE_LINES]]


def _named_lines(entries: Iterable[Entry]) -> dict[int, str]:
    """The lines of the submission that findings name, and the check that does."""
    found: dict[int, str] = {}
    for entry in entries:
        for finding in entry.outcome.findings:
            for number in _lines_of(finding):
                found.setdefault(number, entry.name)
    return found


def _lines_of(finding: Finding) -> Iterable[int]:
    for text in finding.seen:
        line = text.values.get("line")
        if isinstance(line, int):
            yield line
    for shown in finding.terminal:
        for match in _LINE.finditer(shown):
            yield int(match[1])
