"""The formats in which reports are written to files, or printed for a program."""

from collections.abc import Sequence
from importlib import import_module

import msgspec

from grader.model.report import Report
from grader.model.text import Translate


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """A format, and the module that renders it."""

    module: str
    """In ``grader.report``. It is loaded when first used: it may need a library that nothing else
    needs."""
    single: bool = False
    """Whether a file holds exactly one report."""
    printed: bool = False
    """Whether it is printed if no file is named."""

    def render(self, reports: Sequence[Report], translate: Translate) -> bytes:
        """A file with ``reports``.

        Raises:
            ValueError: the format is ``single``, and there is not exactly one report.
        """
        module = import_module(f"grader.report.{self.module}")
        if self.single:
            (report,) = reports
            data: bytes = module.render(report, translate)
        else:
            data = module.render_all(reports, translate)
        return data


FORMATS: dict[str, Format] = {
    "html": Format(module="html", single=True),
    "json": Format(module="json"),
    "junit": Format(module="junit"),
    "markdown": Format(module="markdown"),
    "gradescope": Format(module="gradescope", single=True),
    "editor": Format(module="editor", printed=True),
}
"""By name, in the order in which messages list them."""
