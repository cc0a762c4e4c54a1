"""The formats of reports that are written to files, in the order in which they are told."""

from collections.abc import Callable, Sequence

import msgspec

from grader.model.report import Report
from grader.model.text import Translate

Render = Callable[[Sequence[Report], Translate], bytes]


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One format."""

    render: Callable[[], Render]
    """Loads what renders it, which may take a library that nothing else needs."""
    alone: bool = False
    """Whether it is of one submission only."""


def _json() -> Render:
    from grader.report import json

    def render(reports: Sequence[Report], translate: Translate) -> bytes:
        several = len(reports) > 1
        return b"".join(json.render(report, translate, lines=several) for report in reports)

    return render


def _junit() -> Render:
    from grader.report import junit

    return junit.render


def _markdown() -> Render:
    from grader.report import markdown

    return markdown.render


def _gradescope() -> Render:
    from grader.report import gradescope

    return gradescope.render


def _html() -> Render:
    from grader.report import html

    def render(reports: Sequence[Report], translate: Translate) -> bytes:
        (report,) = reports
        return html.render(report, translate)

    return render


FORMATS: dict[str, Format] = {
    "html": Format(render=_html, alone=True),
    "json": Format(render=_json),
    "junit": Format(render=_junit),
    "markdown": Format(render=_markdown),
    "gradescope": Format(render=_gradescope, alone=True),
}
