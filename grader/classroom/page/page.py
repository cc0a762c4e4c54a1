"""The class's page as HTML: one file, which needs nothing else.

It is whole without its script, which sorts and filters the table and does nothing else: the policy
allows that very script, and no other.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path

import jinja2

from grader.classroom.page.overview import SIGNS, STATUS, Overview
from grader.model.text import UNTRANSLATED, Text, Translate, say, say_count, visible
from grader.report import html

HERE = Path(__file__).parent


def render(shown: Overview, translate: Translate = UNTRANSLATED) -> bytes:
    """The page of a class."""
    style = html.STYLE.read_text("utf-8") + (HERE / "style.css").read_text("utf-8")
    script = (HERE / "script.js").read_text("utf-8")

    def told(text: Text) -> str:
        return visible(text.render(translate))

    page = (
        _environment()
        .get_template("page.html")
        .render(
            shown=shown,
            language=told(html.LANGUAGE),
            style=style,
            script=script,
            policy=f"default-src 'none'; base-uri 'none'; form-action 'none'; "
            f"style-src {_hash(style)}; script-src {_hash(script)}",
            say=lambda template, **values: told(say(template, **values)),
            say_count=lambda *forms, **values: told(say_count(*forms, **values)),
            told=told,
            show=visible,
            statuses=STATUS,
            signs=SIGNS,
            most=max((bar.count for bar in shown.spread), default=0),
            rows={row.name: row for row in shown.rows},
        )
    )
    return page.encode("utf-8", "replace")


def _hash(text: str) -> str:
    """What a policy calls a script or a style that stands in the page."""
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
