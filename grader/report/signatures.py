"""Tells mistakes apart: what two programs that fail a check for the same reason have in common.

The *signature* of a text is its template without the values that vary by chance or from program to
program. A *mistake* is a failed check, the signature of its first finding, and the finding's cause.
"""

import hashlib
import re

from grader.model.report import Entry
from grader.model.text import Text
from grader.report.json import WHOLE_SENTENCE

Signature = tuple[object, ...]
"""A text without what differs by chance or from program to program; equal for equal mistakes."""

_DISTINGUISHING = frozenset(("call",))
"""Fields of texts that distinguish mistakes: the call in which a server blocks. Other fields hold
messages, paths and lines of a program."""

_SYNONYMS = {"it runs without ever pausing": "it is running"}
"""Templates that mean the same: which one describes a busy loop depends on when it was observed."""

_BY_CHANCE = re.compile(r"[jqxz]{4,}|[0-9]+|[“\"'`][^“”\"'`]*[”\"'`]")


def signature(text: Text) -> Signature:
    """The signature of ``text``: without messages, counts, line numbers and paths."""
    if text.template == WHOLE_SENTENCE:
        return (_BY_CHANCE.sub("…", str(text)),)
    template = _SYNONYMS.get(text.template, text.template)
    return (template, *((name, _value(name, text.values[name])) for name in text.values))


def _value(name: str, value: object) -> object:
    if isinstance(value, Text):
        return signature(value)
    if isinstance(value, tuple):
        # Their number and order often depend on when they were observed.
        return frozenset(map(signature, value))
    return value if name in _DISTINGUISHING else None


def entry_signature(entry: Entry) -> Signature:
    """The mistake that a failed check shows."""
    if not entry.outcome.findings:
        return (entry.name,)
    finding = entry.outcome.findings[0]
    cause = finding.cause.name or signature(finding.cause.hint)
    return (entry.name, signature(finding.seen[0]), cause)


def mistake_id(entry: Entry) -> str:
    """The mistake that a failed check shows, as 12 digits that stay the same from run to run. Empty
    if nothing is recorded that proves a failure."""
    if entry.outcome.outcome != "fail" or not entry.outcome.findings:
        return ""
    return hashlib.sha256(_spelled(entry_signature(entry)).encode()).hexdigest()[:12]


def _spelled(value: object) -> str:
    """``value`` as text. Equal signatures have equal texts; sets have no order of their own."""
    if isinstance(value, frozenset):
        return "{" + ",".join(sorted(map(_spelled, value))) + "}"
    if isinstance(value, tuple):
        return "(" + ",".join(map(_spelled, value)) + ")"
    return ascii(value)
