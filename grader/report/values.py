"""The report as the grader itself stores it: its sentences are still templates with values.

The other formats contain sentences in one language. To translate a sentence later, or to tell
which template it is an instance of, the grader needs it as it was made.
"""

import json

import msgspec

from grader.model.report import Report


def render(report: Report) -> bytes:
    """All of ``report`` except the program and the timelines, as JSON."""
    plain = msgspec.structs.replace(report, source=b"", timelines=())
    # json, because msgspec rejects the lone surrogates that stand for bytes not in UTF-8.
    return json.dumps(msgspec.to_builtins(plain)).encode("ascii")


def read(data: bytes) -> Report:
    """Read a report that :func:`render` wrote.

    Raises:
        ValueError: ``data`` is not a report, or one of another version.
    """
    try:
        return msgspec.convert(json.loads(data), Report)
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error
