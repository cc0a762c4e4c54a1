"""The files that a graded pull request leaves: of each submission one in each format."""

import re
from pathlib import Path

from grader.ci.result import Graded
from grader.model.text import Translate
from grader.report.formats import FORMATS

SUFFIXES = {"html": "html", "json": "json", "junit": "junit.xml", "markdown": "md"}
"""The formats, as :data:`grader.report.formats.FORMATS` names them, and their files' suffixes."""

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
            for form, suffix in SUFFIXES.items():
                render = FORMATS[form].render()
                (folder / f"{name}.{suffix}").write_bytes(render([each.report], translate))
    (folder / LOG).write_text(log, encoding="utf-8", errors="replace", newline="\n")
    (folder / SUMMARY).write_text(summary, encoding="utf-8", errors="replace", newline="\n")
