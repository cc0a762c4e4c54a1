"""The files that grading a pull request leaves: each report in each format, log and summary."""

import re
from collections.abc import Sequence
from pathlib import Path

from grader.ci.result import SubmissionResult
from grader.model.text import Translate
from grader.report.formats import FORMATS

SUFFIXES = {"html": "html", "json": "json", "junit": "junit.xml", "markdown": "md"}
"""The formats, named as in :data:`grader.report.formats.FORMATS`, and their files' suffixes."""

LOG = "report.txt"
"""The text that was printed; the comment shows it."""

SUMMARY = "summary.md"


def write(
    folder: Path,
    submissions: Sequence[SubmissionResult],
    *,
    log: str,
    summary: str,
    translate: Translate,
) -> None:
    """Write all artifacts into ``folder``, which is created.

    Raises:
        OSError: they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(submissions, 1):
        if each.report:
            # The number keeps names apart that differ only in characters that are replaced.
            name = f"{number}-{re.sub(r'[^A-Za-z0-9_-]', '_', each.name.removesuffix('.py'))[:60]}"
            for form, suffix in SUFFIXES.items():
                data = FORMATS[form].render([each.report], translate)
                (folder / f"{name}.{suffix}").write_bytes(data)
    (folder / LOG).write_text(log, encoding="utf-8", errors="replace", newline="\n")
    (folder / SUMMARY).write_text(summary, encoding="utf-8", errors="replace", newline="\n")
