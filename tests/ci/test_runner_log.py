"""No line by a student is a command to any CI runner, and our own commands keep their text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ci.github_runner import executed
from grader.ci import runner_log

PIECES = st.sampled_from(
    [
        "::", ":", "##[", "##", "#", "##vso[task]", "error", "stop-commands", " ", "\t", "\n", "\r",
        "\x1b[0K", "\u2028", "\x0b", "\x85", "\xa0", "%0A", "]", "section_start:1:x\r\x1b[0K", "﻿",
    ]
)  # fmt: skip
HOSTILE = st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=12).map("".join)


@given(HOSTILE)
@example("::error::x")
@example("a\n \t::set-env name=PATH::x")
@example("x ##[group]y")
@example("###[error]z")
@example("\u200b::error::x")
def test_no_line_is_a_command(text):
    shown = runner_log.escape(text)
    output = "\n".join(shown)
    assert executed(output) == []
    assert "##" not in output
    assert not set(output) & set("\r\x1b\x0b\x85\u2028")
    assert len(shown) == text.count("\n") + 1


@given(HOSTILE)
def test_no_command_is_executed_while_commands_are_stopped(text):
    output = "\n".join(
        [
            "::error::before",
            *runner_log.with_commands_stopped(text.split("\n"), "t0ken"),
            "::error::after",
        ]
    )
    assert [each[2] for each in executed(output)] == ["before", "after"]


@given(HOSTILE, HOSTILE)
def test_a_command_is_one_line_whatever_it_contains(text, path):
    output = runner_log.command("error", text, {"file": path, "line": 3})
    assert "\n" not in output
    ((name, properties, said),) = executed(output)
    assert name == "error"
    assert set(properties) == {"file", "line"}
    assert properties["line"] == "3"
    assert said.count("\n") == text.count("\n")


def test_a_command_keeps_its_text():
    output = runner_log.command("error", "100%\n::warning::no", {"file": "a,b:c=d%.py", "line": 1})
    assert output == "::error file=a%2Cb%3Ac=d%25.py,line=1::100%25%0A::warning::no"
    assert executed(output) == [
        ("error", {"file": "a,b:c=d%.py", "line": "1"}, "100%\n::warning::no"),
    ]


@pytest.mark.parametrize("text", ["a line", "  indented", "# one hash", "│ 客户端: hello", "a::b"])
def test_a_harmless_line_is_unchanged(text):
    assert runner_log.escape(text) == [text]
