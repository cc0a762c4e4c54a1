"""The report on a terminal.

The first and the last line give the verdict. In between, the *brief* report
(:mod:`~grader.report.terminal.brief`) explains each cause once and lists the checks that pass;
the *full* one (:mod:`~grader.report.terminal.full`) has a row and an explanation for each check.
"""

from rich.console import Console, Group, RenderableType

from grader.model.report import Report
from grader.model.text import UNTRANSLATED, Translate
from grader.report.terminal import brief, full
from grader.report.terminal.parts import Parts
from grader.report.trimmed import Trimmed


def show(
    report: Report,
    console: Console,
    translate: Translate = UNTRANSLATED,
    *,
    verbose: bool = False,
) -> None:
    """Print ``report``; ``verbose``: the full one."""
    console.print(render(report, translate, verbose=verbose))


def render(
    report: Report, translate: Translate = UNTRANSLATED, *, verbose: bool = False
) -> RenderableType:
    """The report as a value that rich prints at any width."""
    parts = Parts(translate)
    body = (full if verbose else brief).body(report, parts)
    closing = parts.closing(report, verbose=verbose)
    return Trimmed(Group(*parts.heading(report), *body, *closing))
