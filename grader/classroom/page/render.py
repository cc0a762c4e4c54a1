"""Renders the class's page as one self-contained HTML file.

Its script only sorts and filters the table; the page is complete without it. The content security
policy allows this script and no other.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path

import jinja2

from grader.classroom.page.overview import STATUS_LABELS, STATUS_SIGNS, Overview
from grader.model.text import UNTRANSLATED, Text, Translate, say, say_count, visible
from grader.report import html

HERE = Path(__file__).parent


def render_page(overview: Overview, translate: Translate = UNTRANSLATED) -> bytes:
    """Render the page of a class."""
    style = html.STYLE.read_text("utf-8") + (HERE / "style.css").read_text("utf-8")
    script = (HERE / "script.js").read_text("utf-8")

    def translated(text: Text) -> str:
        return visible(text.render(translate))

    page = (
        _environment()
        .get_template("page.html")
        .render(
            overview=overview,
            language=translated(html.LANGUAGE),
            style=style,
            script=script,
            policy=f"default-src 'none'; base-uri 'none'; form-action 'none'; "
            f"style-src {_hash(style)}; script-src {_hash(script)}",
            say=lambda template, **values: translated(say(template, **values)),
            say_count=lambda *forms, **values: translated(say_count(*forms, **values)),
            translated=translated,
            show=visible,
            statuses=STATUS_LABELS,
            signs=STATUS_SIGNS,
            highest=max((each.count for each in overview.histogram), default=0),
            rows={row.name: row for row in overview.rows},
        )
    )
    return page.encode("utf-8", "replace")


def _hash(text: str) -> str:
    """The source expression that allows an inline script or style in the policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
