"""What a page says at its top: which assignment, whose, and which attempt.

It changes after the page was written: another attempt may come to count. So it stands in an element
of its own, ``<hgroup>``, which can be replaced without a new judgement.
"""

from collections.abc import Iterator

import msgspec
from markupsafe import Markup, escape

from grader.model.text import Text, Translate, say, visible
from grader.report.html.markup import to_html

_BEGINS, _ENDS = b"<hgroup>", b"</hgroup>"


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One of several versions that a student has handed in. The last one counts."""

    number: int
    """From 1."""
    count: int

    def format(self) -> Text:
        """Which attempt it is, and which one counts."""
        if self.number == self.count:
            return say("attempt {number} of {count}, the one that counts", **self._values())
        return say("attempt {number} of {count}; attempt {count} counts", **self._values())

    def _values(self) -> dict[str, int]:
        return {"number": self.number, "count": self.count}


class PageHeading(msgspec.Struct, frozen=True, kw_only=True):
    """What a report itself does not know. Empty or None: not known."""

    assignment: str = ""
    name: str = ""
    """The student's."""
    number: str = ""
    """The student's."""
    attempt: Attempt | None = None
    """None: also if there is only one."""


NOTHING_KNOWN = PageHeading()


def render_heading(heading: PageHeading, submission: str, translate: Translate) -> Markup:
    """The heading of the page of ``submission``. Without the student, that is the title."""
    lines = Markup("\n").join(_lines(heading, submission, translate))
    return Markup("<hgroup>\n{}\n</hgroup>").format(lines)


def _lines(heading: PageHeading, submission: str, translate: Translate) -> Iterator[Markup]:
    if heading.assignment:
        yield Markup('<p class="assignment">{}</p>').format(visible(heading.assignment))
    student = heading.name or heading.number
    title = escape(visible(student or submission))
    if heading.name and heading.number:
        both = say("{name} ({number})", name=heading.name, number=heading.number)
        title = to_html(both, translate)
    yield Markup("<h1>{}</h1>").format(title)
    about = [escape(visible(submission))] if student else []
    if heading.attempt:
        about.append(to_html(heading.attempt.format(), translate))
    if about:
        yield Markup("<p>{}</p>").format(Markup(" · ").join(about))


def replace_heading(
    page: bytes, heading: PageHeading, submission: str, translate: Translate
) -> bytes:
    """``page`` with this heading. A page of an earlier version, which has none, is returned as it
    is."""
    # What students wrote is escaped, so it holds neither mark.
    before, _, rest = page.partition(_BEGINS)
    _, ends, after = rest.partition(_ENDS)
    if not ends:
        return page
    return (
        before + render_heading(heading, submission, translate).encode("utf-8", "replace") + after
    )
