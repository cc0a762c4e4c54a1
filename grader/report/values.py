"""The report as values, for the grader itself: its sentences are still templates with values.

Reports for programs and people hold sentences in one language. Whoever wants them in another, or
asks which kind of sentence it is, needs them as they were made.
"""

import json

import msgspec

from grader.model.report import Report


def render(report: Report) -> bytes:
    """All of ``report`` but the submission and what is drawn."""
    plain = msgspec.structs.replace(report, source=b"", timelines=())
    # Not by msgspec: what is no UTF-8 in a log is kept as lone surrogates.
    return json.dumps(msgspec.to_builtins(plain)).encode("ascii")


def read(data: bytes) -> Report:
    """A report out of what :func:`render` made of it.

    Raises:
        ValueError: it is none, or one of another version.
    """
    try:
        return msgspec.convert(json.loads(data), Report)
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error
