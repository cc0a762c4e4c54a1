"""Renders the class's page as one self-contained HTML file.

Its script only sorts and filters the table; the page is complete without it. The content security
policy allows this script and no other.
"""

from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from grader.classroom.page.overview import STATUS_LABELS, STATUS_SIGNS, Overview
from grader.model.text import UNTRANSLATED, Text, Translate, say, say_count, visible
from grader.report import html
from grader.report.html.markup import to_html, to_plain
from grader.report.labels import COLON
from grader.report.titles import title, titles

HERE = Path(__file__).parent


def render_page(overview: Overview, translate: Translate = UNTRANSLATED) -> bytes:
    """Render the page of a class."""
    style = html.STYLE.read_text("utf-8") + (HERE / "style.css").read_text("utf-8")
    script = (HERE / "script.js").read_text("utf-8")

    def translated(text: Text) -> Markup:
        return to_html(text, translate)

    page = (
        _environment()
        .get_template("page.html")
        .render(
            overview=overview,
            language=translated(html.LANGUAGE),
            style=style,
            script=script,
            policy=html.content_policy(style, script),
            say=lambda template, **values: translated(say(template, **values)),
            say_count=lambda *forms, **values: translated(say_count(*forms, **values)),
            translated=translated,
            colon=COLON,
            title=lambda name: translated(title(name)),
            listed=lambda names: translated(say("{checks}", checks=titles(names))),
            plain=lambda text: to_plain(text, translate),
            show=visible,
            statuses=STATUS_LABELS,
            signs=STATUS_SIGNS,
            highest=max((each.count for each in overview.histogram), default=0),
            rows={row.name: row for row in overview.rows},
        )
    )
    return page.encode("utf-8", "replace")


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
