"""The text of the job's log: each report as on a terminal, and everything else to be reported.

The text is not yet safe to print; see :mod:`grader.ci.runner_log`.
"""

import io
from collections.abc import Iterator

from rich.console import Console

from grader.ci.result import PullRequestResult
from grader.ci.summary import format_verdict
from grader.model.report import Report
from grader.model.text import Translate, say
from grader.report import terminal

WIDTH = 100
"""Columns: about as many as the log's page in a browser shows."""


def render(result: PullRequestResult, translate: Translate) -> Iterator[str]:
    """The log's parts, each of one or more lines without a newline at its end."""
    for foreign in result.foreign:
        yield foreign.message.render(translate)
    for name in result.deleted:
        yield say("{name} is deleted.", name=name).render(translate)
    if not result.submissions:
        yield say("This pull request changes no submission that could be graded.").render(translate)
    for each in result.submissions:
        if each.report:
            yield _as_on_a_terminal(each.report, translate)
        else:
            line = say("{name}: {verdict}", name=each.name, verdict=format_verdict(each))
            yield line.render(translate)


def _as_on_a_terminal(report: Report, translate: Translate) -> str:
    file = io.StringIO()
    console = Console(
        file=file, width=WIDTH, color_system=None, force_terminal=False,
        highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    terminal.show(report, console, translate, verbose=True)
    return file.getvalue().rstrip()
