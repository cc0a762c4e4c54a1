"""Untrusted text, and reports that have it everywhere a student can put text."""

import re

from hypothesis import strategies as st
from msgspec import structs

from grader.model.outcome import Cause, failed, not_judged, passed, skipped
from grader.model.report import Report
from grader.model.text import say
from report.samples import FINDING, entry, report

COMMANDS = re.compile(r"^\s*::\s*[\w-]+.*::|##[\w.]*\[")
"""A line that a CI runner takes for a command."""


untrusted_text = (
    st.text()
    | st.text("#[]: a\n\r\xad")
    | st.sampled_from(
        [
            "\x1b[2J\x1b[H",
            "\x1b]0;title\a",
            "\x9b31m",
            "\r\x08\x08",
            "[red]x[/red]",
            "[/]",
            "[link=file:///]",
            ":smile:",
            "\u202eabc",
            "\u2067a\u2069",
            "\u200f",
            "\u061c",
            "\ud800",
            "\udcff\udcfe",
            "e\u0301" * 50,
            "\U000e0041",
            "a\tb",
            "\n\n",
            "早" * 60,
            "%s{}{0}",
            "::error file=a.py::forged",
            f"{'x' * 50}::error file=a.py::forged{'x' * 40} ::stop-commands::x",
            ":::group::x::: ::endgroup::",
            "##[error]forged",
            "###[group]x ##vso[task.complete]x ##teamcity[message]",
            "\0",
        ]
    )
)


def untrusted_report(word: str) -> Report:
    """A report with ``word`` in every place that a student controls."""
    finding = type(FINDING)(
        done=say("{it}", it=word),
        expected=say("{it}", it=word),
        seen=(say("{it}", it=word), say("and {it}", it=word)),
        log=(word, word),
        terminal=(word,),
        cause=Cause("untrusted", say("{it}", it=word)),
    )
    return report(
        submission=word,
        entries=(
            entry("starts", 5, failed(finding, finding)),
            entry("client-logged", 5, passed(say("{it}", it=word), say("{it}", it=word))),
            entry("terminal-logged", 5, skipped(say("{it}", it=word))),
            entry("one-log", 5, not_judged(say("{it}", it=word))),
            entry("reset", 0, failed(structs.replace(finding, cause=Cause("other", say("-"))))),
        ),
        advice=(say("{it}", it=word),),
        run=word,
        python=word,
    )
