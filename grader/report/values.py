"""The report as the grader itself stores it: its sentences are still templates with values.

The other formats contain sentences in one language. To translate a sentence later, or to tell
which template it is an instance of, the grader needs it as it was made.
"""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from grader.model.report import Report
from grader.model.text import Text, rendered_size

LONGEST = 4 << 20
"""Characters of all texts of a report. A real one has a few thousand."""


def render(report: Report) -> bytes:
    """All of ``report`` except the program, its path and the timelines, as JSON."""
    plain = msgspec.structs.replace(report, source=b"", files={}, path="", timelines=())
    # json, because msgspec rejects the lone surrogates that stand for bytes not in UTF-8.
    return json.dumps(msgspec.to_builtins(plain)).encode("ascii")


def read(data: bytes) -> Report:
    """Read a report that :func:`render` wrote.

    Raises:
        ValueError: ``data`` is not a report, or one of another version.
    """
    try:
        report = json.loads(data)
        _name_causes(report)
        found = msgspec.convert(report, Report)
        if sum(map(rendered_size, _texts(found))) > LONGEST:
            raise ValueError(f"its texts have more than {LONGEST} characters")
        return found
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _texts(value: object) -> Iterator[Text]:
    """All texts in ``value``, without those that are values of others."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _texts(getattr(value, name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)


def _name_causes(report: Any) -> None:
    """Give each finding of a ``report`` that has only a hint a cause without a name. Until causes
    had names, a finding was stored so."""
    try:
        findings = [f for entry in report["entries"] for f in entry["outcome"]["findings"]]
        for finding in findings:
            if "hint" in finding:
                finding["cause"] = {"name": "", "hint": finding.pop("hint")}
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from error
