"""The files that a graded pull request leaves: of each submission one in each format."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from grader.ci.graded import Graded
from grader.model.report import Report
from grader.model.text import Translate
from grader.report import json

FORMATS: Mapping[str, Callable[[Report, Translate], bytes]] = {"json": json.render}
"""By their suffix. A format is one line here."""

LOG = "report.txt"
"""What was printed, as text: what is shown in a comment."""

SUMMARY = "summary.md"


def write(
    folder: Path, graded: tuple[Graded, ...], *, log: str, summary: str, translate: Translate
) -> None:
    """Write all of it into ``folder``, which is made.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(graded, 1):
        if each.report:
            # A number comes first: what two names have in common may be all that is left of them.
            name = f"{number}-{re.sub(r'[^A-Za-z0-9_-]', '_', each.name.removesuffix('.py'))[:60]}"
            for suffix, render in FORMATS.items():
                (folder / f"{name}.{suffix}").write_bytes(render(each.report, translate))
    (folder / LOG).write_text(log, encoding="utf-8", errors="replace", newline="\n")
    (folder / SUMMARY).write_text(summary, encoding="utf-8", errors="replace", newline="\n")
