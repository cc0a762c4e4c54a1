"""Reports as GitHub's Markdown, for a comment or a job's summary.

Sentences are escaped, so that no text in them becomes a link, an element, a mention or an image.
Quoted lines are in fenced blocks.
"""

import re
from collections.abc import Sequence

from grader.model.report import Entry, Report
from grader.model.text import UNTRANSLATED, Text, Translate, printable, say
from grader.report.explanations import ExplainedFinding, Explanation, explain
from grader.report.labels import (
    ALSO,
    COLON,
    DONE,
    EXPECTED,
    HINT,
    LOG,
    OUTCOME_SIGNS,
    OUTCOME_WORDS,
    SEEN,
    TERMINAL,
    format_also,
    format_decision,
    format_hint,
    format_notes,
    format_remark,
    format_score,
    format_unjudged,
)
from grader.report.titles import identifier, title

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_LINKED = re.compile(r"(?<=@)(?=\w)|(?<=#)(?=\d)|(?<=:)(?=//)|(?<=www)(?=\.)|(?<=\w)(?=@)", re.I)
"""Where GitHub would begin a link although all punctuation is escaped: in mentions, issue numbers
and addresses. A zero-width space there prevents it."""


def render_all(reports: Sequence[Report], translate: Translate = UNTRANSLATED) -> bytes:
    """All reports, one after the other; before several, a table of them."""
    writer = _Writer(translate)
    reports = sorted(reports, key=lambda report: report.judged)  # first what has no grade
    parts = [writer.summary(reports)] if len(reports) > 1 else []
    parts += map(writer.report, reports)
    return "\n".join(parts).encode("utf-8", "replace")


def plain(text: str) -> str:
    """Untrusted text for a line of Markdown, escaped so that it is shown as it is."""
    apart = _LINKED.sub("\N{ZERO WIDTH SPACE}", printable(text))
    return _PUNCTUATION.sub(r"\\\1", apart)


def fenced(lines: Sequence[str]) -> str:
    """Untrusted lines as a block that they cannot close: its fence is longer than any of theirs."""
    text = "\n".join(map(printable, lines))
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


class _Writer:
    """Writes reports in one language."""

    def __init__(self, translate: Translate) -> None:
        self._translate = translate

    def summary(self, reports: Sequence[Report]) -> str:
        names = (say("submission"), say("points"), say("failed"))
        rows = [" | ".join(map(self._plain, names)), "--- | ---: | ---"]
        for report in reports:
            failed = [entry.name for entry in report.failures]
            cells = (
                plain(report.submission),
                self._plain(format_score(report)),
                ", ".join(map(self._check, failed)),
            )
            rows.append(" | ".join(cells))
        return "\n".join(f"| {row} |" for row in rows) + "\n"

    def report(self, report: Report) -> str:
        colon = COLON.render(self._translate)
        parts = [f"## {plain(report.submission)}{colon}{self._plain(format_score(report))}\n"]
        if report.unjudged and (unjudged := format_unjudged(report)):
            parts.append(f"> {self._plain(unjudged)}\n")
        names = (say("check"), say("points"), say("remark"))
        rows = [f"|  | {' | '.join(map(self._plain, names))} |", "| --- | --- | ---: | --- |"]
        rows += map(self._row, report.entries)
        parts.append("\n".join(rows) + "\n")
        parts += map(self._failure, explain(report))
        parts += [f"> {self._plain(note)}\n" for note in format_notes(report)]
        return "\n".join(parts)

    def _row(self, entry: Entry) -> str:
        outcome = entry.effective_outcome
        brief = format_remark(entry)
        cells = (
            f"{OUTCOME_SIGNS[outcome]} {self._plain(OUTCOME_WORDS[outcome])}",
            self._check(entry.name),
            f"{entry.points:g}/{entry.max_points:g}" if entry.max_points else "",
            self._plain(brief) if brief else "",
        )
        return f"| {' | '.join(cells)} |"

    def _failure(self, explanation: Explanation) -> str:
        entry = explanation.entry
        parts = [
            f"### {OUTCOME_SIGNS[entry.effective_outcome]} {self._heading(entry.name)}\n",
            f"{self._plain(entry.asks)}\n",
        ]
        if decided := format_decision(entry):
            parts.append(f"{self._plain(decided)}\n")
        also = format_also(explanation)
        for number, each in enumerate(explanation.findings):
            parts.append(self._finding(each, None if number else also))
        return "\n".join(parts)

    def _finding(self, explained: ExplainedFinding, also: Text | None) -> str:
        finding = explained.finding
        parts = [
            self._item(DONE, finding.done),
            *([self._item(EXPECTED, explained.expected)] if explained.expected else []),
            *(self._item(SEEN, text) for text in finding.seen),
            self._item(HINT, format_hint(explained)),
            *([self._item(ALSO, also)] if also else []),
            "",
        ]
        for label, lines in ((LOG, finding.log), (TERMINAL, finding.terminal)):
            if lines:
                parts += [
                    f"{self._plain(label)}{COLON.render(self._translate).rstrip()}\n",
                    fenced(lines),
                    "",
                ]
        return "\n".join(parts)

    def _item(self, label: Text, text: Text) -> str:
        return f"- **{self._plain(label)}**{COLON.render(self._translate)}{self._plain(text)}"

    def _heading(self, name: str) -> str:
        return self._check(name) if identifier(name, self._translate) else name

    def _check(self, name: str) -> str:
        """A check's title, and its identifier as code."""
        if identifier(name, self._translate):
            return f"{self._plain(title(name))} (`{name}`)"
        return f"`{name}`"

    def _plain(self, text: Text) -> str:
        return plain(text.render(self._translate))
